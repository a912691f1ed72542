"""Holds money before it is spent."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.conversations import Owner
from shared.domain.money import Budget, BudgetStatus, Money, Reservation, SettledCall, TokenUsage
from shared.ports.personal import Erasable


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

    async def budgets(self, now: float, others: Sequence[Budget] = ()) -> Sequence[BudgetStatus]:
        """Return how each budget stands, and then each of the others."""
        ...

    async def settled(self, since: float, until: float) -> Sequence[SettledCall]:
        """Return what was reserved from `since` on, before `until`, and settled or swept since; the oldest first."""
        ...


class PersonalUsage(Erasable, Protocol):
    """What a ledger keeps of one person."""

    async def calls_of(self, owner: Owner) -> Sequence[SettledCall]:
        """Return every paid call of somebody that is on record; the oldest first."""
        ...

    async def erase(self, owner: Owner) -> None:
        """Let every ended call of somebody be nobody's, and forget their account; what all spent together stays.

        A call that is under way keeps its owner's id until it has ended; erasing again takes it in.
        """
        ...


class Ledger(BudgetLedger, PersonalUsage, Protocol):
    """One adapter for both."""
