"""Follow the names of a base's documents: which may be one by the document they share, and which by their spelling."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Mapping

from shared.domain.graph import AliasMention, EntityType
from shared.graph.likeness import BLOCK, blocks, compared, compared_anew
from shared.graph.resolution import Pair, unordered
from shared.graph.same_document import short_forms

CHANGED = "SELECT DISTINCT document_id FROM graph_chunk WHERE base = ?1 AND (until IS NOT NULL OR since > ?2)"

NAMES = """
SELECT DISTINCT document_id, key, name, type FROM graph_chunk JOIN graph_mention ON chunk = number
WHERE graph_chunk.base = ?1 AND document_id IN (SELECT value FROM json_each(?2)) AND {}
  AND source <> 'gazetteer' AND type NOT IN ('DATE', 'METRIC')
"""

ALIVE = """
SELECT value FROM json_each(?2) WHERE EXISTS (SELECT 1 FROM graph_naming WHERE base = ?1 AND key = value)
"""

# A full block is not read to its end: one name more than fits says enough.
MEMBERS = f"""
SELECT block, CASE WHEN size <= {BLOCK} THEN (
  SELECT json_group_array(key) FROM graph_block WHERE base = ?1 AND graph_block.block = asked.block
) END FROM (
  SELECT value AS block, (
    SELECT count(*) FROM (SELECT 1 FROM graph_block WHERE base = ?1 AND block = value LIMIT {BLOCK + 1})
  ) AS size FROM json_each(?2)
) AS asked
"""

SPELLED = """
SELECT alias, key, score, reason FROM graph_likeness WHERE base = ?1 AND document = ''
  AND (alias IN (SELECT value FROM json_each(?2)) OR key IN (SELECT value FROM json_each(?2)))
"""

IN_DOCUMENT = """
SELECT alias, key, score, reason FROM graph_likeness WHERE base = ? AND document = ? AND document <> ''
"""

Named = Mapping[str, list[tuple[str, str, EntityType]]]
"""The names of documents: key, name and type, by document."""


def changed_documents(connection: sqlite3.Connection, base: int, version: int) -> list[str]:
    """Return the documents of which the next version holds other chunks than this one."""
    return [id for (id,) in connection.execute(CHANGED, (base, version))]


def published_names(connection: sqlite3.Connection, base: int, version: int, documents: Collection[str]) -> Named:
    """Return the names of documents as they stand in a version, before what goes with the next one is gone."""
    return named(connection, base, documents, f"since <= {version:d}")


def named(connection: sqlite3.Connection, base: int, documents: Collection[str], rule: str) -> Named:
    """Read the names of documents from those of their chunks that fit a rule."""
    found: defaultdict[str, list[tuple[str, str, EntityType]]] = defaultdict(list)
    for document, key, name, kind in connection.execute(NAMES.format(rule), (base, json.dumps(list(documents)))):
        found[document].append((key, name, EntityType(kind)))
    return found


def follow(connection: sqlite3.Connection, base: int, documents: Collection[str], before: Named) -> set[Pair]:
    """Take in what documents name now instead of what they named before; return the pairs of which that says more."""
    after = named(connection, base, documents, "until IS NULL")
    moved: set[Pair] = set()
    gone: list[tuple[int, str, str]] = []
    come: list[tuple[int, str, str]] = []
    for document in documents:
        old, new = ({key for key, *_ in names.get(document, ())} for names in (before, after))
        gone += [(base, key, document) for key in old - new]
        come += [(base, key, document) for key in new - old]
        known = {AliasMention(*row) for row in connection.execute(IN_DOCUMENT, (base, document))}
        said = set(short_forms(after.get(document, ())))
        moved |= rewrite(connection, base, document, known - said, said - known)
    keys = {key for _, key, _ in [*gone, *come]}
    alive = living(connection, base, keys)
    connection.executemany("DELETE FROM graph_naming WHERE base = ? AND key = ? AND document = ?", gone)
    connection.executemany("INSERT OR IGNORE INTO graph_naming VALUES (?, ?, ?)", come)
    still = living(connection, base, keys)
    return moved | spell(connection, base, alive - still, still - alive)


def living(connection: sqlite3.Connection, base: int, keys: Collection[str]) -> set[str]:
    """Return the keys that a document names."""
    return {key for (key,) in connection.execute(ALIVE, (base, json.dumps(list(keys))))}


def spell(connection: sqlite3.Connection, base: int, dead: set[str], fresh: set[str]) -> set[Pair]:
    """Compare the spellings of names that came, and forget those of names that went; return the pairs that moved.

    A name is compared with the BLOCK names at most that share a block with it.
    """
    rows = {key: [(base, block, key) for block in blocks(key)] for key in dead | fresh}
    affected = {block for found in rows.values() for _, block, _ in found}
    before = members(connection, base, affected)
    delete = "DELETE FROM graph_block WHERE base = ? AND block = ? AND key = ?"
    connection.executemany(delete, [row for key in dead for row in rows[key]])
    connection.executemany("INSERT INTO graph_block VALUES (?, ?, ?)", [row for key in fresh for row in rows[key]])
    after = members(connection, base, affected)
    again = compared_anew(fresh, dead, {block: (before[block], after[block]) for block in affected})
    after |= members(connection, base, {block for key in again for block in blocks(key)} - affected)
    known = {AliasMention(*row) for row in connection.execute(SPELLED, (base, json.dumps(list(again | dead))))}
    said = set(compared(again, after))
    return rewrite(connection, base, "", known - said, said - known)


def members(connection: sqlite3.Connection, base: int, asked: Collection[str]) -> dict[str, list[str] | None]:
    """Return the names of blocks, or None for a block that is too full to be compared."""
    rows = connection.execute(MEMBERS, (base, json.dumps(list(asked))))
    return {block: json.loads(keys) if keys else None for block, keys in rows}


def rewrite(
    connection: sqlite3.Connection, base: int, document: str, gone: set[AliasMention], come: set[AliasMention]
) -> set[Pair]:
    """Let what was said of pairs be gone, and say something new; return those pairs."""
    connection.executemany(
        "DELETE FROM graph_likeness WHERE base = ? AND alias = ? AND key = ? AND document = ?",
        [(base, each.alias, each.key, document) for each in gone],
    )
    connection.executemany(
        "INSERT INTO graph_likeness VALUES (?, ?, ?, ?, ?, ?)",
        [(base, each.alias, each.key, document, each.score, each.reason) for each in come],
    )
    return {unordered(each.alias, each.key) for each in gone | come}
