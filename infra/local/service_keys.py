"""The keys that programs sign in with, in SQLite."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from infra.local.sqlite import Database
from shared.domain.roles import Role
from shared.domain.service_keys import ServiceKey

SCHEMA = """
CREATE TABLE IF NOT EXISTS service_key (
  tenant TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, secret_hash TEXT NOT NULL, role TEXT NOT NULL,
  groups TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
"""


class SqliteServiceKeys:
    """Implements the port ServiceKeys."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create(SCHEMA)

    async def keep(self, key: ServiceKey) -> None:
        """See the port."""
        row = (key.tenant, key.id, key.name, key.secret_hash, key.role.value, json.dumps(sorted(key.groups)))
        await self._database.write(
            "INSERT INTO service_key VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, key.created_at.isoformat())
        )

    async def key(self, tenant: str, id: str) -> ServiceKey | None:
        """See the port."""
        query = "SELECT * FROM service_key WHERE tenant = ? AND id = ?"
        row = await self._database.glance(lambda reader: reader.execute(query, (tenant, id)).fetchone())
        return key_of(row) if row else None

    async def keys(self, tenant: str, limit: int, after: str = "") -> Sequence[ServiceKey]:
        """See the port."""
        rows = await self._database.read(
            "SELECT * FROM service_key WHERE tenant = ? AND id > ? ORDER BY id LIMIT ?", (tenant, after, limit)
        )
        return [key_of(row) for row in rows]

    async def remove(self, tenant: str, id: str) -> None:
        """See the port."""
        await self._database.write("DELETE FROM service_key WHERE tenant = ? AND id = ?", (tenant, id))


def key_of(row: sqlite3.Row) -> ServiceKey:
    """Read a key from its row."""
    return ServiceKey(
        tenant=row["tenant"],
        id=row["id"],
        name=row["name"],
        secret_hash=row["secret_hash"],
        role=Role(row["role"]),
        groups=frozenset(json.loads(row["groups"])),
        created_at=datetime.fromisoformat(row["created_at"]),
    )
