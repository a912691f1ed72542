"""Holds money before it is spent."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.money import BudgetStatus, Money, Reservation, TokenUsage


class BudgetLedger(Protocol):
    """Books reservations and settlements so that concurrent callers cannot overspend; `now` is seconds since 1970.

    Every call is idempotent by the reservation's id: a repeat changes nothing.
    """

    async def reserve(self, reservation: Reservation, now: float) -> None:
        """Hold the amount against every budget it touches, or none. Raises BudgetExceeded or StoreUnavailable."""
        ...

    async def settle(self, reservation_id: str, cost: Money, usage: TokenUsage, now: float) -> None:
        """Book the real cost, in the periods it was reserved in, and free what is left. Raises NotFound."""
        ...

    async def release(self, reservation_id: str) -> None:
        """Free a reservation whose call did not happen; one that is settled or gone stays so."""
        ...

    async def sweep(self, now: float) -> int:
        """Settle every expired reservation whole, since its call may have been billed, and return how many."""
        ...

    async def budgets(self, now: float) -> Sequence[BudgetStatus]:
        """Return how each budget stands."""
        ...
