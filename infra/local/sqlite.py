"""One SQLite file in WAL mode: a single writer, a reader per thread, and one that glances from the event loop."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from shared.domain.errors import StoreUnavailable

Result = TypeVar("Result")

BUSY_SECONDS = 5.0
"""How long a connection waits for another process's write before it says that the store is unavailable."""


def connect(path: Path, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """Open the file as every connection does: WAL, one fsync per checkpoint, foreign keys, deleted bytes are zeros."""
    connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")
    return connection


def read_only(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Let a connection refuse every write."""
    connection.execute("PRAGMA query_only=ON")
    return connection


class Database:
    """A SQLite file shared by the adapters of one process.

    Writes are serialised by a lock, so that a transaction never waits for a neighbour inside the same process;
    reads run beside them on a connection of their thread and see the last committed state.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises StoreUnavailable where that is impossible."""
        self._path = path
        self._writing = threading.Lock()
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix=f"sqlite-{path.stem}")
        with translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = connect(path)
            self._glancer = read_only(connect(path, busy_seconds=0))

    def create(self, schema: str) -> None:
        """Create the tables of one adapter where they are missing."""
        with self._writing, translated():
            self._writer.executescript(schema)

    def add_column(self, table: str, column: str, declaration: str) -> None:
        """Give a table the column that it lacks in a file of an earlier version."""
        with self._writing, translated():
            if column not in {row["name"] for row in self._writer.execute(f"PRAGMA table_info({table})")}:
                self._writer.execute(f"ALTER TABLE {table} ADD COLUMN {column} {declaration}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the block as one write: all of it is kept, or none. Raises StoreUnavailable when full or locked."""
        with self._writing, translated():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                # A full disk may have ended the transaction already.
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Run the block's reads against one committed state of the file."""
        with translated():
            reader = self._reader()
            reader.execute("BEGIN")
            try:
                yield reader
            finally:
                reader.execute("ROLLBACK")

    async def run(self, work: Callable[[], Result]) -> Result:
        """Do blocking work on a thread of this database and wait for it without holding the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def glance(self, look: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run one query that finds a row or two by their key, at once on the event loop.

        That takes a tenth of what a change of thread does, and a reader waits for no writer. In the rare moments when
        the file is locked all the same, it is asked again on a thread.
        """
        try:
            return look(self._glancer)
        except sqlite3.Error:
            return await self.run(lambda: self.look(look))

    def look(self, look: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run one query on this thread; a single one sees one committed state without a snapshot around it."""
        with translated():
            return look(self._reader())

    async def read(self, query: str, values: tuple[object, ...]) -> list[sqlite3.Row]:
        """Return the rows of one query."""
        return await self.run(lambda: self.look(lambda reader: reader.execute(query, values).fetchall()))

    async def write(self, statement: str, values: tuple[object, ...]) -> int:
        """Run one statement and return how many rows it touched."""

        def touched() -> int:
            with self.transaction() as writer:
                return writer.execute(statement, values).rowcount

        return await self.run(touched)

    def close(self) -> None:
        """End the threads and close every connection; the last one folds the WAL into the file."""
        self._threads.shutdown(wait=True)
        for connection in [*self._readers, self._glancer, self._writer]:
            connection.close()

    def _reader(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            connection = read_only(connect(self._path))
            self._local.connection = connection
            self._readers.append(connection)
        return self._local.connection  # type: ignore[no-any-return]


@contextmanager
def translated() -> Iterator[None]:
    """Say a full disk, a locked or a broken file in the words of the error tree."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except (sqlite3.Error, OSError) as error:
        raise StoreUnavailable(f"the local store cannot be used: {error}") from error
