"""Counts for all instances together."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.tally import Share, Stretch


class Tally(Protocol):
    """Counts what happens in a stretch of time so that concurrent callers never pass its bounds.

    `now` is seconds since 1970. A call whose answer was lost may have counted, and its repeat counts again.
    """

    async def take(self, stretch: Stretch, shares: Sequence[Share], now: float) -> bool:
        """Count all shares and return True, or none of them and False where one has no room.

        Raises StoreUnavailable: what cannot be counted is not let through.
        """
        ...
