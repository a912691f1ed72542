"""Answers in SQLite: they outlive the process, and those that end soonest go first."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from sqlite3 import Connection
from time import time

from infra.answer_json import answer_of, json_of
from infra.answer_name import answer_name
from infra.local.sqlite import Database
from shared.domain.access import BaseKey
from shared.domain.answers import Answer, Question
from shared.domain.caching import Holding, Kept

MOST_BYTES = 256_000_000
"""Bound on all kept answers in the file; 10,000 answers over eight passages each take about half of it."""

# The sums are kept by the file itself: counting a hundred thousand rows would cost more than the write.
SCHEMA = """
CREATE TABLE IF NOT EXISTS answer (
  name TEXT PRIMARY KEY, tenant TEXT NOT NULL, base TEXT NOT NULL,
  ends_at REAL NOT NULL, size INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS answer_of_base ON answer (tenant, base, size);
CREATE INDEX IF NOT EXISTS answer_end ON answer (ends_at);
CREATE TABLE IF NOT EXISTS answer_sum (entries INTEGER NOT NULL, size INTEGER NOT NULL);
INSERT INTO answer_sum SELECT 0, 0 WHERE NOT EXISTS (SELECT 1 FROM answer_sum);
CREATE TRIGGER IF NOT EXISTS answer_added AFTER INSERT ON answer
  BEGIN UPDATE answer_sum SET entries = entries + 1, size = size + NEW.size; END;
CREATE TRIGGER IF NOT EXISTS answer_dropped AFTER DELETE ON answer
  BEGIN UPDATE answer_sum SET entries = entries - 1, size = size - OLD.size; END;
"""

OVER = "SELECT entries > ? OR size > ? FROM answer_sum"
FIRST_TO_END = "DELETE FROM answer WHERE name = (SELECT name FROM answer ORDER BY ends_at, rowid LIMIT 1)"


@dataclass(frozen=True)
class Bounds:
    """How long an answer is kept, and how many of how many bytes together; 0 of any keeps none."""

    seconds: float
    entries: int
    bytes: int = MOST_BYTES


class SqliteAnswerCache:
    """Port AnswerCache over the file that counts the bases' versions, so that neither is ever restored alone."""

    def __init__(self, database: Database, bounds: Bounds, origin: str, clock: Callable[[], float] = time) -> None:
        """`origin` names what answers: an answer of other models is not found. `clock` gives seconds since 1970."""
        self._database, self._bounds, self._origin, self._clock = database, bounds, origin, clock
        database.create(SCHEMA)

    async def get(self, question: Question, version: int) -> Kept | None:
        """See the port."""
        return await self._database.run(lambda: self._get(answer_name(question, version, self._origin)))

    async def keep(self, question: Question, version: int, answer: Answer, seconds: float = inf) -> None:
        """See the port; an answer that never fits is not kept."""
        lifetime = min(self._bounds.seconds, seconds)
        if lifetime > 0:
            await self._database.run(lambda: self._keep(question, version, answer, lifetime))

    async def forget(self, base: BaseKey) -> None:
        """See the port."""

        def forget() -> None:
            with self._database.transaction() as connection:
                connection.execute("DELETE FROM answer WHERE tenant = ? AND base = ?", (base.tenant, base.id))

        await self._database.run(forget)

    async def holding(self, bases: Sequence[BaseKey]) -> Holding:
        """See the port."""

        def held() -> Holding:
            query = "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM answer WHERE tenant = ? AND base = ?"
            with self._database.snapshot() as connection:
                rows = [connection.execute(query, (each.tenant, each.id)).fetchone() for each in bases]
            return Holding(sum(row[0] for row in rows), sum(row[1] for row in rows))

        return await self._database.run(held)

    def _get(self, name: str) -> Kept | None:
        with self._database.snapshot() as connection:
            row = connection.execute("SELECT ends_at, body FROM answer WHERE name = ?", (name,)).fetchone()
        left = row["ends_at"] - self._clock() if row else 0
        return Kept(answer_of(json.loads(row["body"])), left) if left > 0 else None

    def _keep(self, question: Question, version: int, answer: Answer, lifetime: float) -> None:
        name, base, now = answer_name(question, version, self._origin), question.scope.base, self._clock()
        body = json.dumps(json_of(answer), ensure_ascii=False).encode("utf-8", "surrogatepass")
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM answer WHERE name = ? OR ends_at <= ?", (name, now))
            row = (name, base.tenant, base.id, now + lifetime, len(body), body)
            connection.execute("INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)", row)
            self._make_room(connection)

    def _make_room(self, connection: Connection) -> None:
        while connection.execute(OVER, (self._bounds.entries, self._bounds.bytes)).fetchone()[0]:
            connection.execute(FIRST_TO_END)
