"""The gate that every model call goes through: hold the money, let the call happen, book what it cost."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import time
from uuid import uuid4

from shared.domain.access import Principal
from shared.domain.errors import KnowledgeError, ModelUnavailable, RateLimited
from shared.domain.money import Reservation, TokenUsage
from shared.money.cost import cost_of
from shared.money.prices import PriceList
from shared.money.receipt import Receipt
from shared.ports.ledger import BudgetLedger

HOLD_SECONDS = 900.0
"""How long money is held for a call; longer than any call should take; a late settlement corrects the sweep."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SpendGate:
    """Reserves before a call and settles or releases after it, whatever ends the call."""

    ledger: BudgetLedger
    prices: PriceList
    clock: Callable[[], float] = time
    new_id: Callable[[], str] = lambda: uuid4().hex

    @asynccontextmanager
    async def spend(
        self, principal: Principal, purpose: str, model: str, estimate: TokenUsage
    ) -> AsyncIterator[Receipt]:
        """Hold the price of the estimated tokens while the block runs, and book what the receipt says in the end.

        The block calls `receipt.start()` right before the model call, and tells the receipt what comes back. A call
        that never started, or that the model refused before any sign of work, is released; any other is settled,
        also when the block fails or its task is cancelled. Raises BudgetExceeded or StoreUnavailable before the block.
        """
        price = self.prices.of(model)
        receipt = Receipt(estimate, price)
        now = self.clock()
        held = Reservation(
            id=self.new_id(),
            tenant=principal.tenant,
            user=principal.user,
            purpose=f"{purpose}:{model}",
            amount=cost_of(estimate, price),
            expires_at=now + HOLD_SECONDS,
        )
        try:
            await to_the_end(self.ledger.reserve(held, now))
        except asyncio.CancelledError:
            await to_the_end(self.ledger.release(held.id))
            raise
        try:
            yield receipt
        except (RateLimited, ModelUnavailable):
            receipt.started = receipt.answered
            raise
        finally:
            await to_the_end(self._close(held.id, receipt))

    async def _close(self, reservation_id: str, receipt: Receipt) -> None:
        try:
            if receipt.started:
                await self.ledger.settle(reservation_id, receipt.cost, receipt.usage, self.clock())
            else:
                await self.ledger.release(reservation_id)
        except KnowledgeError as error:
            # The answer is there; the sweep will book the reservation whole, so the budget stays safe.
            logger.warning("reservation %s is left to the sweep: %s", reservation_id, error)


async def to_the_end(work: Awaitable[None]) -> None:
    """Wait until the work is done even when this task is cancelled meanwhile, and only then let the cancel through."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            await asyncio.wait([task])
        if not task.cancelled() and task.exception() is not None:
            logger.warning("booking failed while its caller was cancelled: %s", task.exception())
        raise
