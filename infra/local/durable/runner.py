"""The durable runner: runs orchestrators and activities over one SQLite file and survives being killed."""

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from infra.local.durable.catalogue import (
    RunFilter,
    purge,
    purge_before,
    purge_one,
    read_run,
    read_runs,
    read_unfinished,
)
from infra.local.durable.engine import Engine
from infra.local.durable.execution import Beginning
from infra.local.durable.records import SCHEMA, Consequence, add_message, add_run, terminate_run
from infra.local.durable.registry import Registry
from infra.local.durable.runs import Run
from infra.local.sqlite import Database
from shared.domain.errors import BadRequest, NotFound

LONGEST_NAME = 512
"""Characters in the id of a run or in the name of an event."""

SECONDS_A_DAY = 86_400

Found = TypeVar("Found")


class DurableRunner:
    """At least once for activities, exactly once for their results: a committed result is never computed again."""

    def __init__(
        self, registry: Registry, path: Path, *, maximum_activities: int = 16, now: Callable[[], float] = time.time
    ) -> None:
        """`maximum_activities` bounds those that run at once; `now` is the wall clock in seconds since the epoch."""
        self._registry = registry
        self._path = path
        self._maximum = maximum_activities
        self._now = now

    async def open(self) -> None:
        """Open the file and go on with every unfinished run. Raises StoreUnavailable."""
        self._database = await asyncio.to_thread(opened, self._path)
        self._engine = Engine(self._registry, self._database, self._maximum, self._now)
        for run in await self._read(read_unfinished):
            self._engine.recover(run)

    async def close(self, drain_seconds: float = 10.0) -> None:
        """Give running activities some seconds to end, then let go; what has not ended goes on at the next `open`."""
        await self._engine.close(drain_seconds)
        await asyncio.to_thread(self._database.close)

    async def start(self, name: str, run_id: str | None = None, input_: Any = None) -> str:
        """Start a run and return its id; a finished run of that id is replaced.

        Raises NotFound for an unknown orchestrator, Conflict where the run is not finished, BadRequest for a bad id,
        StoreUnavailable where nothing was started.
        """
        if name not in self._registry.orchestrators:
            raise NotFound(f"there is no orchestrator '{name}'", name=name)
        beginning = Beginning(uuid4().hex, checked(run_id or uuid4().hex), name, json.dumps(input_), self._now())
        await self._change(partial(add_run, beginning=beginning))
        return beginning.run_id

    async def raise_event(self, run_id: str, name: str, value: Any = None) -> None:
        """Send a message to a run; it is kept until waited for. Raises NotFound, Conflict once the run is finished."""
        message = partial(add_message, run_id=run_id, name=checked(name), value=json.dumps(value), at=self._now())
        await self._change(message)

    async def terminate(self, run_id: str, reason: str = "") -> None:
        """End a run; what its activities still do is not heard. Raises NotFound, Conflict once it is finished."""
        await self._change(partial(terminate_run, run_id=run_id, reason=reason, at=self._now()))

    async def status(self, run_id: str) -> Run:
        """What is known about a run. Raises NotFound."""
        return await self._read(partial(read_run, run_id=run_id))

    async def runs(self, wanted: RunFilter | None = None) -> list[Run]:
        """The runs that pass the filter, newest first."""
        return await self._read(partial(read_runs, wanted=wanted or RunFilter()))

    async def wait(self, run_id: str) -> Run:
        """Wait until a run is finished. Raises NotFound."""
        end = self._engine.end_of(run_id)
        run = await self.status(run_id)
        if not run.status.is_finished:
            await end
            run = await self.status(run_id)
        end.cancel()
        return run

    async def purge(self, wanted: RunFilter) -> int:
        """Delete the finished runs that pass the filter; returns how many."""
        return await self._delete(partial(purge, wanted=wanted))

    async def purge_older_than(self, days: float) -> int:
        """Delete the runs that finished more than so many days ago; returns how many."""
        return await self._delete(partial(purge_before, moment=self._now() - days * SECONDS_A_DAY))

    async def purge_run(self, run_id: str) -> int:
        """Delete one run if it is finished; returns 1, or 0 where it is not there or not finished."""
        return await self._delete(partial(purge_one, run_id=run_id))

    async def _change(self, write: Callable[..., Consequence]) -> None:
        await self._engine.journal.ask(write, self._engine.hear)

    async def _delete(self, write: Callable[..., int]) -> int:
        deleted: int = await self._engine.journal.ask(write, lambda _: None)
        return deleted

    async def _read(self, read: Callable[[sqlite3.Connection], Found]) -> Found:
        def work() -> Found:
            with self._database.snapshot() as connection:
                return read(connection)

        return await self._database.run(work)


def opened(path: Path) -> Database:
    """The file with its tables."""
    database = Database(path)
    database.create(SCHEMA)
    return database


def checked(name: str) -> str:
    """The id of a run or the name of an event. Raises BadRequest where it is empty, too long or not text."""
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadRequest(f"an id or a name has 1 to {LONGEST_NAME} printable characters")
    return name
