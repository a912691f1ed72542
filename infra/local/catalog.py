"""The register of knowledge bases and documents in SQLite."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, replace
from datetime import datetime

from infra.local.sqlite import Database
from shared.domain.access import BaseKey, Principal
from shared.domain.base_settings import BaseSettings
from shared.domain.documents import Document, DocumentState, KnowledgeBase
from shared.domain.errors import Conflict
from shared.domain.money import Money
from shared.domain.step_times import StepTimes

SCHEMA = """
CREATE TABLE IF NOT EXISTS knowledge_base (
  tenant TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL, access TEXT NOT NULL,
  created_at TEXT NOT NULL, owner TEXT NOT NULL DEFAULT '', PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document (
  tenant TEXT NOT NULL, base TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, etag TEXT NOT NULL,
  state TEXT NOT NULL, reason TEXT NOT NULL, pages INTEGER NOT NULL, chunk_count INTEGER NOT NULL,
  vector_count INTEGER NOT NULL, entity_count INTEGER NOT NULL, progress REAL NOT NULL,
  processing_seconds REAL NOT NULL, access TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
  started_at TEXT, sha256 TEXT NOT NULL, PRIMARY KEY (tenant, base, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS document_by_id ON document (tenant, id);
CREATE INDEX IF NOT EXISTS document_by_change ON document (tenant, base, updated_at);
"""

KEEP_DOCUMENT = """
INSERT OR REPLACE INTO document (tenant, base, id, name, etag, state, reason, pages, chunk_count, vector_count,
  entity_count, progress, processing_seconds, access, created_at, updated_at, started_at, sha256,
  cost, times, read_as, owner, reason_code)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

KEEP_BASE = """
INSERT INTO knowledge_base (tenant, id, name, description, access, created_at, owner, settings)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""

CHANGE_BASE = """
UPDATE knowledge_base SET name = ?, description = ?, access = ?, owner = ?, settings = ?
WHERE tenant = ? AND id = ? AND name = ? AND description = ? AND access = ? AND owner = ?
  AND settings = ?
"""

LATER_COLUMNS = {
    "cost": "INTEGER NOT NULL DEFAULT 0",
    "times": "TEXT NOT NULL DEFAULT '[]'",
    "read_as": "TEXT NOT NULL DEFAULT ''",
    "owner": "TEXT NOT NULL DEFAULT ''",
    "reason_code": "TEXT NOT NULL DEFAULT ''",
}
"""What the first version of the table `document` lacked."""

PRESENT = "SELECT * FROM document WHERE tenant = ? AND base = ? AND id = ? AND state <> 'deleted'"


class SqliteCatalog:
    """Implements the port Catalog."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create(SCHEMA)
        database.add_column("knowledge_base", "owner", "TEXT NOT NULL DEFAULT ''")
        database.add_column("knowledge_base", "settings", "TEXT NOT NULL DEFAULT '[]'")
        for column, declaration in LATER_COLUMNS.items():
            database.add_column("document", column, declaration)

    async def create_base(self, base: KnowledgeBase) -> None:
        """See the port."""
        row = (base.key.tenant, base.key.id, base.name, base.description, labels_text(base.access))

        def insert() -> None:
            with self._database.transaction() as connection:
                connection.execute(
                    KEEP_BASE, (*row, base.created_at.isoformat(), base.owner, settings_text(base.settings))
                )

        try:
            await self._database.run(insert)
        except sqlite3.IntegrityError:
            raise Conflict(
                f"there is a knowledge base {base.key.id!r} already", id=base.key.id, taken=base.key.id
            ) from None

    async def base(self, key: BaseKey) -> KnowledgeBase | None:
        """See the port."""
        query = "SELECT * FROM knowledge_base WHERE tenant = ? AND id = ?"
        row = await self._database.glance(lambda reader: reader.execute(query, (key.tenant, key.id)).fetchone())
        return base_of(row) if row else None

    async def change_base(self, base: KnowledgeBase, known: KnowledgeBase) -> bool:
        """See the port."""
        where = (known.key.tenant, known.key.id)
        return await self._database.write(CHANGE_BASE, (*changing(base), *where, *changing(known))) == 1

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

        def keep() -> None:
            with self._database.transaction() as connection:
                present = connection.execute(PRESENT, place_of(document)).fetchone()
                kept = as_labelled(document, document_of(present)) if present else document
                connection.execute(KEEP_DOCUMENT, row_of(kept))

        await self._database.run(keep)

    async def advance_document(self, document: Document) -> bool:
        """See the port."""

        def advance() -> bool:
            with self._database.transaction() as connection:
                present = connection.execute(PRESENT, place_of(document)).fetchone()
                if present is None or present["etag"] != document.etag:
                    return False
                advanced = replace(as_labelled(document, document_of(present)), cost=Money(present["cost"]))
                connection.execute(KEEP_DOCUMENT, row_of(advanced))
                return True

        return await self._database.run(advance)

    async def charge_document(self, base: BaseKey, document_id: str, cost: Money) -> None:
        """See the port."""
        await self._write(
            "UPDATE document SET cost = cost + ? WHERE tenant = ? AND base = ? AND id = ?",
            (cost.nano_usd, base.tenant, base.id, document_id),
        )

    async def document(self, base: BaseKey, document_id: str) -> Document | None:
        """See the port."""
        rows = await self._read(
            "SELECT * FROM document WHERE tenant = ? AND base = ? AND id = ?", (base.tenant, base.id, document_id)
        )
        return document_of(rows[0]) if rows else None

    async def relabel_document(self, document: Document, access: frozenset[str]) -> bool:
        """See the port."""
        where = (*place_of(document), labels_text(document.access))
        statement = "UPDATE document SET access = ? WHERE tenant = ? AND base = ? AND id = ? AND access = ?"
        return await self._database.write(statement, (labels_text(access), *where)) == 1

    async def find_document(self, tenant: str, document_id: str) -> Document | None:
        """See the port."""
        rows = await self._read("SELECT * FROM document WHERE tenant = ? AND id = ?", (tenant, document_id))
        return document_of(rows[0]) if rows else None

    async def documents(self, base: BaseKey, limit: int, after: str = "") -> Sequence[Document]:
        """See the port."""
        rows = await self._read(
            "SELECT * FROM document WHERE tenant = ? AND base = ? AND id > ? ORDER BY id LIMIT ?",
            (base.tenant, base.id, after, limit),
        )
        return [document_of(row) for row in rows]

    async def changed_documents(self, base: BaseKey, since: datetime, limit: int) -> Sequence[Document]:
        """See the port."""
        rows = await self._read(
            "SELECT * FROM document WHERE tenant = ? AND base = ? AND updated_at >= ? ORDER BY updated_at LIMIT ?",
            (base.tenant, base.id, since.isoformat(), limit),
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


def place_of(document: Document) -> tuple[str, str, str]:
    """Say where a document stands."""
    return document.base.tenant, document.base.id, document.id


def as_labelled(document: Document, present: Document) -> Document:
    """Return a document with owner and labels of the one that is there."""
    return replace(document, access=present.access, owner=present.owner)


def labels_text(labels: frozenset[str]) -> str:
    """Write access labels as JSON, in order."""
    return json.dumps(sorted(labels))


def changing(base: KnowledgeBase) -> tuple[str, str, str, str, str]:
    """Return what may change of a base, as the values of CHANGE_BASE."""
    return base.name, base.description, labels_text(base.access), base.owner, settings_text(base.settings)


def settings_text(settings: BaseSettings) -> str:
    """Write a base's settings as JSON; those of the house as a file of an earlier version has them."""
    return json.dumps([] if settings == BaseSettings() else astuple(settings))


def base_of(row: sqlite3.Row) -> KnowledgeBase:
    """Read a knowledge base from its row."""
    return KnowledgeBase(
        BaseKey(row["tenant"], row["id"]),
        row["name"],
        row["description"],
        frozenset(json.loads(row["access"])),
        datetime.fromisoformat(row["created_at"]),
        row["owner"],
        BaseSettings(*json.loads(row["settings"])),
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
        document.cost.nano_usd,
        json.dumps(astuple(document.times)),
        document.read_as,
        document.owner,
        document.reason_code,
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
        cost=Money(row["cost"]),
        times=StepTimes(*json.loads(row["times"])),
        read_as=row["read_as"],
        owner=row["owner"],
        reason_code=row["reason_code"],
    )
