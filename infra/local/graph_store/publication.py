"""Make what was recorded and forgotten the next version: a pure function of the contributions that are alive."""

import json
import sqlite3
from collections.abc import Callable, Sequence

from infra.local.graph_store import likeness
from infra.local.graph_store.merging import decide_anew, moving
from infra.local.graph_store.tables import INSERT_MENTION, base_number
from shared.domain.access import BaseKey
from shared.retrieval.linking import heading_links

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

WAITING = """
SELECT EXISTS (SELECT 1 FROM graph_chunk WHERE base = ?1 AND revision > ?2)
  OR EXISTS (SELECT 1 FROM graph_chunk WHERE base = ?1 AND until IS NOT NULL)
  OR EXISTS (SELECT 1 FROM graph_unresolved WHERE base = ?1)
"""

OUTDATED_COMMUNITIES = """
DELETE FROM graph_community WHERE base = ?1 AND EXISTS (SELECT 1 FROM json_each(chunk_ids) WHERE value IN (
  SELECT id FROM graph_chunk WHERE base = ?1 AND until IS NOT NULL
))
"""

NEXT_PLACE = "SELECT coalesce(max(place), -1) + 1 FROM graph_mention WHERE chunk = ?"

TEXTS = """
SELECT graph_chunk.number, text FROM graph_chunk JOIN chunk ON chunk.id = graph_chunk.id
  JOIN indexed_document ON chunk.document = indexed_document.number
  JOIN indexed_base ON indexed_document.base = indexed_base.number
  JOIN graph_base ON graph_base.number = graph_chunk.base AND graph_base.tenant = indexed_base.tenant
    AND graph_base.id = indexed_base.id
WHERE graph_chunk.base = ?
"""


def publish(connection: sqlite3.Connection, key: BaseKey, candidates: Candidates) -> int:
    """Publish the next version of a base and return it; where nothing waits, the version stays."""
    base, version = base_number(connection, key)
    if not connection.execute(WAITING, (base, version)).fetchone()[0]:
        return version
    moved = moving(connection, base, version)
    documents = likeness.changed_documents(connection, base, version)
    named_before = likeness.published_names(connection, base, version, documents)
    going = [key for (key,) in connection.execute(GOING_HEADINGS, (base,))]
    connection.execute(OUTDATED_COMMUNITIES, (base,))
    connection.execute("DELETE FROM graph_chunk WHERE base = ? AND until IS NOT NULL", (base,))
    connection.execute("UPDATE graph_base SET version = ? WHERE number = ?", (version + 1, base))
    drop_headings(connection, base, version + 1, going)
    link_added_headings(connection, base, version + 1, candidates)
    link_added_chunks(connection, base, version + 1)
    moved |= likeness.follow(connection, base, documents, named_before)
    decide_anew(connection, base, key, moved)
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
    keys = frozenset(row["key"] for row in added)
    connection.executemany("INSERT INTO graph_heading VALUES (?, ?)", [(base, key) for key in sorted(keys)])
    holding: dict[str, set[str]] = {}
    for row in added:
        for id in candidates(row["name"]):
            holding.setdefault(id, set()).add(row["key"])
    texts = connection.execute(
        f"{TEXTS} AND graph_chunk.id IN (SELECT value FROM json_each(?)) AND graph_chunk.since < ?",
        (base, json.dumps(list(holding)), version),
    )
    link(connection, base, texts.fetchall(), keys)
    connection.execute(TOUCH_NAMED, (version, base, json.dumps(list(keys))))


def link_added_chunks(connection: sqlite3.Connection, base: int, version: int) -> None:
    """Link the chunks that are new to every heading they name, in place of the headings that extraction knew of."""
    texts = connection.execute(
        f"{TEXTS} AND since = graph_chunk.revision AND graph_chunk.revision = ?", (base, version)
    ).fetchall()
    if not texts:
        return
    (headings,) = connection.execute(
        "SELECT json_group_array(key) FROM graph_heading WHERE base = ?", (base,)
    ).fetchone()
    known = "chunk = ? AND source = 'gazetteer'"
    connection.executemany(f"DELETE FROM graph_mention WHERE {known}", [(each["number"],) for each in texts])
    link(connection, base, texts, frozenset(json.loads(headings)))


def link(connection: sqlite3.Connection, base: int, texts: Sequence[sqlite3.Row], headings: frozenset[str]) -> None:
    """Write a mention for each heading that a text names and that has none yet."""
    for each in texts:
        chunk = each["number"]
        known = connection.execute("SELECT key FROM graph_mention WHERE chunk = ? AND source = 'gazetteer'", (chunk,))
        linked = {key for (key,) in known}
        (place,) = connection.execute(NEXT_PLACE, (chunk,)).fetchone()
        rows = [
            (base, chunk, m.key, m.name, m.type.value, m.confidence, m.source.value, m.start, m.end, place + number)
            for number, m in enumerate(heading_links(each["text"], headings))
            if m.key not in linked
        ]
        connection.executemany(INSERT_MENTION, rows)
