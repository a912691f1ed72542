"""What the host remembers over a restart: which files were handed over to which function, and when timers are due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from infra.local.sqlite import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS receipts (
    function TEXT NOT NULL, path TEXT NOT NULL, etag TEXT NOT NULL, outcome TEXT NOT NULL, PRIMARY KEY (function, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS receipts_by_path ON receipts (path);
CREATE TABLE IF NOT EXISTS timers (
    function TEXT PRIMARY KEY, schedule TEXT NOT NULL, due REAL NOT NULL
) STRICT, WITHOUT ROWID;
"""

DELIVERED = "delivered"
POISON = "poison"


@dataclass(frozen=True)
class Receipt:
    """A function took a version of a file, or failed so often that it is not offered it again (`outcome` poison)."""

    function: str
    path: str
    etag: str
    outcome: str


class Memory:
    """A small SQLite file; every method may wait for the disk and belongs on a thread."""

    def __init__(self, path: Path) -> None:
        """Open or make the file. Raises StoreUnavailable."""
        self._database = Database(path)
        self._database.create(SCHEMA)

    def receipts(self) -> list[Receipt]:
        """All that was handed over and is not known to be deleted."""
        with self._database.snapshot() as connection:
            return [Receipt(*row) for row in connection.execute("SELECT function, path, etag, outcome FROM receipts")]

    def keep(self, receipts: Iterable[Receipt]) -> None:
        """Remember receipts; a newer version of a file takes the place of the older. Raises StoreUnavailable."""
        rows = [(each.function, each.path, each.etag, each.outcome) for each in receipts]
        with self._database.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO receipts VALUES (?, ?, ?, ?)", rows)

    def forget(self, path: str) -> None:
        """Forget a deleted file. Raises StoreUnavailable."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM receipts WHERE path = ?", (path,))

    def due(self, function: str, schedule: str) -> datetime | None:
        """When a timer was to fire next; None where it is new or its schedule has changed."""
        with self._database.snapshot() as connection:
            row = connection.execute(
                "SELECT due FROM timers WHERE function = ? AND schedule = ?", (function, schedule)
            ).fetchone()
            return datetime.fromtimestamp(row["due"], UTC) if row else None

    def set_due(self, function: str, schedule: str, due: datetime) -> None:
        """Remember when a timer is to fire next. Raises StoreUnavailable."""
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO timers VALUES (?, ?, ?)", (function, schedule, due.timestamp()))

    def close(self) -> None:
        """Close the file."""
        self._database.close()
