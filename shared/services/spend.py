"""The gate that every model call goes through: hold the money, let the call happen, book what it cost."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import time
from typing import TypeVar
from uuid import uuid4

from shared.deadline import check_time, in_time
from shared.domain.access import Principal
from shared.domain.errors import KnowledgeError, ModelUnavailable, RateLimited
from shared.domain.money import Money, Reservation, TokenUsage
from shared.money.caps import Caps
from shared.money.cost import cost_of, cost_of_units
from shared.money.prices import PriceList
from shared.money.receipt import Receipt
from shared.money.unit_receipt import UnitReceipt
from shared.ports.ledger import BudgetLedger
from shared.services.model_pace import ModelPace

Result = TypeVar("Result")

HOLD_SECONDS = 900.0
"""How long money is held for a call; longer than any call should take; a late settlement corrects the sweep."""

logger = logging.getLogger(__name__)


def unheard(purpose: str, receipt: Receipt | UnitReceipt) -> None:
    """Let a call go unrecorded."""


@dataclass(frozen=True)
class SpendGate:
    """Reserves before a call and settles or releases after it, whatever ends the call.

    `booked` is told the reservation's purpose and the receipt of each call that was settled.
    """

    ledger: BudgetLedger
    prices: PriceList
    clock: Callable[[], float] = time
    new_id: Callable[[], str] = lambda: uuid4().hex
    caps: Caps = field(default_factory=Caps)
    booked: Callable[[str, Receipt | UnitReceipt], None] = unheard
    pace: ModelPace | None = None

    @asynccontextmanager
    async def spend(
        self, principal: Principal, purpose: str, model: str, estimate: TokenUsage
    ) -> AsyncIterator[Receipt]:
        """Hold the price of the estimated tokens while the block runs, and book what the receipt says in the end.

        The block calls `receipt.start()` right before the model call, and tells the receipt what comes back. A call
        that never started, or that the model refused before any sign of work, is released; any other is settled,
        also when the block fails or its task is cancelled. Raises BudgetExceeded, RateLimited or StoreUnavailable
        before the block, or DeadlineExceeded, and holds nothing then.
        """
        price = self.prices.of(model, self.clock())
        receipt = Receipt(estimate, price)
        async with self._held(principal, f"{purpose}:{model}", receipt, cost_of(estimate, price)):
            if self.pace:
                await in_time(self.pace.join(principal, model, estimate))
            yield receipt

    @asynccontextmanager
    async def spend_on_units(
        self, principal: Principal, purpose: str, service: str, estimate: int
    ) -> AsyncIterator[UnitReceipt]:
        """Do the same for a service that is paid by the piece: hold the price of the estimated units."""
        price = self.prices.of_unit(service)
        receipt = UnitReceipt(estimate, price)
        async with self._held(principal, f"{purpose}:{service}", receipt, cost_of_units(estimate, price)):
            yield receipt

    @asynccontextmanager
    async def _held(
        self, principal: Principal, purpose: str, receipt: Receipt | UnitReceipt, amount: Money
    ) -> AsyncIterator[None]:
        check_time()
        now = self.clock()
        held = Reservation(
            id=self.new_id(),
            tenant=principal.tenant,
            user=principal.user,
            purpose=purpose,
            amount=amount,
            expires_at=now + HOLD_SECONDS,
            caps=self.caps.of(principal),
        )
        try:
            await to_the_end(self.ledger.reserve(held, now))
        except asyncio.CancelledError:
            await to_the_end(self.ledger.release(held.id))
            raise
        try:
            yield
        except (RateLimited, ModelUnavailable):
            receipt.started = receipt.answered
            raise
        finally:
            await to_the_end(self._close(held, receipt))

    async def _close(self, held: Reservation, receipt: Receipt | UnitReceipt) -> None:
        try:
            if receipt.started:
                await self.ledger.settle(held.id, receipt.cost, receipt.usage, self.clock())
                self.booked(held.purpose, receipt)
            else:
                await self.ledger.release(held.id)
        except KnowledgeError as error:
            # The answer is there; the sweep will book the reservation whole, so the budget stays safe.
            logger.warning("reservation %s is left to the sweep: %s", held.id, error)


async def to_the_end(work: Awaitable[Result]) -> Result:
    """Wait until the work is done even when this task is cancelled meanwhile, and only then let the cancel through."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            await asyncio.wait([task])
        if not task.cancelled() and task.exception() is not None:
            logger.warning("what had to be done failed while its caller was cancelled: %s", task.exception())
        raise
