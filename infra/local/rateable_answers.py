"""Answers that can be rated, in SQLite."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from infra.feedback_json import answer_of, json_of
from infra.local.sqlite import Database
from infra.local.together import RowsTogether
from shared.domain.conversations import Owner
from shared.domain.feedback import RateableAnswer

SCHEMA = """
CREATE TABLE IF NOT EXISTS rateable_answer (
  tenant TEXT NOT NULL, user TEXT NOT NULL, id TEXT NOT NULL, ends_at REAL NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (tenant, user, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS rateable_answer_end ON rateable_answer (ends_at);
"""

NOTE = "INSERT OR REPLACE INTO rateable_answer VALUES (?, ?, ?, ?, ?)"
OWN = "tenant = ? AND user = ?"
ONE = f"SELECT body FROM rateable_answer WHERE {OWN} AND id = ? AND ends_at > ?"
ALL = f"SELECT body FROM rateable_answer WHERE {OWN} AND ends_at > ? ORDER BY id"


class SqliteRateableAnswers:
    """Implements the port RateableAnswers."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        database.create(SCHEMA)
        self._noted = RowsTogether(database, NOTE)

    async def note(self, answer: RateableAnswer) -> None:
        """See the port."""
        body = json.dumps(json_of(answer), ensure_ascii=False)
        row = (answer.owner.tenant, answer.owner.user, answer.id, answer.expires_at.timestamp(), body)
        await self._noted.write(row)

    async def answer(self, owner: Owner, id: str) -> RateableAnswer | None:
        """See the port."""
        key = (owner.tenant, owner.user, id, self._now())
        found = await self._database.glance(lambda reader: reader.execute(ONE, key).fetchone())
        return answer_of(json.loads(found["body"])) if found else None

    async def answers(self, owner: Owner) -> Sequence[RateableAnswer]:
        """See the port."""
        found = await self._database.read(ALL, (owner.tenant, owner.user, self._now()))
        return [answer_of(json.loads(row["body"])) for row in found]

    async def erase(self, owner: Owner) -> None:
        """See the port."""
        await self._database.write(f"DELETE FROM rateable_answer WHERE {OWN}", (owner.tenant, owner.user))

    async def sweep(self) -> int:
        """See the port."""
        return await self._database.write("DELETE FROM rateable_answer WHERE ends_at <= ?", (self._now(),))

    def _now(self) -> float:
        return self._clock().timestamp()
