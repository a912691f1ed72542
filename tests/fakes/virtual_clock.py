"""A clock that moves only when a test moves it."""

import asyncio
import heapq
import itertools


class VirtualClock:
    """Seconds since 1970 as `clock()`, and a sleep that ends when `advance` reaches its time."""

    def __init__(self, now: float = 1_795_000_000.0) -> None:
        self.now = now
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def __call__(self) -> float:
        return self.now

    @property
    def sleeping(self) -> int:
        """How many tasks wait on this clock."""
        return sum(not sleeper.done() for _, _, sleeper in self._sleepers)

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock was advanced by this much."""
        sleeper = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._order), sleeper))
        await sleeper

    async def advance(self, seconds: float) -> None:
        """Move the clock, wake in order whoever is due, and let each run until it waits again."""
        end = self.now + seconds
        while self._sleepers and self._sleepers[0][0] <= end:
            self.now, _, sleeper = heapq.heappop(self._sleepers)
            if not sleeper.done():
                sleeper.set_result(None)
            await settled()
        self.now = end


async def settled(turns: int = 20) -> None:
    """Give the event loop a few turns, so that woken tasks reach their next wait."""
    for _ in range(turns):
        await asyncio.sleep(0)
