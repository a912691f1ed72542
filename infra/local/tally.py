"""Counts up to a bound, in SQLite: one transaction per count, so that neither tasks nor processes pass it."""

import json
from collections.abc import Sequence

from infra.local.sqlite import Database
from shared.domain.tally import Share, Stretch

# `counted` is a JSON object from what is counted to how much of it.
SCHEMA = """
CREATE TABLE IF NOT EXISTS tally (
  account TEXT NOT NULL, stretch TEXT NOT NULL, counted TEXT NOT NULL, expires_at REAL NOT NULL,
  PRIMARY KEY (account, stretch)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tally_by_expiry ON tally (expires_at);
"""


class SqliteTally:
    """Port Tally over one SQLite file that several processes may share."""

    def __init__(self, database: Database) -> None:
        """Create the table where it is missing. Raises StoreUnavailable."""
        self._database = database
        database.create(SCHEMA)

    async def take(self, stretch: Stretch, shares: Sequence[Share], now: float) -> bool:
        """See the port."""
        return await self._database.run(lambda: self._take(stretch, shares, now))

    def _take(self, stretch: Stretch, shares: Sequence[Share], now: float) -> bool:
        place = (stretch.account, stretch.name)
        with self._database.transaction() as writer:
            row = writer.execute("SELECT counted FROM tally WHERE account = ? AND stretch = ?", place).fetchone()
            counted: dict[str, int] = json.loads(row["counted"]) if row else {}
            for each in shares:
                counted[each.of] = counted.get(each.of, 0) + each.amount
                if counted[each.of] > each.most:
                    return False
            if row is None:
                writer.execute("DELETE FROM tally WHERE expires_at < ?", (now,))
            values = (*place, json.dumps(counted), now + stretch.seconds)
            writer.execute("INSERT OR REPLACE INTO tally VALUES (?, ?, ?, ?)", values)
            return True
