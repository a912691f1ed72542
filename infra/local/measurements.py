"""Measurements in SQLite, a row for each batch."""

import json
from collections.abc import Sequence
from dataclasses import astuple

from infra.local.sqlite import Database
from shared.domain.performance import MINUTES_KEPT, Batch, series_of

SCHEMA = """
CREATE TABLE IF NOT EXISTS measurement (name TEXT PRIMARY KEY, minute INTEGER NOT NULL, series TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS measurement_minute ON measurement (minute);
"""


class SqliteMeasurements:
    """Port MeasurementStore; what is older than the time that is kept goes with each new batch."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.create(SCHEMA)

    async def keep(self, batch: Batch) -> None:
        """See the port."""
        written = json.dumps([astuple(each) for each in batch.series])

        def keep() -> None:
            with self._database.transaction() as connection:
                connection.execute("DELETE FROM measurement WHERE minute <= ?", (batch.minute - MINUTES_KEPT,))
                row = (batch.name, batch.minute, written)
                connection.execute("INSERT OR REPLACE INTO measurement VALUES (?, ?, ?)", row)

        await self._database.run(keep)

    async def since(self, minute: int) -> Sequence[Batch]:
        """See the port."""

        def read() -> list[Batch]:
            query = "SELECT name, minute, series FROM measurement WHERE minute >= ?"
            with self._database.snapshot() as connection:
                rows = connection.execute(query, (minute,)).fetchall()
            return [Batch(row["name"], row["minute"], tuple(map(series_of, json.loads(row["series"])))) for row in rows]

        return await self._database.run(read)
