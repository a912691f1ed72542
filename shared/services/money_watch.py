"""Keep the ledger tidy and say when money runs out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.money import BudgetStatus
from shared.ports.ledger import BudgetLedger

THRESHOLDS = (100, 80, 50)
"""Percent of a budget at which its operator wants to hear of it."""


@dataclass(frozen=True)
class MoneyWatch:
    """What the timers do about money."""

    ledger: BudgetLedger
    clock: Callable[[], datetime]

    async def sweep(self) -> int:
        """Settle expired reservations and return how many."""
        return await self.ledger.sweep(self.clock().timestamp())

    async def warnings(self) -> list[str]:
        """Return a sentence for each budget that has reached a threshold."""
        budgets = await self.ledger.budgets(self.clock().timestamp())
        return [sentence for status in budgets if (sentence := warning(status))]


def warning(status: BudgetStatus) -> str:
    """Say how far a budget is spent, or nothing below the lowest threshold."""
    cap, used = status.budget.cap.nano_usd, (status.spent + status.reserved).nano_usd
    percent = 100 if cap <= 0 else used * 100 // cap
    reached = next((threshold for threshold in THRESHOLDS if percent >= threshold), None)
    if reached is None:
        return ""
    account, period = status.budget.account, status.budget.period.value
    amounts = f"{used / 1e9:.6f} of {cap / 1e9:.2f} USD"
    return f"{period} budget of {account} has reached {reached} % in {status.started}: {amounts}"
