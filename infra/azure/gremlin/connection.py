"""Run scripts on Cosmos DB for Gremlin: on threads of its own, within a deadline, with bounded retries."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

from infra.azure.gremlin.failures import Failure, disconnection, refusal
from infra.azure.gremlin.scripts import Script
from infra.keys import Key
from shared.domain.errors import DeadlineExceeded

if TYPE_CHECKING:
    from infra.azure.gremlin.lane import Lane

ATTEMPTS = 6
"""Times one script is sent at most."""

BACK_OFF = 0.1
"""Seconds before the second attempt where the server asks for none; each further wait is twice as long."""

CHARGE = "x-ms-total-request-charge"


def uncounted(_: float) -> None:
    """Let request units go unreported."""


@dataclass
class Connection:
    """Sends scripts over a few connections, each with a thread of its own.

    `charged` is told the request units of each answer. Scripts may be sent twice, so every one of them is idempotent.
    """

    endpoint: str
    key: Key = field(repr=False)
    database: str
    graph: str
    connections: int = 4
    attempt_seconds: float = 35.0
    deadline_seconds: float = 60.0
    charged: Callable[[float], None] = uncounted
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _lanes: threading.local = field(default_factory=threading.local)
    _opened: set[Lane] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._threads = ThreadPoolExecutor(self.connections, "gremlin")

    async def run(self, script: Script, **bindings: object) -> list[Any]:
        """Return what a script finds. Raises RateLimited, Conflict, DeadlineExceeded or StoreUnavailable."""
        text, bound = script.bound(bindings)
        deadline = monotonic() + self.deadline_seconds
        for attempt in range(ATTEMPTS):
            until = min(deadline, monotonic() + self.attempt_seconds)
            found = await self._attempt(text, bound, until)
            if not isinstance(found, Failure):
                return found
            wait = BACK_OFF * 2**attempt if found.wait is None else found.wait
            if not found.passing or attempt + 1 == ATTEMPTS or monotonic() + wait >= deadline:
                raise found.error
            await self.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    async def close(self) -> None:
        """End the scripts under way, the threads and their connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for lane in [*self._opened]:
            lane.give_up()
        await asyncio.to_thread(self._threads.shutdown)
        await asyncio.gather(*(asyncio.to_thread(lane.close) for lane in [*self._opened]))

    async def _attempt(self, script: str, bindings: Mapping[str, object], until: float) -> list[Any] | Failure:
        run = asyncio.get_running_loop().run_in_executor
        if isinstance(self.key, str):
            return await run(self._threads, self._submit, script, bindings, until, self.key)
        found = await run(self._threads, self._submit, script, bindings, until, await self.key())
        if isinstance(found, Failure) and found.unauthorized:
            self.key.refused()
        return found

    def _submit(self, script: str, bindings: Mapping[str, object], until: float, password: str) -> list[Any] | Failure:
        if monotonic() >= until:
            return Failure(DeadlineExceeded("the graph database is too busy to be asked in time"), passing=False)
        from gremlin_python.driver.protocol import GremlinServerError

        try:
            found, attributes = self._lane(password).submit(script, bindings, until)
        except GremlinServerError as error:
            attributes = error.status_attributes or {}
            failure = refusal(error.status_code, attributes, renewable=not isinstance(self.key, str))
        except Exception as error:  # the SDK lets errors of its transport and of parsing through as they are
            attributes, failure = {}, disconnection(error)
        else:
            self.charged(float(attributes.get(CHARGE, 0.0)))
            return found
        self.charged(float(attributes.get(CHARGE, 0.0)))
        if failure.broken:
            self._leave()
        return failure

    def _lane(self, password: str) -> Lane:
        """Return this thread's connection; a new token opens a new one, before the old token expires on it."""
        from infra.azure.gremlin.lane import Lane

        lane: Lane | None = getattr(self._lanes, "lane", None)
        if lane is not None and lane.password != password:
            self._leave()
            lane = None
        if lane is None:
            lane = self._lanes.lane = Lane(self.endpoint, f"/dbs/{self.database}/colls/{self.graph}", password)
            self._opened.add(lane)
        return lane

    def _leave(self) -> None:
        """Let go of this thread's connection; the next call opens another."""
        lane: Lane | None = getattr(self._lanes, "lane", None)
        if lane is not None:
            self._lanes.lane = None
            self._opened.discard(lane)
            lane.close()
