"""Decisions about names as readers see them, and what people and models say to them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from infra.local.graph_store.holding import grounds
from infra.local.graph_store.merging import resolution
from shared.domain.access import EVERYONE, Scope
from shared.domain.resolution import Doubt, Resolution, SameAs, Verdict
from shared.graph import knowledge_of_names
from shared.graph.doubts import Place, passages
from shared.graph.resolution import MERGE, unordered

if TYPE_CHECKING:
    from infra.local.graph_store.memory import Memory

PAGE = "SELECT * FROM graph_resolution WHERE base = ? AND id > ? ORDER BY id LIMIT ?"

TOUCHING = """
SELECT * FROM graph_resolution WHERE base = ?1 AND band <> 'apart'
  AND (alias IN (SELECT value FROM json_each(?2)) OR key IN (SELECT value FROM json_each(?2)))
"""

DOUBTFUL = """
SELECT alias, key FROM graph_resolution r WHERE base = ?1 AND band = 'same_as' AND score < ?2 AND NOT EXISTS (
  SELECT 1 FROM graph_verdict v WHERE v.base = r.base AND v.alias = min(r.alias, r.key) AND v.key = max(r.alias, r.key))
ORDER BY score DESC, id LIMIT ?3
"""

# The documents that speak for a pair, each with the chunks of it that name the one and the other.
SHOWING = """
SELECT first, (
  SELECT json_group_array(id) FROM graph_chunk WHERE base = ?1 AND document_id = first AND until IS NULL
    AND EXISTS (SELECT 1 FROM graph_mention WHERE chunk = number AND key = ?2)
), second, (
  SELECT json_group_array(id) FROM graph_chunk WHERE base = ?1 AND document_id = second AND until IS NULL
    AND EXISTS (SELECT 1 FROM graph_mention WHERE chunk = number AND key = ?3)
) FROM (
  SELECT document AS first, document AS second FROM graph_likeness
    WHERE base = ?1 AND document <> '' AND ((alias = ?2 AND key = ?3) OR (alias = ?3 AND key = ?2))
  UNION SELECT document_id, document_id FROM graph_alias JOIN graph_chunk ON chunk = number
    WHERE graph_alias.base = ?1 AND ((alias = ?2 AND key = ?3) OR (alias = ?3 AND key = ?2))
  UNION SELECT a.document, k.document FROM graph_naming a JOIN graph_naming k ON k.base = a.base AND k.key = ?3
    WHERE a.base = ?1 AND a.key = ?2 AND EXISTS (SELECT 1 FROM graph_likeness
      WHERE base = ?1 AND document = '' AND ((alias = ?2 AND key = ?3) OR (alias = ?3 AND key = ?2)))
  LIMIT 20
)
"""

JUDGE = """
INSERT INTO graph_verdict SELECT ?1, ?2, ?3, ?4, one.number, other.number FROM graph_chunk one, graph_chunk other
WHERE one.base = ?1 AND one.id = ?5 AND one.until IS NULL AND other.base = ?1 AND other.id = ?6 AND other.until IS NULL
ON CONFLICT DO UPDATE SET verdict = excluded.verdict, one = excluded.one, other = excluded.other
"""

UNRESOLVED = "INSERT OR IGNORE INTO graph_unresolved VALUES (?, ?, ?)"

PAGE_SIZE = 200
"""Decisions read at a time, of which a scope may know all, some or none."""


def page(connection: sqlite3.Connection, memory: Memory, scope: Scope, limit: int, after: str) -> list[Resolution]:
    """Return decisions behind an id as a scope may know of them; the others take no place."""
    found: list[Resolution] = []
    while len(found) < limit:
        rows = connection.execute(PAGE, (memory.number, after, PAGE_SIZE)).fetchall()
        if not rows:
            break
        found += known(connection, memory, scope, map(resolution, rows))
        after = rows[-1]["id"]
    return found[:limit]


def known(
    connection: sqlite3.Connection, memory: Memory, scope: Scope, resolutions: Iterable[Resolution]
) -> Iterator[Resolution]:
    """Yield decisions as a scope may know of them."""
    listed = list(resolutions)
    speaking = grounds(connection, memory.number, [each.decision.pair for each in listed], memory.access)
    return knowledge_of_names.known(scope, listed, speaking, memory.merges)


def one(connection: sqlite3.Connection, memory: Memory, scope: Scope, id: str) -> Resolution | None:
    """Return a decision as a scope may know of it, or None."""
    query = "SELECT * FROM graph_resolution WHERE base = ? AND id = ?"
    rows = connection.execute(query, (memory.number, id)).fetchall()
    return next(known(connection, memory, scope, map(resolution, rows)), None)


def same_as(
    connection: sqlite3.Connection, memory: Memory, scope: Scope, ids: Sequence[str], limit: int
) -> list[SameAs]:
    """Return the edges that touch entities, the likeliest first."""
    keys = {key for id in ids if (key := memory.key_of(id))}
    merged = [key for key, into in memory.merges.items() if into in keys]
    rows = connection.execute(TOUCHING, (memory.number, json.dumps([*keys, *merged]))).fetchall()
    found = known(connection, memory, scope, map(resolution, rows))
    return knowledge_of_names.edges(memory.base, found, memory.merges, limit)


def undo(connection: sqlite3.Connection, base: int, found: Resolution) -> None:
    """Keep two names apart with the next version."""
    connection.execute("INSERT OR IGNORE INTO graph_undone VALUES (?, ?)", (base, found.id))
    connection.execute(UNRESOLVED, (base, *unordered(*found.decision.pair)))


def doubts(connection: sqlite3.Connection, memory: Memory, limit: int) -> list[Doubt]:
    """Return pairs that wait for a verdict, with the passages that it shall rest on."""
    opened = {document for document, labels in memory.access.items() if EVERYONE in labels}
    found = []
    for alias, key in connection.execute(DOUBTFUL, (memory.number, MERGE, limit)).fetchall():
        if chunks := passages(showing(connection, memory.number, alias, key), opened):
            found.append(Doubt(alias, key, *chunks))
    return found


def showing(connection: sqlite3.Connection, base: int, alias: str, key: str) -> Iterator[tuple[Place, Place]]:
    """Yield where the two names of a pair are shown together."""
    for first, ones, second, others in connection.execute(SHOWING, (base, alias, key)):
        yield Place(first, json.loads(ones)), Place(second, json.loads(others))


def judge(connection: sqlite3.Connection, base: int, verdicts: Sequence[tuple[Doubt, Verdict]]) -> None:
    """Keep verdicts for the next version; one whose passage is gone is let go."""
    for doubt, verdict in verdicts:
        alias, key = unordered(doubt.alias, doubt.key)
        chunks = (doubt.alias_chunk, doubt.key_chunk) if alias == doubt.alias else (doubt.key_chunk, doubt.alias_chunk)
        connection.execute(JUDGE, (base, alias, key, verdict.value, *chunks))
        connection.execute(UNRESOLVED, (base, alias, key))
