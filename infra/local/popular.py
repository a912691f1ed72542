"""Who asks which question, in SQLite."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from infra.local.sqlite import Database
from infra.question_json import json_of, question_of
from shared.domain.access import BaseKey
from shared.domain.conversations import Owner
from shared.domain.popular import Asked

SCHEMA = """
CREATE TABLE IF NOT EXISTS asked (
  tenant TEXT NOT NULL, base TEXT NOT NULL, user TEXT NOT NULL, question TEXT NOT NULL,
  asked_at REAL NOT NULL, ends_at REAL NOT NULL, PRIMARY KEY (tenant, base, user, question)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS asked_of_base ON asked (tenant, base, asked_at);
CREATE INDEX IF NOT EXISTS asked_by_user ON asked (tenant, user, asked_at);
CREATE INDEX IF NOT EXISTS asked_end ON asked (ends_at);
CREATE TABLE IF NOT EXISTS answered_state (
  tenant TEXT NOT NULL, base TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (tenant, base)
) WITHOUT ROWID;
"""

LATEST = "SELECT * FROM asked WHERE tenant = ? AND base = ? AND ends_at > ? ORDER BY asked_at DESC LIMIT ?"
ASKED_BY = "SELECT * FROM asked WHERE tenant = ? AND user = ? AND ends_at > ? ORDER BY asked_at DESC"


class SqlitePopular:
    """Implements the port PopularStore."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        database.create(SCHEMA)

    async def count(self, asked: Asked) -> None:
        """See the port."""
        base, question = asked.question.scope.base, json.dumps(json_of(asked.question), sort_keys=True)
        times = asked.at.timestamp(), asked.expires_at.timestamp()
        row = (base.tenant, base.id, asked.owner.user, question, *times)
        await self._database.write("INSERT OR REPLACE INTO asked VALUES (?, ?, ?, ?, ?, ?)", row)

    async def latest(self, base: BaseKey, limit: int) -> Sequence[Asked]:
        """See the port."""
        rows = await self._database.read(LATEST, (base.tenant, base.id, self._clock().timestamp(), limit))
        return [asked_of(row) for row in rows]

    async def asked_by(self, owner: Owner) -> Sequence[Asked]:
        """See the port."""
        rows = await self._database.read(ASKED_BY, (owner.tenant, owner.user, self._clock().timestamp()))
        return [asked_of(row) for row in rows]

    async def forget(self, base: BaseKey) -> None:
        """See the port."""

        def forget() -> None:
            with self._database.transaction() as connection:
                for table in ("asked", "answered_state"):
                    connection.execute(f"DELETE FROM {table} WHERE tenant = ? AND base = ?", (base.tenant, base.id))

        await self._database.run(forget)

    async def answered(self, base: BaseKey) -> str:
        """See the port."""
        query = "SELECT state FROM answered_state WHERE tenant = ? AND base = ?"
        rows = await self._database.read(query, (base.tenant, base.id))
        return str(rows[0]["state"]) if rows else ""

    async def note_answered(self, base: BaseKey, state: str) -> None:
        """See the port."""
        row = (base.tenant, base.id, state)
        await self._database.write("INSERT OR REPLACE INTO answered_state VALUES (?, ?, ?)", row)

    async def erase(self, owner: Owner) -> None:
        """See the port."""
        await self._database.write("DELETE FROM asked WHERE tenant = ? AND user = ?", (owner.tenant, owner.user))

    async def sweep(self) -> int:
        """See the port."""
        return await self._database.write("DELETE FROM asked WHERE ends_at <= ?", (self._clock().timestamp(),))


def asked_of(row: sqlite3.Row) -> Asked:
    """Read what somebody asked."""
    question = question_of(BaseKey(row["tenant"], row["base"]), json.loads(row["question"]))
    at, ends_at = (datetime.fromtimestamp(row[name], UTC) for name in ("asked_at", "ends_at"))
    return Asked(Owner(row["tenant"], row["user"]), question, at, ends_at)
