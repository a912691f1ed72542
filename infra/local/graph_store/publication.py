"""Make what was recorded and forgotten the next version: a pure function of the contributions that are alive."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence

from infra.local.graph_store.merging import merge_aliases
from infra.local.graph_store.tables import INSERT_MENTION
from shared.domain.graph import EntityType, MentionSource
from shared.retrieval.naming import first_unit, named

Candidates = Callable[[str], Sequence[str]]
"""Names the chunks of the base that hold every term of a phrase."""

TOUCH_NAMED = """
UPDATE graph_chunk SET revision = ?1 WHERE base = ?2 AND number IN (
  SELECT chunk FROM graph_mention WHERE base = ?2 AND key IN (SELECT value FROM json_each(?3)) AND source = 'gazetteer'
)
"""

ADDED_HEADINGS = """
SELECT DISTINCT key, name FROM graph_mention JOIN graph_chunk ON chunk = number
WHERE graph_chunk.base = ? AND since = ? AND revision = since AND source = 'heading'
  AND NOT EXISTS (SELECT 1 FROM graph_heading WHERE graph_heading.base = graph_chunk.base
    AND graph_heading.key = graph_mention.key)
"""

GOING_HEADINGS = """
SELECT DISTINCT key FROM graph_mention JOIN graph_chunk ON chunk = number
WHERE graph_chunk.base = ? AND until IS NOT NULL AND source = 'heading'
"""

UNSUPPORTED = """
SELECT value FROM json_each(?) WHERE NOT EXISTS (
  SELECT 1 FROM graph_mention WHERE base = ? AND key = value AND source = 'heading'
)
"""

ALIASES_MOVE = """
SELECT EXISTS (SELECT 1 FROM graph_alias JOIN graph_chunk ON chunk = number
  WHERE graph_chunk.base = ?1 AND (since > ?2 OR until IS NOT NULL))
"""

WAITING = """
SELECT EXISTS (SELECT 1 FROM graph_chunk WHERE base = ?1 AND revision > ?2)
  OR EXISTS (SELECT 1 FROM graph_chunk WHERE base = ?1 AND until IS NOT NULL)
"""

TEXTS = """
SELECT graph_chunk.number, text FROM graph_chunk JOIN chunk ON chunk.id = graph_chunk.id
  JOIN indexed_document ON chunk.document = indexed_document.number
  JOIN indexed_base ON indexed_document.base = indexed_base.number
  JOIN graph_base ON graph_base.number = graph_chunk.base AND graph_base.tenant = indexed_base.tenant
    AND graph_base.id = indexed_base.id
WHERE graph_chunk.base = ?
"""


def publish(connection: sqlite3.Connection, base: int, version: int, candidates: Candidates) -> int:
    """Publish the next version of a base and return it; where nothing waits, the version stays."""
    if not connection.execute(WAITING, (base, version)).fetchone()[0]:
        return version
    (aliases_move,) = connection.execute(ALIASES_MOVE, (base, version)).fetchone()
    going = [key for (key,) in connection.execute(GOING_HEADINGS, (base,))]
    connection.execute("DELETE FROM graph_chunk WHERE base = ? AND until IS NOT NULL", (base,))
    connection.execute("UPDATE graph_base SET version = ? WHERE number = ?", (version + 1, base))
    drop_headings(connection, base, version + 1, going)
    link_added_headings(connection, base, version + 1, candidates)
    link_added_chunks(connection, base, version + 1)
    if aliases_move:
        merge_aliases(connection, base)
    return version + 1


def drop_headings(connection: sqlite3.Connection, base: int, version: int, going: list[str]) -> None:
    """Forget headings that lost their last supporter; who was linked by them alone is no longer linked."""
    gone = json.dumps([key for (key,) in connection.execute(UNSUPPORTED, (json.dumps(going), base))])
    connection.execute(TOUCH_NAMED, (version, base, gone))
    connection.execute(
        "DELETE FROM graph_heading WHERE base = ? AND key IN (SELECT value FROM json_each(?))", (base, gone)
    )


def link_added_headings(connection: sqlite3.Connection, base: int, version: int, candidates: Candidates) -> None:
    """Link every chunk that names a heading that is new, however old the chunk is."""
    added = connection.execute(ADDED_HEADINGS, (base, version)).fetchall()
    starts = {row["key"]: first_unit(row["key"]) for row in added}
    connection.executemany("INSERT INTO graph_heading VALUES (?, ?, ?)", [(base, *each) for each in starts.items()])
    holding: dict[str, set[str]] = {}
    for row in added:
        for id in candidates(row["name"]):
            holding.setdefault(id, set()).add(row["key"])
    texts = connection.execute(
        f"{TEXTS} AND graph_chunk.id IN (SELECT value FROM json_each(?)) AND graph_chunk.since < ?",
        (base, json.dumps(list(holding)), version),
    )
    link(connection, base, texts.fetchall(), starts)
    connection.execute(TOUCH_NAMED, (version, base, json.dumps(list(starts))))


def link_added_chunks(connection: sqlite3.Connection, base: int, version: int) -> None:
    """Link the chunks that are new to every heading they name: extraction may not have known all of them."""
    rows = connection.execute("SELECT key, start FROM graph_heading WHERE base = ?", (base,)).fetchall()
    texts = connection.execute(f"{TEXTS} AND graph_chunk.since = ?", (base, version)).fetchall()
    link(connection, base, texts, {row["key"]: row["start"] for row in rows})


def link(connection: sqlite3.Connection, base: int, texts: Iterable[sqlite3.Row], starts: dict[str, str]) -> None:
    """Write a mention for each heading (given with its first unit) that a text names and that has none yet."""
    firsts = frozenset(starts.values())
    for row in texts:
        chunk, text = row["number"], row["text"]
        known = "SELECT DISTINCT key FROM graph_mention WHERE chunk = ? AND source = 'gazetteer'"
        seen = {key for (key,) in connection.execute(known, (chunk,))}
        found = {name.key: name for name in reversed(list(named(text, starts, firsts))) if name.key not in seen}
        connection.executemany(
            INSERT_MENTION,
            [
                (
                    base,
                    chunk,
                    key,
                    text[n.start : n.end],
                    EntityType.CONCEPT,
                    0.0,
                    MentionSource.GAZETTEER,
                    n.start,
                    n.end,
                )
                for key, n in found.items()
            ],
        )
