"""Hold the rate of each principal on all instances together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil, isinf

from shared.domain.errors import RateLimited
from shared.domain.rates import Rate
from shared.domain.tally import REQUESTS, Share, Stretch
from shared.ports.tally import Tally

MINUTE = 60.0

KEPT_SECONDS = 300
"""How long a minute is remembered: until it is over on every instance, whose clocks may differ."""

LOTS = 20
"""Parts of a minute's rate that an instance counts by itself before it tells the others."""


@dataclass
class SharedRate:
    """Counts requests in lots, so that few of them wait for the tally, and whoever comes seldom never does.

    A principal makes no more requests in a UTC minute than a bucket gives in the best of minutes, and at most one lot
    more for each instance that they ask.
    """

    rate: Rate
    tally: Tally
    clock: Callable[[], datetime]
    _minute: int = 0
    _counts: dict[str, int] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)

    @property
    def lot(self) -> int:
        """Requests of one principal that are told to the tally at once."""
        return max(1, int(self.rate.per_minute / LOTS))

    @property
    def most(self) -> int:
        """Requests of one principal in a minute: a full bucket, and what flows in."""
        return self.rate.burst + ceil(self.rate.per_minute)

    async def take(self, account: str) -> None:
        """Count a request. Raises RateLimited until the minute is over, or StoreUnavailable."""
        if isinf(self.rate.per_minute):
            return
        now = self.clock().timestamp()
        self._turn(int(now // MINUTE))
        count = self._counts[account] = self._counts.get(account, 0) + 1
        if account in self._refused or (count % self.lot == 0 and not await self._told(account, now)):
            self._refused.add(account)
            wait = ceil(MINUTE - now % MINUTE)
            message = f"too many requests of one {self.rate.name} on all instances together; wait {wait} s"
            raise RateLimited(message, retry_after=wait)

    def _turn(self, minute: int) -> None:
        """Begin another minute, also where the clock is set back: what was told of it is in the tally."""
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
            self._refused.clear()

    async def _told(self, account: str, now: float) -> bool:
        """Count a lot for all instances, and say whether there was room."""
        minute = Stretch(account, f"rate {self._minute}", KEPT_SECONDS)
        return await self.tally.take(minute, (Share(REQUESTS, self.lot, self.most),), now)
