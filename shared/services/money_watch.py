"""Keep the ledger tidy and say when money runs out."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.domain.access import IN_BACKGROUND, Principal, background
from shared.domain.alerts import Alert
from shared.domain.errors import Unavailable
from shared.domain.identity import content_id
from shared.domain.money import Budget, BudgetStatus
from shared.domain.roles import Role
from shared.money.caps import Caps
from shared.money.thresholds import THRESHOLDS, reached, sentence
from shared.ports.alerts import AlertChannel
from shared.ports.files import Files
from shared.ports.ledger import BudgetLedger

RECENT_SECONDS = 25 * 3600
"""Whose calls are looked at: an account without a call for longer has been looked at by an earlier check."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class MoneyWatch:
    """What the timers do about money. What was sent to `channel` is remembered among the files.

    `role_of` says in which role somebody is who spent something, given the tenant and the id: the ledger does not
    know. None is whose role nobody knows; of their caps those hold that are everybody's.
    """

    ledger: BudgetLedger
    caps: Caps
    files: Files
    channel: AlertChannel | None
    clock: Callable[[], datetime]
    role_of: Callable[[str, str], Awaitable[Role | None]]

    async def sweep(self) -> int:
        """Settle expired reservations and return how many."""
        return await self.ledger.sweep(self.clock().timestamp())

    async def budgets(self) -> list[BudgetStatus]:
        """Return how each budget stands."""
        return list(await self.ledger.budgets(self.clock().timestamp()))

    async def check(self) -> list[str]:
        """Return a sentence for each budget that has reached a threshold, and send what was not sent before."""
        now = self.clock().timestamp()
        found = [
            (status, threshold)
            for status in await self.ledger.budgets(now, await self._lately_used(now))
            if (threshold := reached(status))
        ]
        if self.channel is not None:
            for status, threshold in found:
                await self._tell(self.channel, status, threshold)
        return [sentence(status, threshold) for status, threshold in found]

    async def _lately_used(self, now: float) -> Sequence[Budget]:
        """Return the budgets of the users and tenants that spent something lately."""
        if self.caps == Caps():
            return ()
        calls = await self.ledger.settled(now - RECENT_SECONDS, now + 1)
        people = sorted({(each.tenant, each.user) for each in calls})
        return list(dict.fromkeys([budget for who in people for budget in await self._caps_of(*who)]))

    async def _caps_of(self, tenant: str, user: str) -> Sequence[Budget]:
        if user in IN_BACKGROUND:
            return self.caps.of(background(tenant, user))
        role = await self.role_of(tenant, user)
        if role is None:
            return replace(self.caps, by_role=False).of(Principal(tenant, user))
        return self.caps.of(Principal(tenant, user, role=role))

    async def _tell(self, channel: AlertChannel, status: BudgetStatus, threshold: int) -> None:
        """Send the highest threshold that a budget has reached, once in its period."""
        if await self.files.etag(mark(status, threshold)) is not None:
            return
        alert = Alert(alert_id(status, threshold), status, threshold, sentence(status, threshold))
        try:
            await channel.send(alert)
        except Unavailable as error:
            logger.warning("the alert %r waits for the next check: %s", alert.sentence, error.message)
            return
        # Those below are passed: nobody wants to hear of 50 % after 80 %.
        for each in THRESHOLDS:
            if each <= threshold:
                await self.files.write(mark(status, each), nothing())


def alert_id(status: BudgetStatus, threshold: int) -> str:
    """Name an alert by what it says: the budget, the period and the threshold, whatever was spent meanwhile."""
    budget = status.budget
    return content_id("alert", budget.account, budget.period, status.started, str(threshold))


def mark(status: BudgetStatus, threshold: int) -> str:
    """Name the file that says that an alert was sent."""
    return f"reports/alerts/{status.started}/{alert_id(status, threshold)}"


async def nothing() -> AsyncIterator[bytes]:
    """Give the content of an empty file."""
    yield b""
