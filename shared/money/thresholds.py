"""Say which part of a budget is gone."""

from shared.domain.money import BudgetStatus

THRESHOLDS = (100, 80, 50)
"""Percent of a budget at which its operator wants to hear of it."""


def reached(status: BudgetStatus) -> int | None:
    """Return the highest threshold that a budget has reached with what is spent and held; a cap of nothing is gone."""
    cap, used = status.budget.cap.nano_usd, (status.spent + status.reserved).nano_usd
    percent = 100 if cap <= 0 else used * 100 // cap
    return next((threshold for threshold in THRESHOLDS if percent >= threshold), None)


def sentence(status: BudgetStatus, threshold: int) -> str:
    """Say that a budget has reached a threshold, and how it stands."""
    budget, used = status.budget, status.spent + status.reserved
    amounts = f"{used.usd:.6f} of {budget.cap.usd:.2f} USD"
    return f"{budget.period} budget of {budget.account} has reached {threshold} % in {status.started}: {amounts}"
