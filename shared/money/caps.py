"""Say how much one user and one tenant may spend."""

from dataclasses import dataclass
from math import inf, isinf

from shared.domain.access import Principal
from shared.domain.money import Budget, Money, Period
from shared.domain.roles import LIMITS, Role
from shared.money.accounts import tenant_account, user_account


@dataclass(frozen=True, slots=True)
class Caps:
    """US dollars that each user and each tenant may spend in a UTC day and month; infinity is no cap, 0 is nothing.

    Where roles count, the budget of the user's role is a cap too. Work in the background is nobody's, so tenants alone
    cap it.
    """

    user_daily: float = inf
    user_monthly: float = inf
    tenant_daily: float = inf
    tenant_monthly: float = inf
    by_role: bool = False

    def of(self, principal: Principal) -> tuple[Budget, ...]:
        """Return the budgets that the calls of a principal have to fit into, beside those of everybody."""
        tenant = tenant_account(principal.tenant)
        return (
            *self._of_user(principal),
            *capped(tenant, Period.DAILY, self.tenant_daily),
            *capped(tenant, Period.MONTHLY, self.tenant_monthly),
        )

    def _of_user(self, principal: Principal) -> tuple[Budget, ...]:
        if principal.role is Role.BACKGROUND:
            return ()
        account = user_account(principal.tenant, principal.user)
        of_role = LIMITS[principal.role].monthly_usd if self.by_role else inf
        return (
            *capped(account, Period.DAILY, self.user_daily),
            *capped(account, Period.MONTHLY, min(self.user_monthly, of_role)),
        )


def capped(account: str, period: Period, usd: float) -> tuple[Budget, ...]:
    """Return the budget of an account, or none where there is no cap."""
    return () if isinf(usd) else (Budget(account, period, Money.of_usd(usd)),)
