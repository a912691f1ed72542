"""A clock that stands still until a test moves it."""

import asyncio
from datetime import UTC, datetime, timedelta

from infra.local.host.clock import Clock

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class VirtualClock(Clock):
    """Sleepers wake in the order of their time, and all that follows from it is done before `advance` returns."""

    def __init__(self, start: datetime = NOON) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, asyncio.Event]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self._sleepers.append((self._now + timedelta(seconds=seconds), woken))
        await woken.wait()

    async def advance(self, seconds: float) -> None:
        """Move on, stopping at every sleeper's time."""
        end = self._now + timedelta(seconds=seconds)
        await rest()
        while due := sorted(moment for moment, _ in self._sleepers if moment <= end):
            self._now = max(self._now, due[0])
            self._wake()
            await rest()
        self._now = end

    def _wake(self) -> None:
        for moment, woken in list(self._sleepers):
            if moment <= self._now:
                self._sleepers.remove((moment, woken))
                woken.set()


async def rest() -> None:
    """Let everything run that can; with threads in line, nothing is ever on its way elsewhere."""
    for _ in range(50):
        await asyncio.sleep(0)
