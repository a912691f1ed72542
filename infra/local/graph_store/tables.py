"""The tables of the graph store, and how contributions are recorded and forgotten."""

import json
import sqlite3
from collections.abc import Collection, Sequence

from shared.domain.access import BaseKey
from shared.domain.graph import Contribution

# A chunk's row is seen from version `since` on, and goes with the publication of version `until`; `revision` is the
# version in which its edges last changed. Everything a chunk contributes hangs on its row and goes with it, so an
# entity or relation lives exactly as long as a chunk supports it. Keys are stored as they were extracted; which of them
# merge is said by `graph_resolution` alone, so a merge ends with its last statement. Mentions and relations are read
# through the chunks that the snapshot knows of: an index by key would cost each write more than all the rest of it.
# What is likely of two names is kept in `graph_likeness` under the document that says so, or under "" where their
# spellings do; verdicts go with the chunks that they rest on, and what a person has undone is known by its id alone, so
# that it names nobody when the names are gone.
SCHEMA = """
CREATE TABLE IF NOT EXISTS graph_base (
  number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
  communities_version INTEGER NOT NULL DEFAULT -1, UNIQUE (tenant, id)
);
CREATE TABLE IF NOT EXISTS graph_chunk (
  number INTEGER PRIMARY KEY AUTOINCREMENT, base INTEGER NOT NULL REFERENCES graph_base, id TEXT NOT NULL,
  document_id TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER, revision INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS graph_chunk_by_id ON graph_chunk (base, id);
CREATE INDEX IF NOT EXISTS graph_chunk_by_document ON graph_chunk (base, document_id);
CREATE INDEX IF NOT EXISTS graph_chunk_by_version ON graph_chunk (base, since);
CREATE INDEX IF NOT EXISTS graph_chunk_by_revision ON graph_chunk (base, revision);
CREATE INDEX IF NOT EXISTS graph_chunk_going ON graph_chunk (base, until) WHERE until IS NOT NULL;
CREATE TABLE IF NOT EXISTS graph_mention (
  base INTEGER NOT NULL, chunk INTEGER NOT NULL REFERENCES graph_chunk ON DELETE CASCADE, key TEXT NOT NULL,
  name TEXT NOT NULL, type TEXT NOT NULL, confidence REAL NOT NULL, source TEXT NOT NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (chunk, place)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS graph_mention_of_heading ON graph_mention (base, key) WHERE source = 'heading';
CREATE INDEX IF NOT EXISTS graph_mention_by_link ON graph_mention (base, key) WHERE source = 'gazetteer';
CREATE TABLE IF NOT EXISTS graph_relation (
  chunk INTEGER NOT NULL REFERENCES graph_chunk ON DELETE CASCADE, source TEXT NOT NULL,
  target TEXT NOT NULL, type TEXT NOT NULL, confidence REAL NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
  place INTEGER NOT NULL, PRIMARY KEY (chunk, place)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS graph_alias (
  base INTEGER NOT NULL, chunk INTEGER NOT NULL REFERENCES graph_chunk ON DELETE CASCADE, alias TEXT NOT NULL,
  key TEXT NOT NULL, score REAL NOT NULL, reason TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS graph_alias_by_chunk ON graph_alias (chunk);
CREATE INDEX IF NOT EXISTS graph_alias_by_pair ON graph_alias (base, alias, key);
CREATE INDEX IF NOT EXISTS graph_alias_by_key ON graph_alias (base, key);
CREATE TABLE IF NOT EXISTS graph_heading (
  base INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (base, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS graph_naming (
  base INTEGER NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (base, key, document)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS graph_block (
  base INTEGER NOT NULL, block TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (base, block, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS graph_likeness (
  base INTEGER NOT NULL, alias TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, score REAL NOT NULL,
  reason TEXT NOT NULL, PRIMARY KEY (base, alias, key, document)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS graph_likeness_by_key ON graph_likeness (base, key);
CREATE INDEX IF NOT EXISTS graph_likeness_by_document ON graph_likeness (base, document) WHERE document <> '';
CREATE TABLE IF NOT EXISTS graph_verdict (
  base INTEGER NOT NULL, alias TEXT NOT NULL, key TEXT NOT NULL, verdict TEXT NOT NULL,
  one INTEGER NOT NULL REFERENCES graph_chunk ON DELETE CASCADE,
  other INTEGER NOT NULL REFERENCES graph_chunk ON DELETE CASCADE, PRIMARY KEY (base, alias, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS graph_verdict_by_one ON graph_verdict (one);
CREATE INDEX IF NOT EXISTS graph_verdict_by_other ON graph_verdict (other);
CREATE TABLE IF NOT EXISTS graph_undone (
  base INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY (base, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS graph_unresolved (
  base INTEGER NOT NULL, alias TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (base, alias, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS graph_resolution (
  base INTEGER NOT NULL, id TEXT NOT NULL, alias TEXT NOT NULL, key TEXT NOT NULL, score REAL NOT NULL,
  band TEXT NOT NULL, decided_by TEXT NOT NULL, reason TEXT NOT NULL, decided_at INTEGER NOT NULL,
  PRIMARY KEY (base, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS graph_resolution_by_alias ON graph_resolution (base, alias);
CREATE INDEX IF NOT EXISTS graph_resolution_by_key ON graph_resolution (base, key);
CREATE INDEX IF NOT EXISTS graph_resolution_merged ON graph_resolution (base) WHERE band = 'merged';
CREATE TABLE IF NOT EXISTS graph_community (
  number INTEGER PRIMARY KEY, base INTEGER NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, report TEXT NOT NULL,
  rank REAL NOT NULL, entity_ids TEXT NOT NULL, chunk_ids TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS graph_community_by_base ON graph_community (base);
"""

INSERT_CHUNK = """
INSERT INTO graph_chunk (base, id, document_id, since, revision) VALUES (?, ?, ?, ?, ?) RETURNING number
"""

# One row of JSON: thousands of rows of one key each would take ten times as long.
HEADINGS = """
SELECT json_group_array(key) FROM (
  SELECT key FROM graph_heading WHERE base = ?1
  UNION SELECT key FROM graph_chunk JOIN graph_mention ON chunk = number
    WHERE graph_chunk.base = ?1 AND revision > ?2 AND source = 'heading'
)
"""

INSERT_MENTION = "INSERT INTO graph_mention VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def base_number(connection: sqlite3.Connection, base: BaseKey) -> tuple[int, int]:
    """Return the number and the published version of a base; (0, 0) for one without a graph."""
    query = "SELECT number, version FROM graph_base WHERE tenant = ? AND id = ?"
    row = connection.execute(query, (base.tenant, base.id)).fetchone()
    return (row["number"], row["version"]) if row else (0, 0)


def ensured_base(connection: sqlite3.Connection, base: BaseKey) -> tuple[int, int]:
    """Return the number and the published version of a base, which is there afterwards."""
    connection.execute(
        "INSERT INTO graph_base (tenant, id, version) VALUES (?, ?, 0) ON CONFLICT DO NOTHING", (base.tenant, base.id)
    )
    return base_number(connection, base)


def record(connection: sqlite3.Connection, base: BaseKey, contributions: Sequence[Contribution]) -> None:
    """Write contributions for the next version; what the same chunks contributed before goes with it."""
    number, version = ensured_base(connection, base)
    ids = json.dumps([each.chunk_id for each in contributions])
    forget_where(connection, number, version, "id IN (SELECT value FROM json_each(?))", (ids,))
    for each in contributions:
        insert(connection, number, version + 1, each)


def forget(connection: sqlite3.Connection, base: BaseKey, document_id: str, except_chunks: Collection[str]) -> None:
    """Let a document's chunks go with the next version, but for the chunks named."""
    number, version = base_number(connection, base)
    rule = "document_id = ? AND id NOT IN (SELECT value FROM json_each(?))"
    forget_where(connection, number, version, rule, (document_id, json.dumps(list(except_chunks))))


def forget_where(connection: sqlite3.Connection, base: int, version: int, rule: str, bound: tuple[object, ...]) -> None:
    """Let chunks go that fit a rule: at once where no version has shown them, else with the next version."""
    connection.execute(f"DELETE FROM graph_chunk WHERE base = ? AND {rule} AND since > ?", (base, *bound, version))
    connection.execute(
        f"UPDATE graph_chunk SET until = ? WHERE base = ? AND {rule} AND until IS NULL", (version + 1, base, *bound)
    )


def insert(connection: sqlite3.Connection, base: int, version: int, contribution: Contribution) -> None:
    """Write the rows of one contribution."""
    row = (base, contribution.chunk_id, contribution.document_id, version, version)
    (chunk,) = connection.execute(INSERT_CHUNK, row).fetchone()
    mentions = [
        (base, chunk, m.key, m.name, m.type.value, m.confidence, m.source.value, m.start, m.end, place)
        for place, m in enumerate(contribution.mentions)
    ]
    relations = [
        (chunk, r.source, r.target, r.type.value, r.confidence, r.start, r.end, place)
        for place, r in enumerate(contribution.relations)
    ]
    aliases = [(base, chunk, a.alias, a.key, a.score, a.reason) for a in contribution.aliases]
    connection.executemany(INSERT_MENTION, mentions)
    connection.executemany("INSERT INTO graph_relation VALUES (?, ?, ?, ?, ?, ?, ?, ?)", relations)
    connection.executemany("INSERT INTO graph_alias VALUES (?, ?, ?, ?, ?, ?)", aliases)


def recorded(connection: sqlite3.Connection, base: BaseKey, chunk_ids: Sequence[str]) -> set[str]:
    """Return which of the chunks have a contribution that is not about to go."""
    number, _ = base_number(connection, base)
    query = "SELECT id FROM graph_chunk WHERE base = ? AND until IS NULL AND id IN (SELECT value FROM json_each(?))"
    return {id for (id,) in connection.execute(query, (number, json.dumps(list(chunk_ids))))}


def headings(connection: sqlite3.Connection, base: BaseKey) -> frozenset[str]:
    """Return the keys that a heading of a chunk names, chunks of the next version included."""
    (keys,) = connection.execute(HEADINGS, base_number(connection, base)).fetchone()
    return frozenset(json.loads(keys))
