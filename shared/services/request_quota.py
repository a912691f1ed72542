"""Count the requests of a day, and refuse those beyond what the caller's role may make."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

from shared.domain.access import Principal
from shared.domain.errors import QuotaExceeded
from shared.domain.roles import LIMITS
from shared.domain.tally import REQUESTS, Share, Stretch
from shared.money.accounts import user_account
from shared.ports.tally import Tally

KEPT_SECONDS = 2 * 86_400
"""How long a day is remembered: until it is over, and for one more day by which a clock may be set back."""


@dataclass(frozen=True)
class RequestQuota:
    """The requests that each principal makes in a UTC day, on all instances together."""

    tally: Tally
    clock: Callable[[], datetime]

    async def take(self, principal: Principal) -> None:
        """Count one request. Raises QuotaExceeded, which says when the next day begins, or StoreUnavailable."""
        now = self.clock().astimezone(UTC)
        most = LIMITS[principal.role].requests_per_day
        today = Stretch(user_account(principal.tenant, principal.user), f"{now:%Y-%m-%d}", KEPT_SECONDS)
        if await self.tally.take(today, (Share(REQUESTS, 1, most),), now.timestamp()):
            return
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        raise QuotaExceeded(
            f"the role {principal.role} may make {most} requests a day; the next begins at midnight UTC",
            limit=most,
            resets_at=f"{midnight:%Y-%m-%dT%H:%M:%SZ}",
            retry_after=ceil((midnight - now).total_seconds()),
        )
