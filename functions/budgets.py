"""The budgets that the settings set; infinity is no cap."""

from shared.domain.money import Budget, Period
from shared.money.accounts import GLOBAL
from shared.money.caps import Caps, capped
from shared.settings import Settings


def budgets(settings: Settings) -> tuple[Budget, ...]:
    """Return the budgets that everybody shares."""
    return (
        *capped(GLOBAL, Period.DAILY, settings.daily_budget_usd),
        *capped(GLOBAL, Period.MONTHLY, settings.monthly_budget_usd),
    )


def caps(settings: Settings) -> Caps:
    """Return what each user and each tenant may spend; roles count where people sign in."""
    return Caps(
        user_daily=settings.user_daily_budget_usd,
        user_monthly=settings.user_monthly_budget_usd,
        tenant_daily=settings.tenant_daily_budget_usd,
        tenant_monthly=settings.tenant_monthly_budget_usd,
        by_role=settings.sign_in == "on",
    )
