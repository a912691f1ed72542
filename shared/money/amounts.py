"""Say which amounts can be booked, and refuse those that do not fit into a budget."""

from shared.domain.errors import BudgetExceeded
from shared.domain.money import BudgetStatus, Money

MOST_NANO_USD = 10**18
"""A billion dollars: no amount above it is meant, and sums of those below it stay within a ledger's integers."""


def check_amount(amount: Money) -> None:
    """Raise ValueError for an amount that would free money or that nobody means."""
    if not 0 <= amount.nano_usd <= MOST_NANO_USD:
        raise ValueError(f"an amount to book lies between 0 and a billion dollars, not {amount}")


def exceeded(status: BudgetStatus) -> BudgetExceeded:
    """Return the error that says which budget an amount does not fit into, and how that budget stands."""
    budget = status.budget
    return BudgetExceeded(
        f"the {budget.period} budget of {budget.account} is used up",
        account=budget.account,
        period=str(budget.period),
        cap_usd=budget.cap.usd,
        spent_usd=status.spent.usd,
        reserved_usd=status.reserved.usd,
    )
