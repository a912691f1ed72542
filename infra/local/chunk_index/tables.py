"""The tables of the chunk index, and how a document's rows are written and read."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.access import BaseKey
from shared.domain.documents import Chunk, Document

# A base's row outlives its last document, so that no version number is ever given twice to caches keyed by it.
# AUTOINCREMENT never gives a number twice either: a chunk's number names one content for ever.
SCHEMA = """
CREATE TABLE IF NOT EXISTS indexed_base (
  number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, UNIQUE (tenant, id)
);
CREATE TABLE IF NOT EXISTS indexed_document (
  number INTEGER PRIMARY KEY AUTOINCREMENT, base INTEGER NOT NULL REFERENCES indexed_base, id TEXT NOT NULL,
  name TEXT NOT NULL, access TEXT NOT NULL, revision INTEGER NOT NULL, UNIQUE (base, id)
);
CREATE INDEX IF NOT EXISTS indexed_document_by_revision ON indexed_document (base, revision);
CREATE TABLE IF NOT EXISTS chunk (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  document INTEGER NOT NULL REFERENCES indexed_document ON DELETE CASCADE, id TEXT NOT NULL,
  ordinal INTEGER NOT NULL, title TEXT NOT NULL, heading_path TEXT NOT NULL, page INTEGER NOT NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL, terms BLOB NOT NULL, vector BLOB NOT NULL,
  UNIQUE (document, id)
);
CREATE INDEX IF NOT EXISTS chunk_by_id ON chunk (id);
"""

INSERT_CHUNK = """
INSERT INTO chunk (document, id, ordinal, title, heading_path, page, start, end, text, terms, vector)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

BASE_NUMBER = "SELECT number, version FROM indexed_base WHERE tenant = ? AND id = ?"

PASSAGE = "chunk.id, ordinal, title, heading_path, page, start, end, text, indexed_document.id AS document_id"

CHUNKS_OF = f"""
SELECT {PASSAGE}, vector
FROM chunk JOIN indexed_document ON document = indexed_document.number
WHERE indexed_document.base = ? AND indexed_document.id = ? ORDER BY ordinal
"""

# The plus keeps SQLite from walking the documents of the base instead of looking up the few chunks.
CHUNKS_BY_ID = f"""
SELECT {PASSAGE}, name, access
FROM chunk JOIN indexed_document ON document = indexed_document.number
WHERE chunk.id IN (SELECT value FROM json_each(?))
  AND +base = (SELECT number FROM indexed_base WHERE tenant = ? AND id = ?)
"""


@dataclass(frozen=True, slots=True)
class IndexedChunk:
    """A chunk with its packed terms and its vector as little-endian float16 bytes."""

    chunk: Chunk
    terms: bytes
    vector: bytes


def base_number(connection: sqlite3.Connection, base: BaseKey) -> tuple[int, int]:
    """Return the number and the version of a base; (0, 0) for one that never held a chunk."""
    row = connection.execute(BASE_NUMBER, (base.tenant, base.id)).fetchone()
    return (row["number"], row["version"]) if row else (0, 0)


def raise_version(connection: sqlite3.Connection, base: BaseKey) -> tuple[int, int]:
    """Count one more change of a base and return its number and the new version."""
    row = connection.execute(
        "INSERT INTO indexed_base (tenant, id, version) VALUES (?, ?, 1)"
        " ON CONFLICT (tenant, id) DO UPDATE SET version = version + 1 RETURNING number, version",
        (base.tenant, base.id),
    ).fetchone()
    return row["number"], row["version"]


def keep_document(connection: sqlite3.Connection, document: Document) -> int:
    """Write a document's name and access labels under a new version of its base; return the document's number."""
    base, version = raise_version(connection, document.base)
    row = connection.execute(
        "INSERT INTO indexed_document (base, id, name, access, revision) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (base, id) DO UPDATE SET name = excluded.name, access = excluded.access,"
        " revision = excluded.revision RETURNING number",
        (base, document.id, document.name, json.dumps(sorted(document.access)), version),
    ).fetchone()
    return int(row["number"])


def relabel(connection: sqlite3.Connection, base: BaseKey, document_id: str, access: frozenset[str]) -> None:
    """Write a document's access labels under a new version of its base; one that is not there changes nothing."""
    number, _ = base_number(connection, base)
    place = (number, document_id)
    if connection.execute("SELECT 1 FROM indexed_document WHERE base = ? AND id = ?", place).fetchone():
        _, version = raise_version(connection, base)
        changed = (json.dumps(sorted(access)), version, *place)
        connection.execute("UPDATE indexed_document SET access = ?, revision = ? WHERE base = ? AND id = ?", changed)


def labels(connection: sqlite3.Connection, base: BaseKey) -> tuple[int, frozenset[str]]:
    """Return the version of a base, and every access label that its documents carry then."""
    number, version = base_number(connection, base)
    rows = connection.execute("SELECT DISTINCT access FROM indexed_document WHERE base = ?", (number,))
    return version, frozenset(label for (access,) in rows for label in json.loads(access))


def indexed(connection: sqlite3.Connection, base: BaseKey, document_id: str) -> dict[str, tuple[str, bytes]]:
    """Return title and vector of a document's chunks by id: what decides whether a chunk is unchanged."""
    number, _ = base_number(connection, base)
    return {row["id"]: (row["title"], row["vector"]) for row in connection.execute(CHUNKS_OF, (number, document_id))}


def replace_chunks(connection: sqlite3.Connection, document: int, rows: Sequence[IndexedChunk | Chunk]) -> None:
    """Make these a document's chunks; a plain Chunk is one that stays and only moves."""
    staying = [row for row in rows if isinstance(row, Chunk)]
    added = [row for row in rows if isinstance(row, IndexedChunk)]
    connection.execute(
        "DELETE FROM chunk WHERE document = ? AND id NOT IN (SELECT value FROM json_each(?))",
        (document, json.dumps([chunk.id for chunk in staying])),
    )
    connection.executemany(
        "UPDATE chunk SET ordinal = ?, page = ?, start = ?, end = ? WHERE document = ? AND id = ?",
        [(chunk.ordinal, chunk.page, chunk.start, chunk.end, document, chunk.id) for chunk in staying],
    )
    connection.executemany(INSERT_CHUNK, [values(document, row) for row in added])


def values(document: int, row: IndexedChunk) -> tuple[object, ...]:
    """Write a chunk as the values of INSERT_CHUNK."""
    chunk = row.chunk
    where = (chunk.ordinal, chunk.title, json.dumps(chunk.heading_path), chunk.page, chunk.start, chunk.end)
    return (document, chunk.id, *where, chunk.text, row.terms, row.vector)


def remove_document(connection: sqlite3.Connection, base: BaseKey, document_id: str) -> None:
    """Delete a document with its chunks; a document that is not there changes nothing."""
    number, _ = base_number(connection, base)
    gone = connection.execute("DELETE FROM indexed_document WHERE base = ? AND id = ?", (number, document_id))
    if gone.rowcount:
        raise_version(connection, base)


def chunks_by_id(connection: sqlite3.Connection, base: BaseKey, ids: Sequence[str]) -> list[sqlite3.Row]:
    """Return the rows of chunks of a base, with their documents' names and access labels, in no order."""
    return connection.execute(CHUNKS_BY_ID, (json.dumps(ids), base.tenant, base.id)).fetchall()


def chunk_of(row: sqlite3.Row) -> Chunk:
    """Read a chunk from its row."""
    return Chunk(
        id=row["id"],
        document_id=row["document_id"],
        ordinal=row["ordinal"],
        title=row["title"],
        heading_path=tuple(json.loads(row["heading_path"])),
        text=row["text"],
        page=row["page"],
        start=row["start"],
        end=row["end"],
    )
