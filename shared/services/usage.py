"""Say what somebody may spend, and what they have spent of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.domain.access import Principal
from shared.domain.money import Budget, BudgetStatus, Money, Period
from shared.money.accounts import GLOBAL, tenant_account, user_account
from shared.money.amounts import MOST_NANO_USD
from shared.money.caps import Caps
from shared.ports.ledger import BudgetLedger

UNCAPPED = Money(MOST_NANO_USD)
"""The cap of an account that has none."""


@dataclass(frozen=True)
class UsageService:
    """How the accounts of a principal stand today and this month."""

    ledger: BudgetLedger
    caps: Caps
    home_tenant: str
    clock: Callable[[], datetime]

    async def own(self, principal: Principal, *, is_role_known: bool = True) -> Sequence[BudgetStatus]:
        """Return how the account of the principal stands in each period; UNCAPPED where it has no cap.

        Where the role is not known, its budget is no cap.
        """
        caps = self.caps if is_role_known else replace(self.caps, by_role=False)
        account = user_account(principal.tenant, principal.user)
        return await self._standing((account,), caps.of(principal))

    async def shared(self, principal: Principal) -> Sequence[BudgetStatus]:
        """Return how the account of the principal's tenant stands, and in the tenant that runs it all everybody's."""
        known = [each.budget for each in await self.ledger.budgets(self.clock().timestamp())]
        everybody = (GLOBAL,) if principal.tenant == self.home_tenant else ()
        accounts = (tenant_account(principal.tenant), *everybody)
        return await self._standing(accounts, (*self.caps.of(principal), *known))

    async def _standing(self, accounts: Sequence[str], known: Sequence[Budget]) -> Sequence[BudgetStatus]:
        caps = {(each.account, each.period): each for each in known}
        wanted = [
            caps.get((account, period), Budget(account, period, UNCAPPED)) for account in accounts for period in Period
        ]
        now = self.clock().timestamp()
        found = await self.ledger.budgets(now, wanted)
        return found[-len(wanted) :]
