"""A ledger whose process dies between two requests leaves nothing that the sweep does not put right."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress

import pytest

from infra.azure.cosmos.account_book import AccountBook
from infra.azure.cosmos.call_items import CallState, call_item, ending, state_is, was
from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import ACCOUNTS, CALLS
from infra.azure.cosmos.ledger import CosmosLedger
from infra.azure.cosmos.table import Table
from shared.domain.errors import BudgetExceeded, StoreUnavailable
from shared.domain.money import Money
from shared.money.accounts import GLOBAL, tenant_account, user_account
from tests.contract.ledgers import LATER, NOON, USAGE, daily, reservation, standing
from tests.contract.state_grounds import cosmos, patient
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.cosmos.signature import KEY
from tests.fakes.faults import Fault, FaultyProxy

ACCOUNTS_TOUCHED = (GLOBAL, tenant_account("acme"), user_account("acme", "ana"))
BUDGETS = tuple(daily(100, account) for account in ACCOUNTS_TOUCHED)
DAY, OVER = 86_400, NOON + LATER

Step = Callable[[CosmosLedger, str, float], Awaitable[object]]


async def reserve(ledger: CosmosLedger, name: str = "a", now: float = NOON) -> None:
    await ledger.reserve(reservation(name, 60, expires_at=now + LATER), now)


async def settle(ledger: CosmosLedger, name: str = "a", now: float = NOON) -> None:
    await ledger.settle(name, Money(7), USAGE, now)


async def release(ledger: CosmosLedger, name: str = "a", now: float = NOON) -> None:
    await ledger.release(name)


async def sweep(ledger: CosmosLedger, name: str = "a", now: float = NOON) -> int:
    return await ledger.sweep(now + LATER)


@pytest.fixture
def proxy(cosmos_server: CosmosServer) -> Iterator[FaultyProxy]:
    with FaultyProxy(cosmos_server.endpoint) as proxy:
        yield proxy


async def dies_at(place: int, proxy: FaultyProxy, fault: Fault, step: Awaitable[object]) -> bool:
    """Let a step get as far as a request and no further; say whether it got to its end."""
    proxy.faults.extend([None] * place)  # type: ignore[list-item]
    proxy.lasting = fault
    finished = False
    with suppress(StoreUnavailable):
        await step
        finished = True
    proxy.faults.clear()
    proxy.lasting = None
    return finished


@pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.RESET])
@pytest.mark.parametrize(
    ("before", "step", "outcomes"),
    [
        ((), reserve, {(0, 0), (60, 0)}),
        ((reserve,), settle, {(60, 0), (7, 0)}),
        ((reserve,), release, {(60, 0), (0, 0)}),
        ((reserve,), sweep, {(60, 0)}),
        ((reserve, sweep), settle, {(60, 0), (7, 0)}),
    ],
    ids=["reserve", "settle", "release", "sweep", "settle after the sweep"],
)
async def test_the_sweep_puts_right_what_a_death_left(
    cosmos_server: CosmosServer, proxy: FaultyProxy, before: tuple[Step, ...], step: Step,
    outcomes: set[tuple[int, int]], fault: Fault,
) -> None:  # fmt: skip
    async with cosmos(cosmos_server) as sound:
        ledger = CosmosLedger(sound, BUDGETS)
        dying = CosmosConnection(proxy.address, KEY, sound.database, patient(5))
        await dying.ping()
        finished, place = False, 0
        while not finished:
            # Each death has a day and a reservation of its own, and so counters of its own.
            name, now = f"a{place}", NOON + place * DAY
            for each in before:
                await each(ledger, name, now)
            finished = await dies_at(place, proxy, fault, step(CosmosLedger(dying, BUDGETS), name, now))
            await sweep(ledger, name, now)
            stands = await standing(ledger, now)
            assert len(set(stands)) == 1, place
            assert stands[0] in outcomes, place
            assert await sweep(ledger, name, now) == 0
            place += 1
        await dying.close()
    assert place > 1


async def test_a_reservation_that_the_sweep_ended_while_it_was_made_holds_nothing(cosmos_server: CosmosServer) -> None:
    async with cosmos(cosmos_server) as sound:
        ledger = CosmosLedger(sound, BUDGETS)
        begun = call_item(reservation("a", 60), NOON)
        await Table(sound, CALLS).create(begun)
        await AccountBook(Table(sound, ACCOUNTS), GLOBAL).hold(begun, ())
        await ledger.sweep(OVER)
        # Its maker goes on, as if it had only been slow.
        for account in (GLOBAL, tenant_account("acme")):
            with pytest.raises(StoreUnavailable):
                await AccountBook(Table(sound, ACCOUNTS), account).hold(begun, ())
        assert await standing(ledger) == [(0, 0)] * 3


async def test_a_sweep_that_comes_late_does_not_undo_a_settlement(cosmos_server: CosmosServer) -> None:
    async with cosmos(cosmos_server) as sound:
        ledger, calls = CosmosLedger(sound, BUDGETS), Table(sound, CALLS)
        await reserve(ledger)
        swept = await calls.patch("a", "a", ending(CallState.SWEPT, Money(60)), was(CallState.OPEN))
        assert isinstance(swept, dict)
        await settle(ledger)
        for account in ACCOUNTS_TOUCHED:
            await AccountBook(Table(sound, ACCOUNTS), account).end(swept)
        await calls.patch("a", "a", state_is(CallState.SWEPT, pending=False), was(CallState.SWEPT))
        assert await standing(ledger) == [(7, 0)] * 3


async def test_a_reservation_that_was_refused_stays_refused_and_holds_nothing(cosmos_server: CosmosServer) -> None:
    async with cosmos(cosmos_server) as sound:
        tight = (daily(100, user_account("acme", "ana")), daily(50))
        ledger = CosmosLedger(sound, tight)
        for _ in range(2):
            with pytest.raises(BudgetExceeded):
                await reserve(ledger)
            assert await standing(ledger) == [(0, 0), (0, 0)]
        await release(ledger)
        assert await ledger.sweep(OVER) == 0
        assert await standing(CosmosLedger(sound, BUDGETS)) == [(0, 0)] * 3
