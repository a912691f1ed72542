"""One account of the ledger: its counters by period, and what each call holds of them, moved in one batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from infra.azure.cosmos.call_items import CallState, held_amount
from infra.azure.cosmos.exact_money import Item, amount_of, increase, parts, room_for
from infra.azure.cosmos.names import item_name
from infra.azure.cosmos.table import BatchRefusal, Refusal, Table, with_partition
from shared.domain.errors import StoreUnavailable
from shared.domain.money import Budget, BudgetStatus, Money, Period
from shared.money.periods import period_start

HELD = "held"
"""What a call takes of an account until it ends; afterwards its hold says how it ended."""

ORDER = {HELD: 0, CallState.RELEASED: 1, CallState.REFUSED: 1, CallState.SWEPT: 1, CallState.SETTLED: 2}
"""A hold only moves upwards, so that a sweep that comes late does not undo a settlement."""

REMEMBERED_SECONDS = 62 * 86_400
"""How long an ended hold is kept to tell repeats apart: two months, after which no budget counts it any more."""

Operation = tuple[Any, ...]
"""An operation of a batch, as the SDK takes it: its kind, what it is about, and its condition."""

TURNS = 8
"""Times that a booking is tried again because something it needs was made or moved in between."""


@dataclass(frozen=True)
class AccountBook:
    """The counters and holds of one account, all in one partition, so that they change together or not at all."""

    table: Table
    account: str

    async def hold(self, call: Item, budgets: Sequence[Budget]) -> Budget | None:
        """Take a call's amount where every budget of this account has room for it; taking it twice takes it once.

        Returns the budget that has no room, or None. Raises StoreUnavailable where the call was ended meanwhile.
        """
        amount = held_amount(call)
        caps = {each.period: each for each in sorted(budgets, key=lambda each: each.cap, reverse=True)}
        hold = self._hold_item(call, HELD, Money())
        for _ in range(TURNS):
            moves = [self._move(call, period, Money(), amount, caps.get(period)) for period in Period]
            refused = await self._write([("create", (hold,)), *moves])
            if refused is None:
                return None
            if refused.status == Refusal.TAKEN.value:
                present = await self._hold(call)
                if present is not None and present["state"] == HELD:
                    return None
                raise ended_meanwhile(call)
            if refused.status == Refusal.CHANGED.value:
                return caps[list(Period)[refused.place - 1]]
            await self._open_counters(call)
        raise StoreUnavailable("the counters of an account cannot be opened", account=self.account)

    async def end(self, call: Item) -> None:
        """Give back what a call holds and book its cost, as its state says; doing it twice does it once.

        A call that holds nothing leaves a mark, so that a reservation that is still under way does not hold it later.
        """
        state, cost = CallState(call["state"]), amount_of(call, "cost")
        before, booked = HELD, Money()
        for _ in range(TURNS):
            freed = held_amount(call) if before == HELD else Money()
            moves = [self._move(call, period, cost - booked, Money() - freed) for period in Period]
            refused = await self._write([self._ending(call, before, state, cost), *moves])
            if refused is None:
                return
            if refused.status == Refusal.MISSING.value and refused.place > 0:
                await self._open_counters(call)
                continue
            hold = await self._hold(call)
            if hold is None:
                if await self.table.create(self._hold_item(call, state, cost)) is None:
                    return
                continue
            before, booked = hold["state"], amount_of(hold, "cost")
            if ORDER[before] >= ORDER[state]:
                return
        raise StoreUnavailable("an account is moved by others again and again", account=self.account)

    async def status(self, budget: Budget, now: float) -> BudgetStatus:
        """Return how a budget of this account stands in the period of `now`."""
        started = period_start(now, budget.period)
        counter = await self.table.read(self._partition, counter_name(budget.period, now))
        if counter is None:
            return BudgetStatus(budget, started, Money(), Money())
        return BudgetStatus(budget, started, amount_of(counter, "spent"), amount_of(counter, "reserved"))

    async def forget(self) -> None:
        """Remove every counter and hold of this account."""
        items = await self.table.query(self._partition, "SELECT c.id FROM c", {})
        await self.table.delete_all(self._partition, [each["id"] for each in items])

    @property
    def _partition(self) -> str:
        return item_name(self.account)

    async def _write(self, operations: Sequence[Operation]) -> BatchRefusal | None:
        """Write a batch without the patches that change nothing, which the service does not take."""
        changing = [each for each in operations if each[0] == "create" or each[1][1]]
        return await self.table.batch(self._partition, changing)

    async def _hold(self, call: Item) -> Item | None:
        return await self.table.read(self._partition, hold_name(call))

    def _hold_item(self, call: Item, state: str, cost: Money) -> Item:
        lifetime = {} if state == HELD else {"ttl": REMEMBERED_SECONDS}
        return with_partition(self._partition, hold_name(call), state=str(state), **parts("cost", cost), **lifetime)

    def _ending(self, call: Item, before: str, state: CallState, cost: Money) -> Operation:
        ended = {"state": state.value, "ttl": REMEMBERED_SECONDS, **parts("cost", cost)}
        operations = [{"op": "set", "path": f"/{name}", "value": value} for name, value in ended.items()]
        return "patch", (hold_name(call), operations), {"filter_predicate": f"FROM c WHERE c.state = '{before}'"}

    def _move(
        self, call: Item, period: Period, spent: Money, reserved: Money, budget: Budget | None = None
    ) -> Operation:
        """Return the operation that moves the counter a call belongs to; nothing fits into every budget."""
        operations = [*increase("spent", spent), *increase("reserved", reserved)]
        fits = {"filter_predicate": room_for(reserved, budget.cap)} if budget and reserved.nano_usd else {}
        return "patch", (counter_name(period, call["reserved_at"]), operations), fits

    async def _open_counters(self, call: Item) -> None:
        for period in Period:
            name = counter_name(period, call["reserved_at"])
            nothing = parts("spent", Money()) | parts("reserved", Money())
            started = period_start(call["reserved_at"], period)
            item = with_partition(self._partition, name, account=self.account, started=started, **nothing)
            await self.table.create(item)


def counter_name(period: Period, moment: float) -> str:
    """Name the counter of the period that a moment falls into."""
    return item_name(period.value, period_start(moment, period))


def hold_name(call: Item) -> str:
    """Name what a call holds of an account."""
    return f"{HELD}.{call['id']}"


def ended_meanwhile(call: Item) -> StoreUnavailable:
    """Return the error of a reservation that the sweep or a release ended while it was made."""
    return StoreUnavailable("the reservation was ended while it was made", reservation=call["id"])
