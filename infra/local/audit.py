"""The audit trail in SQLite, which refuses to change or to lose a row."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from infra.local.sqlite import Database
from shared.domain.audit import AuditEntry, Deed

SCHEMA = """
CREATE TABLE IF NOT EXISTS audit (
  tenant TEXT NOT NULL, id TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, deed TEXT NOT NULL,
  about TEXT NOT NULL, request_id TEXT NOT NULL, PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'rows stay as they are'); END;
CREATE TRIGGER IF NOT EXISTS audit_keeps BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'rows are kept'); END;
"""


class SqliteAuditTrail:
    """Implements the port AuditTrail."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create(SCHEMA)
        for column in ("before", "after"):
            database.add_column("audit", column, "TEXT NOT NULL DEFAULT '[]'")

    async def note(self, entry: AuditEntry) -> None:
        """See the port."""
        row = (entry.tenant, entry.id, entry.at.isoformat(), entry.who, entry.deed.value, entry.about)
        labels = json.dumps(sorted(entry.before)), json.dumps(sorted(entry.after))
        statement = "INSERT OR IGNORE INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        await self._database.write(statement, (*row, entry.request_id, *labels))

    async def entries(self, tenant: str, limit: int, after: str = "") -> Sequence[AuditEntry]:
        """See the port."""
        rows = await self._database.read(
            "SELECT * FROM audit WHERE tenant = ? AND id > ? ORDER BY id LIMIT ?", (tenant, after, limit)
        )
        return [entry_of(row) for row in rows]


def entry_of(row: sqlite3.Row) -> AuditEntry:
    """Read a row."""
    return AuditEntry(
        tenant=row["tenant"],
        id=row["id"],
        at=datetime.fromisoformat(row["at"]),
        who=row["who"],
        deed=Deed(row["deed"]),
        about=row["about"],
        request_id=row["request_id"],
        before=frozenset(json.loads(row["before"])),
        after=frozenset(json.loads(row["after"])),
    )
