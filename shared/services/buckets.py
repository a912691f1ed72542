"""A bucket of requests for each of many, in this process."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import isinf
from time import monotonic

from shared.domain.rates import Rate, Standing
from shared.services.shared_rate import SharedRate

MOST_BUCKETS = 10_000
"""Buckets that are remembered, some 200 bytes each; the one that was used longest ago makes room, and is full again."""


@dataclass(frozen=True)
class Buckets:
    """The buckets of one rate, by name. The clock never runs back, whatever becomes of the time of day."""

    rate: Rate
    clock: Callable[[], float] = monotonic
    most: int = MOST_BUCKETS
    _levels: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict, compare=False)

    def take(self, name: str) -> Standing:
        """Take one request of somebody's bucket where one is left, and say how it stands; a full one is for the new.

        What is refused takes nothing, and its level says how much is missing.
        """
        if isinf(self.rate.per_minute):
            return Standing(self.rate, self.rate.burst)
        now = self.clock()
        level, at = self._levels.pop(name, (float(self.rate.burst), now))
        level = min(self.rate.burst, level + (now - at) * self.rate.per_second)
        taken = level - 1 if level >= 1 else level
        self._levels[name] = taken, now
        while len(self._levels) > self.most:
            self._levels.popitem(last=False)
        return Standing(self.rate, level - 1)


@dataclass(frozen=True)
class RequestRates:
    """What bounds the requests of one address, of one principal, and of one address that wants to sign in.

    Of a principal `together` bounds what all instances let through.
    """

    addresses: Buckets
    principals: Buckets
    sign_ins: Buckets
    together: SharedRate
