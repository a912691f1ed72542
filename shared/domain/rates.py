"""How fast requests may come, and calls of models."""

from dataclasses import dataclass
from math import ceil

from shared.domain.errors import RateLimited


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket that holds `burst` requests and is filled up with `per_minute`; both are above 0."""

    name: str
    burst: int
    per_minute: float

    @property
    def per_second(self) -> float:
        """Requests that flow in each second."""
        return self.per_minute / 60

    @property
    def window(self) -> int:
        """Seconds in which an empty bucket fills up."""
        return max(1, ceil(self.burst / self.per_second))


@dataclass(frozen=True, slots=True)
class ModelRate:
    """The most requests and tokens that one model takes in a minute; None is no bound."""

    requests: int | None
    tokens: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a bucket stands after a request: `level` of them are left, or missing for this one where it is below 0."""

    rate: Rate
    level: float

    @property
    def left(self) -> int:
        """Whole requests that are left."""
        return max(0, int(self.level))

    @property
    def full_in(self) -> int:
        """Seconds until the bucket is full again."""
        return ceil((self.rate.burst - max(0.0, self.level)) / self.rate.per_second)

    def check(self) -> None:
        """Raise RateLimited, which says when to come again, unless there was a request left."""
        if self.level < 0:
            wait = max(1, ceil(-self.level / self.rate.per_second))
            raise RateLimited(f"too many requests of one {self.rate.name}; wait {wait} s", retry_after=wait)
