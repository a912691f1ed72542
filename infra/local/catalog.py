"""The register of knowledge bases and documents in SQLite."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from infra.local.sqlite import Database
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.documents import Document, DocumentState, KnowledgeBase
from shared.domain.errors import Conflict

SCHEMA = """
CREATE TABLE IF NOT EXISTS knowledge_base (
  tenant TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL, access TEXT NOT NULL,
  created_at TEXT NOT NULL, PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document (
  tenant TEXT NOT NULL, base TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, etag TEXT NOT NULL,
  state TEXT NOT NULL, reason TEXT NOT NULL, pages INTEGER NOT NULL, chunk_count INTEGER NOT NULL,
  vector_count INTEGER NOT NULL, entity_count INTEGER NOT NULL, progress REAL NOT NULL,
  processing_seconds REAL NOT NULL, access TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
  started_at TEXT, sha256 TEXT NOT NULL, PRIMARY KEY (tenant, base, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS document_by_id ON document (tenant, id);
"""

KEEP_DOCUMENT = """
INSERT OR REPLACE INTO document (tenant, base, id, name, etag, state, reason, pages, chunk_count, vector_count,
  entity_count, progress, processing_seconds, access, created_at, updated_at, started_at, sha256)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

STILL_AT = "SELECT 1 FROM document WHERE tenant = ? AND base = ? AND id = ? AND etag = ? AND state <> 'deleted'"


class SqliteCatalog:
    """Implements the port Catalog."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create(SCHEMA)

    async def create_base(self, base: KnowledgeBase) -> None:
        """See the port."""
        row = (base.key.tenant, base.key.id, base.name, base.description, labels_text(base.access))

        def insert() -> None:
            with self._database.transaction() as connection:
                connection.execute(
                    "INSERT INTO knowledge_base VALUES (?, ?, ?, ?, ?, ?)", (*row, base.created_at.isoformat())
                )

        try:
            await self._database.run(insert)
        except sqlite3.IntegrityError:
            raise Conflict(f"there is a knowledge base {base.key.id!r} already", id=base.key.id) from None

    async def base(self, key: BaseKey) -> KnowledgeBase | None:
        """See the port."""
        rows = await self._read("SELECT * FROM knowledge_base WHERE tenant = ? AND id = ?", (key.tenant, key.id))
        return base_of(rows[0]) if rows else None

    async def bases(self, principal: Principal, limit: int, after: str = "") -> list[KnowledgeBase]:
        """See the port."""
        rows = await self._read(
            "SELECT * FROM knowledge_base WHERE tenant = ? AND id > ? AND EXISTS"
            " (SELECT 1 FROM json_each(access) WHERE value IN (SELECT value FROM json_each(?))) ORDER BY id LIMIT ?",
            (principal.tenant, after, labels_text(principal.labels), limit),
        )
        return [base_of(row) for row in rows]

    async def delete_base(self, key: BaseKey) -> None:
        """See the port."""

        def delete() -> None:
            with self._database.transaction() as connection:
                connection.execute("DELETE FROM document WHERE tenant = ? AND base = ?", (key.tenant, key.id))
                connection.execute("DELETE FROM knowledge_base WHERE tenant = ? AND id = ?", (key.tenant, key.id))

        await self._database.run(delete)

    async def keep_document(self, document: Document) -> None:
        """See the port."""
        await self._write(KEEP_DOCUMENT, row_of(document))

    async def advance_document(self, document: Document) -> bool:
        """See the port."""
        where = (document.base.tenant, document.base.id, document.id, document.etag)

        def advance() -> bool:
            with self._database.transaction() as connection:
                is_current = connection.execute(STILL_AT, where).fetchone() is not None
                if is_current:
                    connection.execute(KEEP_DOCUMENT, row_of(document))
                return is_current

        return await self._database.run(advance)

    async def document(self, base: BaseKey, document_id: str) -> Document | None:
        """See the port."""
        rows = await self._read(
            "SELECT * FROM document WHERE tenant = ? AND base = ? AND id = ?", (base.tenant, base.id, document_id)
        )
        return document_of(rows[0]) if rows else None

    async def find_document(self, principal: Principal, document_id: str) -> Document | None:
        """See the port."""
        rows = await self._read("SELECT * FROM document WHERE tenant = ? AND id = ?", (principal.tenant, document_id))
        found = [document_of(row) for row in rows]
        return next((each for each in found if readable(principal, each)), None)

    async def documents(self, base: BaseKey, limit: int, after: str = "") -> Sequence[Document]:
        """See the port."""
        rows = await self._read(
            "SELECT * FROM document WHERE tenant = ? AND base = ? AND id > ? ORDER BY id LIMIT ?",
            (base.tenant, base.id, after, limit),
        )
        return [document_of(row) for row in rows]

    async def delete_document(self, base: BaseKey, document_id: str) -> None:
        """See the port."""
        await self._write(
            "DELETE FROM document WHERE tenant = ? AND base = ? AND id = ? AND state = 'deleted'",
            (base.tenant, base.id, document_id),
        )

    async def all_bases(self) -> list[BaseKey]:
        """See the port."""
        rows = await self._read("SELECT tenant, id FROM knowledge_base ORDER BY tenant, id", ())
        return [BaseKey(row["tenant"], row["id"]) for row in rows]

    async def _read(self, query: str, values: tuple[object, ...]) -> list[sqlite3.Row]:
        def read() -> list[sqlite3.Row]:
            with self._database.snapshot() as connection:
                return connection.execute(query, values).fetchall()

        return await self._database.run(read)

    async def _write(self, statement: str, values: tuple[object, ...]) -> None:
        def write() -> None:
            with self._database.transaction() as connection:
                connection.execute(statement, values)

        await self._database.run(write)


def readable(principal: Principal, document: Document) -> bool:
    """Say whether the principal may read the document."""
    return Scope(document.base, principal.labels).may_read(document.access)


def labels_text(labels: frozenset[str]) -> str:
    """Write access labels as JSON, in order."""
    return json.dumps(sorted(labels))


def base_of(row: sqlite3.Row) -> KnowledgeBase:
    """Read a knowledge base from its row."""
    return KnowledgeBase(
        BaseKey(row["tenant"], row["id"]),
        row["name"],
        row["description"],
        frozenset(json.loads(row["access"])),
        datetime.fromisoformat(row["created_at"]),
    )


def row_of(document: Document) -> tuple[object, ...]:
    """Write a document as the values of KEEP_DOCUMENT."""
    where = (document.base.tenant, document.base.id, document.id, document.name, document.etag)
    state = (document.state.value, document.reason, document.pages, document.chunk_count, document.vector_count)
    work = (document.entity_count, document.progress, document.processing_seconds, labels_text(document.access))
    started = document.started_at.isoformat() if document.started_at else None
    return (
        *where,
        *state,
        *work,
        document.created_at.isoformat(),
        document.updated_at.isoformat(),
        started,
        document.sha256,
    )


def document_of(row: sqlite3.Row) -> Document:
    """Read a document from its row."""
    return Document(
        base=BaseKey(row["tenant"], row["base"]),
        id=row["id"],
        name=row["name"],
        etag=row["etag"],
        state=DocumentState(row["state"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        updated_at=datetime.fromisoformat(row["updated_at"]),
        reason=row["reason"],
        pages=row["pages"],
        chunk_count=row["chunk_count"],
        vector_count=row["vector_count"],
        entity_count=row["entity_count"],
        progress=row["progress"],
        processing_seconds=row["processing_seconds"],
        access=frozenset(json.loads(row["access"])),
        started_at=datetime.fromisoformat(row["started_at"]) if row["started_at"] else None,
        sha256=row["sha256"],
    )
