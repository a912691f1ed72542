"""The budget ledger in Cosmos DB: one call decides by a conditional patch, its accounts follow (ADR 0013)."""

from collections.abc import Sequence
from typing import NoReturn

from infra.azure.cosmos.account_book import AccountBook, ended_meanwhile
from infra.azure.cosmos.call_items import ENDED, CallState, call_item, ending, held_amount, settled_call, state_is, was
from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import ACCOUNTS, CALLS
from infra.azure.cosmos.names import item_name
from infra.azure.cosmos.side_by_side import side_by_side
from infra.azure.cosmos.table import Item, Refusal, Table
from shared.domain.conversations import Owner
from shared.domain.errors import BudgetExceeded, NotFound, StoreUnavailable
from shared.domain.money import Budget, BudgetStatus, Money, Reservation, SettledCall, TokenUsage
from shared.money.accounts import ERASED, accounts_of, user_account
from shared.money.amounts import check_amount, exceeded

UNFINISHED = (
    "SELECT * FROM c WHERE c.pending = true"
    " AND (c.expires_at <= @now OR NOT (c.state = 'reserving' OR c.state = 'open'))"
)

SETTLED = (
    "SELECT * FROM c WHERE c.reserved_at >= @since AND c.reserved_at < @until"
    " AND (c.state = 'settled' OR c.state = 'swept')"
)

OF_USER = "SELECT * FROM c WHERE c.user = @user AND c.tenant = @tenant"

IS_OVER = "FROM c WHERE c.pending = false"


class CosmosLedger:
    """Port Ledger for any number of instances over one account.

    A reservation that was swept and is settled afterwards is corrected to its real cost; one that was released holds
    nothing any more, so settling it raises NotFound. A reservation of nothing fits into every budget.
    """

    def __init__(self, connection: CosmosConnection, budgets: Sequence[Budget]) -> None:
        self._calls, self._accounts = Table(connection, CALLS), Table(connection, ACCOUNTS)
        self._budgets = tuple(budgets)

    async def reserve(self, reservation: Reservation, now: float) -> None:
        """Hold the amount; see the port. Raises ValueError for an amount below 0 or beyond a billion dollars."""
        check_amount(reservation.amount)
        call = call_item(reservation, now)
        begun_before = await self._calls.create(call) is not None
        if begun_before:
            call = await self._begun(reservation.id)
        if call["state"] == CallState.REFUSED:
            raise BudgetExceeded("this reservation was refused before", reservation_id=reservation.id)
        if call["state"] == CallState.RESERVING:
            await self._hold(call, (*self._budgets, *reservation.caps), begun_before)
            await self._open(call)

    async def settle(self, reservation_id: str, cost: Money, usage: TokenUsage, now: float) -> None:
        """Book the real cost; see the port. Raises ValueError for a cost below 0 or beyond a billion dollars."""
        check_amount(cost)
        settled = ending(CallState.SETTLED, cost, usage, now)
        call = await self._end(item_name(reservation_id), settled, was(CallState.OPEN, CallState.SWEPT))
        if call is None or call["state"] != CallState.SETTLED:
            raise NotFound("there is no such reservation to settle", reservation_id=reservation_id)

    async def release(self, reservation_id: str) -> None:
        """Free the amount; see the port."""
        unless_ended = was(CallState.OPEN, CallState.RESERVING)
        await self._end(item_name(reservation_id), ending(CallState.RELEASED), unless_ended)

    async def sweep(self, now: float) -> int:
        """Settle what has expired at `now`, and finish what was left in the middle; see the port."""
        unfinished = await self._calls.everywhere("unfinished calls", UNFINISHED, {"@now": now})
        swept: list[str] = []

        async def finish(call: Item) -> None:
            if call["state"] == CallState.RESERVING:
                # It never came to be open, so nothing was called for it.
                await self._end(call["id"], ending(CallState.RELEASED), was(CallState.RESERVING))
                return
            whole = ending(CallState.SWEPT, held_amount(call), at=now)
            ended = await self._end(call["id"], whole, was(CallState.OPEN))
            if call["state"] == CallState.OPEN and ended is not None and ended["state"] == CallState.SWEPT:
                swept.append(call["id"])

        await side_by_side(finish, unfinished)
        return len(swept)

    async def budgets(self, now: float, others: Sequence[Budget] = ()) -> Sequence[BudgetStatus]:
        """Return how each budget stands; see the port."""
        wanted = (*self._budgets, *others)
        found: dict[Budget, BudgetStatus] = {}

        async def look(budget: Budget) -> None:
            found[budget] = await AccountBook(self._accounts, budget.account).status(budget, now)

        await side_by_side(look, wanted)
        return [found[each] for each in wanted]

    async def settled(self, since: float, until: float) -> Sequence[SettledCall]:
        """Return what was paid in a span; see the port."""
        span = {"@since": since, "@until": until}
        found = await self._calls.everywhere("calls of a span", SETTLED, span)
        return [settled_call(each) for each in sorted(found, key=lambda each: (each["reserved_at"], each["id"]))]

    async def calls_of(self, owner: Owner) -> Sequence[SettledCall]:
        """Return what somebody paid; see the port."""
        paid = [each for each in await self._of(owner) if each["state"] in (CallState.SETTLED, CallState.SWEPT)]
        return [settled_call(each) for each in sorted(paid, key=lambda each: (each["reserved_at"], each["id"]))]

    async def erase(self, owner: Owner) -> None:
        """Forget who somebody was; see the port."""
        under_way: list[str] = []

        async def let_go(call: Item) -> None:
            nobody = [{"op": "set", "path": "/user", "value": ERASED}]
            if await self._calls.patch(call["partition"], call["id"], nobody, IS_OVER) is Refusal.CHANGED:
                under_way.append(call["id"])

        await side_by_side(let_go, await self._of(owner))
        if not under_way:
            await AccountBook(self._accounts, user_account(owner.tenant, owner.user)).forget()

    async def _of(self, owner: Owner) -> list[Item]:
        bound = {"@tenant": owner.tenant, "@user": owner.user}
        return await self._calls.everywhere("calls of a user", OF_USER, bound)

    async def _begun(self, reservation_id: str) -> Item:
        name = item_name(reservation_id)
        call = await self._calls.read(name, name)
        if call is None:
            raise StoreUnavailable("the reservation cannot be read yet", reservation_id=reservation_id)
        return call

    async def _hold(self, call: Item, budgets: Sequence[Budget], begun_before: bool) -> None:
        """Take the amount of every account, the narrowest first, so that who is refused there holds up nobody else."""
        accounts = accounts_of(call["tenant"], call["user"])[::-1]
        caps = {account: [each for each in budgets if each.account == account] for account in accounts}
        capped = [each for each in accounts if caps[each]]
        for place, account in enumerate(capped):
            full = await AccountBook(self._accounts, account).hold(call, caps[account])
            if full is not None:
                # Whoever began this reservation before may have come further than this call knows.
                await self._refuse(call, full, accounts if begun_before else capped[:place])

        async def hold(account: str) -> None:
            await AccountBook(self._accounts, account).hold(call, ())

        await side_by_side(hold, [each for each in accounts if each not in capped])

    async def _refuse(self, call: Item, budget: Budget, accounts: Sequence[str]) -> NoReturn:
        status = await AccountBook(self._accounts, budget.account).status(budget, call["reserved_at"])
        end = ending(CallState.REFUSED, pending=bool(accounts))
        refused = await self._calls.patch(call["partition"], call["id"], end, was(CallState.RESERVING))
        if not isinstance(refused, Refusal) and accounts:
            await self._follow(refused, accounts)
        raise exceeded(status)

    async def _open(self, call: Item) -> None:
        """Let the reservation count; from here on its call may be made."""
        opened = await self._calls.patch(
            call["partition"], call["id"], state_is(CallState.OPEN, pending=True), was(CallState.RESERVING)
        )
        if isinstance(opened, Refusal):
            # The answer to an earlier attempt may have been lost.
            present = await self._calls.read(call["partition"], call["id"])
            if present is None or present["state"] != CallState.OPEN:
                raise ended_meanwhile(call)

    async def _end(self, name: str, operations: list[Item], condition: str) -> Item | None:
        """End a call where the condition holds, let its accounts follow, and return it as it is then."""
        changed = await self._calls.patch(name, name, operations, condition)
        call = await self._calls.read(name, name) if isinstance(changed, Refusal) else changed
        if call is not None and call["pending"] and call["state"] in ENDED:
            await self._follow(call, accounts_of(call["tenant"], call["user"]))
        return call

    async def _follow(self, call: Item, accounts: Sequence[str]) -> None:
        """Let accounts follow what became of a call, and say that nothing is left to do for it."""

        async def end(account: str) -> None:
            await AccountBook(self._accounts, account).end(call)

        await side_by_side(end, accounts)
        # Another ending may have been decided meanwhile; its own accounts are still to follow.
        state = CallState(call["state"])
        await self._calls.patch(call["partition"], call["id"], state_is(state, pending=False), was(state))
