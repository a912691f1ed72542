"""One cell of the matrix: an adapter does its deed while a fault comes once, or lasts, and again when it is over."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tests.fakes.cosmos.server import CosmosServer
from tests.faults.gates import Gate
from tests.faults.kinds import Kind
from tests.parts.azurite import RunningAzurite

Server = TypeVar("Server")

HANGS = 100.0
"""Seconds after which a deed counts as hung: several times what the largest limits allow it."""

MOST_TRIES = 12
"""Requests for each one that a deed takes, repeats by the adapter, its SDK and its transport together."""

TURNS = 5
"""Times that a deed is done again when the fault is over, before the machine counts as too slow for the limits."""


@dataclass(frozen=True)
class Limits:
    """What the adapter is given, in seconds: for one attempt, and for a call with all its repeats."""

    attempt: float

    @property
    def call(self) -> float:
        return 3 * self.attempt


LIMITS = (Limits(0.25), Limits(1.5), Limits(8.0))
"""Short ones first, so that waiting for nothing is soon over; longer ones where the machine was too slow for them."""


@dataclass(frozen=True)
class Surroundings:
    """What the cells of one process share."""

    certificate: tuple[Path, Path]
    cosmos: CosmosServer
    blobs: RunningAzurite | None


@asynccontextmanager
async def running(server: AbstractContextManager[Server]) -> AsyncIterator[Server]:
    """Run a server of tests; its start and its end are waited for on a thread, so that other cells go on."""
    started = await asyncio.to_thread(server.__enter__)
    try:
        yield started
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)


async def always(deeds: int) -> bool:
    """Say that nothing is written, however often the deed is done."""
    return True


@dataclass(frozen=True)
class Standing:
    """An adapter behind a gate. `deed` takes `requests` of them, and returns `result` where it succeeds.

    `single` says whether the far side holds what the deed writes once; it is told how often the deed was begun.
    No error may show `secret`.
    """

    gate: Gate
    deed: Callable[[], Awaitable[object]]
    result: object = None
    requests: int = 1
    single: Callable[[int], Awaitable[bool]] = always
    secret: str = "no secret"


@dataclass(frozen=True)
class Adapter:
    """A row of the matrix: how the adapter is opened, the errors that its port tells of, the faults it cannot meet.

    One fault that passes is outlived, unless its kind is `fatal`. `needs` names the part behind it, where there is
    one. What is `alone` changes the environment of the process.
    """

    name: str
    opened: Callable[[Surroundings, Limits], AbstractAsyncContextManager[Standing]]
    errors: tuple[type[Exception], ...]
    absent: Mapping[Kind, str]
    fatal: Collection[Kind] = (Kind.EXPIRED,)
    needs: str = ""
    alone: bool = False

    @property
    def kinds(self) -> list[Kind]:
        """The faults that it can meet."""
        return [kind for kind in Kind if kind not in self.absent]

    def outlives(self, kind: Kind, before: int | None) -> bool:
        """Say whether the deed succeeds though the fault strikes."""
        return before is not None and kind is not Kind.REFUSED and kind not in self.fatal


class TooSlow(Exception):
    """The machine did not get the deed done within the limits though nothing was wrong, or nothing that lasts."""


class Wrong(Exception):
    """Something that no cell may show: a hang, a foreign error, a double write, too many requests, a secret."""


@dataclass
class Trial:
    """The deeds of one standing adapter, each of which ends well or in an error that its port tells of."""

    adapter: Adapter
    standing: Standing
    begun: int = field(default=0)

    async def ends_well(self) -> bool:
        """Do the deed; say whether it succeeded. Raises Wrong."""
        self.begun += 1
        try:
            async with asyncio.timeout(HANGS):
                found = await self.standing.deed()
        except self.adapter.errors as error:
            if self.standing.secret in f"{error} {getattr(error, 'details', '')}":
                raise Wrong("the error shows a secret") from error
            return False
        except TimeoutError as error:
            raise Wrong("it hangs") from error
        except Exception as error:
            raise Wrong(f"{type(error).__name__} is no error that the port tells of: {error}") from error
        if found != self.standing.result:
            raise Wrong(f"it succeeded with {found!r}")
        return True

    async def struck(self, kind: Kind, before: int | None) -> None:
        """Do the deed while the fault strikes. Raises Wrong, also for too many requests, and TooSlow."""
        arrived = self.standing.gate.arrived
        self.standing.gate.strike(kind, before)
        succeeded = await self.ends_well()
        if self.standing.gate.arrived - arrived > MOST_TRIES * self.standing.requests:
            raise Wrong(f"it made {self.standing.gate.arrived - arrived} requests")
        if self.adapter.outlives(kind, before) and not succeeded:
            raise TooSlow

    async def recovered(self) -> None:
        """Do the deed until it is done, and see that it was done once. Raises Wrong and TooSlow."""
        for _ in range(TURNS):
            if await self.ends_well():
                break
        else:
            raise TooSlow
        if not await self.standing.single(self.begun):
            raise Wrong("it was written twice")


async def tried(adapter: Adapter, kind: Kind, before: int | None, around: Surroundings, limits: Limits) -> None:
    """Open the adapter, let the fault meet its deed, and see the deed done when the fault is over."""
    async with AsyncExitStack() as opened:
        standing = await opened.enter_async_context(adapter.opened(around, limits))
        trial = Trial(adapter, standing)
        if kind is Kind.REFUSED:
            await trial.ends_well()
            await opened.enter_async_context(running(standing.gate))
        else:
            await opened.enter_async_context(running(standing.gate))
            await trial.struck(kind, None if before is None else before % standing.requests)
            standing.gate.calm()
        await trial.recovered()


async def met(adapter: Adapter, kind: Kind, before: int | None, around: Surroundings) -> str:
    """Return what is wrong with one run of a cell, nothing where all is well."""
    # Whoever is asked to wait for a second can do so where a call may take longer.
    patient = kind is Kind.THROTTLED_FOR_A_WHILE and before is not None
    for limits in LIMITS[patient:]:
        try:
            await tried(adapter, kind, before, around, limits)
            return ""
        except Wrong as error:
            return f"{adapter.name}, {kind}, {'lasting' if before is None else 'once'}: {error}"
        except TooSlow:
            continue
    return f"{adapter.name}, {kind}, {'lasting' if before is None else 'once'}: it does not recover"


def runs(adapter: Adapter) -> list[tuple[Kind, int | None]]:
    """Return the runs of a row: each fault once, at a request that moves with its kind, and for as long as it lasts."""
    places: list[tuple[Kind, int | None]] = [(kind, place) for place, kind in enumerate(adapter.kinds)]
    return [*places, *((kind, None) for kind in adapter.kinds if kind is not Kind.REFUSED)]


async def row(adapter: Adapter, around: Surroundings) -> list[str]:
    """Run every cell of a row, side by side where they may, and return what is wrong."""
    wanted = [met(adapter, kind, before, around) for kind, before in runs(adapter)]
    found = [await each for each in wanted] if adapter.alone else await asyncio.gather(*wanted)
    return [problem for problem in found if problem]
