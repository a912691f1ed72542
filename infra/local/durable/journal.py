"""The journal: one thread that writes to the file, everything that waits in one transaction."""

import asyncio
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from infra.local.sqlite import Database
from shared.domain.errors import KnowledgeError, StoreUnavailable, Unavailable

logger = logging.getLogger(__name__)

Write = Callable[[sqlite3.Connection], Any]

RETRY_SECONDS = 0.2
"""Pause before a write of the runner itself is tried again while the file is full or locked."""

CLOSE_SECONDS = 5.0
"""How long a closing journal waits for its last commit."""


@dataclass(frozen=True)
class Entry:
    """One write; `done` hears its result and `refused` its error, both on the loop's thread after the commit."""

    write: Write
    done: Callable[[Any], None]
    # A caller hears that the store is unavailable; the runner's own writes have nobody to tell and are retried.
    refused: Callable[[Exception], None] | None = None


Settled = tuple[Entry, Any]


class Journal:
    """Writes that arrive while one commit is under way share the next, so that the speed does not hang on commits."""

    def __init__(self, database: Database, after_batch: Callable[[], None]) -> None:
        """Must be made on the event loop; `after_batch` is called there after the results of a commit were heard."""
        self._database = database
        self._after_batch = after_batch
        self._is_closed = False
        self._loop = asyncio.get_running_loop()
        self._waiting: queue.SimpleQueue[Entry | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="durable-journal", daemon=True)
        self._thread.start()

    def write(self, write: Write, done: Callable[[Any], None]) -> None:
        """Commit a write of the runner itself, however long it takes."""
        self._waiting.put(Entry(write, done))

    async def ask(self, write: Write, done: Callable[[Any], None]) -> Any:
        """Commit a caller's write and return its result. Raises what it raised, or StoreUnavailable."""
        if self._is_closed:
            raise StoreUnavailable("the durable runner has stopped")
        answer: asyncio.Future[Any] = self._loop.create_future()

        def heard(result: Any) -> None:
            done(result)
            if not answer.done():
                answer.set_result(result)

        def refused(error: Exception) -> None:
            if not answer.done():
                answer.set_exception(error)

        self._waiting.put(Entry(write, heard, refused))
        return await answer

    async def close(self) -> None:
        """Commit what waits and end the thread; a store that is away is given up on, a restart does the rest again."""
        self._is_closed = True
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join, CLOSE_SECONDS)

    def _work(self) -> None:
        batch: list[Entry] = []
        is_closing = False
        while not is_closing:
            is_closing = self._take_waiting(batch)
            batch = self._commit(batch)
            if batch:
                time.sleep(RETRY_SECONDS)

    def _take_waiting(self, batch: list[Entry]) -> bool:
        """Add what waits to the batch, and wait where that is nothing; returns whether it was the last."""
        while not batch or not self._waiting.empty():
            entry = self._waiting.get()
            if entry is None:
                return True
            batch.append(entry)
        return False

    def _commit(self, batch: list[Entry]) -> list[Entry]:
        """Commit a batch; returns the entries to try again."""
        try:
            with self._database.transaction() as connection:
                results = [attempt(entry, connection) for entry in batch]
        except Unavailable as error:
            logger.warning("durable runs wait for their store: %s", error)
            self._tell([(entry, error) for entry in batch if entry.refused])
            return [entry for entry in batch if not entry.refused]
        except Exception as error:
            return self._commit_alone(batch, error)
        self._tell(list(zip(batch, results, strict=True)))
        return []

    def _commit_alone(self, batch: list[Entry], error: Exception) -> list[Entry]:
        """Keep one write that cannot be done from taking its neighbours down."""
        if len(batch) > 1:
            return [entry for each in batch for entry in self._commit([each])]
        logger.error("a write of the durable runner failed", exc_info=error)
        self._tell([(batch[0], error)])
        return []

    def _tell(self, settled: Sequence[Settled]) -> None:
        if settled and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._hear, settled)

    def _hear(self, settled: Sequence[Settled]) -> None:
        for entry, result in settled:
            if not isinstance(result, Exception):
                entry.done(result)
            elif entry.refused:
                entry.refused(result)
        self._after_batch()


def attempt(entry: Entry, connection: sqlite3.Connection) -> Any:
    """Do a write; one that refuses on purpose has written nothing, so its neighbours are committed all the same."""
    try:
        return entry.write(connection)
    except Unavailable:
        raise
    except KnowledgeError as refusal:
        return refusal
