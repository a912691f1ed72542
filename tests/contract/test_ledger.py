"""The contract of BudgetLedger."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.domain.conversations import Owner
from shared.domain.errors import BudgetExceeded, NotFound
from shared.domain.money import NANO, Money, SettledCall, TokenUsage
from shared.money.accounts import ERASED, tenant_account, user_account
from shared.money.amounts import MOST_NANO_USD
from shared.ports.ledger import BudgetLedger
from tests.contract.ledgers import (
    LATER,
    NOON,
    USAGE,
    CosmosLedgers,
    LedgerGround,
    SqliteLedgers,
    daily,
    monthly,
    opened,
    reservation,
    standing,
)
from tests.contract.odd_names import ODD_NAMES
from tests.contract.state_grounds import GROUNDS, cosmos

LAST_SECOND = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC).timestamp()


@pytest.fixture(params=GROUNDS)
async def ledgers(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[LedgerGround]:
    if request.param == "azure":
        async with cosmos(request.getfixturevalue("cosmos_server")) as connection:
            yield CosmosLedgers(connection)
        return
    ledgers = SqliteLedgers(tmp_path / "ledger.sqlite")
    yield ledgers
    ledgers.database.close()


@pytest.fixture
def ledger(ledgers: LedgerGround) -> BudgetLedger:
    return ledgers.ledger((daily(100), monthly(150)))


async def test_a_reservation_is_held_against_every_budget_it_touches(ledger: BudgetLedger) -> None:
    await ledger.reserve(reservation("a", 60), NOON)
    assert await standing(ledger) == [(0, 60), (0, 60)]


async def test_a_reservation_that_fills_the_cap_exactly_is_accepted(ledger: BudgetLedger) -> None:
    await ledger.reserve(reservation("a", 100), NOON)
    assert await standing(ledger) == [(0, 100), (0, 100)]


async def test_a_reservation_one_billionth_over_the_cap_is_refused_and_says_why(ledger: BudgetLedger) -> None:
    await ledger.reserve(reservation("a", 60), NOON)
    await ledger.settle("a", Money(50), USAGE, NOON)
    await ledger.reserve(reservation("b", 20), NOON)
    with pytest.raises(BudgetExceeded) as refused:
        await ledger.reserve(reservation("c", 31), NOON)
    assert refused.value.details == {
        "account": "global",
        "period": "daily",
        "cap_usd": 100e-9,
        "spent_usd": 50e-9,
        "reserved_usd": 20e-9,
    }


async def test_a_reservation_that_one_budget_refuses_is_held_against_none(ledgers: LedgerGround) -> None:
    ledger = ledgers.ledger((daily(100), monthly(50)))
    with pytest.raises(BudgetExceeded) as refused:
        await ledger.reserve(reservation("a", 60), NOON)
    assert refused.value.details["period"] == "monthly"
    assert await standing(ledger) == [(0, 0), (0, 0)]


async def test_the_budget_of_another_user_or_tenant_is_not_touched(ledgers: LedgerGround) -> None:
    budgets = (
        daily(5, user_account("acme", "bo")),
        daily(5, tenant_account("other")),
        daily(50, tenant_account("acme")),
    )
    ledger = ledgers.ledger(budgets)
    await ledger.reserve(reservation("a", 40), NOON)
    assert await standing(ledger) == [(0, 0), (0, 0), (0, 40)]
    with pytest.raises(BudgetExceeded):
        await ledger.reserve(reservation("b", 6, user="bo"), NOON)


async def test_a_settlement_books_the_real_cost_and_frees_the_rest(ledger: BudgetLedger) -> None:
    await ledger.reserve(reservation("a", 60), NOON)
    await ledger.settle("a", Money(7), USAGE, NOON + 1)
    assert await standing(ledger) == [(7, 0), (7, 0)]


async def test_a_settlement_above_the_reserved_amount_books_the_truth(ledger: BudgetLedger) -> None:
    await ledger.reserve(reservation("a", 60), NOON)
    await ledger.settle("a", Money(130), USAGE, NOON)
    assert await standing(ledger) == [(130, 0), (130, 0)]
    with pytest.raises(BudgetExceeded):
        await ledger.reserve(reservation("b", 1), NOON)


async def test_a_settlement_after_midnight_is_booked_in_the_day_and_month_of_the_reservation(
    ledger: BudgetLedger,
) -> None:
    await ledger.reserve(reservation("a", 60), LAST_SECOND)
    await ledger.settle("a", Money(50), USAGE, LAST_SECOND + 1)
    assert await standing(ledger, LAST_SECOND) == [(50, 0), (50, 0)]
    assert await standing(ledger, LAST_SECOND + 1) == [(0, 0), (0, 0)]


async def test_a_new_day_has_its_whole_budget_and_the_month_keeps_counting(ledger: BudgetLedger) -> None:
    await ledger.reserve(reservation("a", 100), NOON)
    await ledger.reserve(reservation("b", 50), NOON + 86_400)
    with pytest.raises(BudgetExceeded) as refused:
        await ledger.reserve(reservation("c", 1), NOON + 86_400)
    assert refused.value.details["period"] == "monthly"


async def test_a_released_reservation_costs_nothing_and_stays_released(ledger: BudgetLedger) -> None:
    await ledger.reserve(reservation("a", 60), NOON)
    await ledger.release("a")
    await ledger.release("a")
    await ledger.reserve(reservation("a", 60), NOON)
    assert await standing(ledger) == [(0, 0), (0, 0)]
    with pytest.raises(NotFound):
        await ledger.settle("a", Money(5), USAGE, NOON)


async def test_settling_what_was_never_reserved_is_refused_and_releasing_it_is_not(ledger: BudgetLedger) -> None:
    await ledger.release("nobody")
    with pytest.raises(NotFound):
        await ledger.settle("nobody", Money(5), USAGE, NOON)


async def test_repeats_of_reserve_and_settle_change_nothing(ledger: BudgetLedger) -> None:
    for _ in range(2):
        await ledger.reserve(reservation("a", 60), NOON)
    assert await standing(ledger) == [(0, 60), (0, 60)]
    for cost in (7, 8):
        await ledger.settle("a", Money(cost), USAGE, NOON)
    await ledger.reserve(reservation("a", 60), NOON)
    await ledger.release("a")
    assert await standing(ledger) == [(7, 0), (7, 0)]


async def test_a_sweep_settles_whole_what_expired_by_now_and_nothing_later(ledger: BudgetLedger) -> None:
    await ledger.reserve(reservation("old", 30, expires_at=NOON + 10), NOON)
    await ledger.reserve(reservation("young", 20, expires_at=NOON + 10.001), NOON)
    assert await ledger.sweep(NOON + 10) == 1
    assert await ledger.sweep(NOON + 10) == 0
    assert await standing(ledger) == [(30, 20), (30, 20)]


async def test_a_settlement_that_comes_after_the_sweep_corrects_it_to_the_real_cost(ledger: BudgetLedger) -> None:
    await ledger.reserve(reservation("a", 60, expires_at=NOON), NOON)
    await ledger.sweep(NOON)
    await ledger.settle("a", Money(7), USAGE, NOON + 1)
    assert await standing(ledger) == [(7, 0), (7, 0)]


@pytest.mark.parametrize("cap", [0, -5])
async def test_a_budget_of_zero_or_less_refuses_any_price_and_lets_free_calls_through(
    ledgers: LedgerGround, cap: int
) -> None:
    ledger = ledgers.ledger((daily(cap),))
    await ledger.reserve(reservation("free", 0), NOON)
    with pytest.raises(BudgetExceeded):
        await ledger.reserve(reservation("dear", 1), NOON)


@pytest.mark.parametrize("amount", [-1, MOST_NANO_USD + 1])
async def test_an_amount_that_nobody_means_is_refused_before_it_is_booked(ledgers: LedgerGround, amount: int) -> None:
    ledger = ledgers.ledger(())
    with pytest.raises(ValueError, match="billion"):
        await ledger.reserve(reservation("a", amount), NOON)
    await ledger.reserve(reservation("a", MOST_NANO_USD), NOON)
    with pytest.raises(ValueError, match="billion"):
        await ledger.settle("a", Money(amount), USAGE, NOON)


async def test_every_call_leaves_a_row_for_the_reports(ledger: BudgetLedger, ledgers: LedgerGround) -> None:
    await ledger.reserve(reservation("a", 60), NOON)
    await ledger.settle("a", Money(7), USAGE, NOON + 1)
    row = await ledgers.call("a")
    assert row | {"pending": None, "partition": None} == {
        "pending": None,
        "partition": None,
        "id": "a",
        "tenant": "acme",
        "user": "ana",
        "purpose": "chat:gpt-5-mini",
        "model": "gpt-5-mini",
        "state": "settled",
        "amount": 60,
        "reserved_at": NOON,
        "expires_at": NOON + LATER,
        "cost": 7,
        "settled_at": NOON + 1,
        "input": 100,
        "output": 20,
        "cached": 10,
        "reasoning": 5,
    }


async def test_a_reopened_ledger_remembers_what_was_spent_even_for_a_new_budget(ledgers: LedgerGround) -> None:
    before = ledgers.ledger(())
    await before.reserve(reservation("a", 60), NOON)
    await before.settle("a", Money(7), USAGE, NOON)
    async with opened(ledgers.place) as reopened:
        after = reopened.ledger((daily(100, user_account("acme", "ana")),))
        assert await standing(after) == [(7, 0)]


async def test_many_tasks_at_once_never_overspend(ledger: BudgetLedger) -> None:
    async def call(number: int) -> int:
        try:
            await ledger.reserve(reservation(str(number), 7), NOON)
        except BudgetExceeded:
            return 0
        await ledger.settle(str(number), Money(number % 8), USAGE, NOON)
        return number % 8

    costs = await asyncio.gather(*(call(number) for number in range(200)))
    assert await standing(ledger) == [(sum(costs), 0), (sum(costs), 0)]
    assert sum(costs) <= 100


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_any_name_is_booked_literally(ledgers: LedgerGround, name: str) -> None:
    ledger = ledgers.ledger((daily(100, user_account(name, name)), daily(100, user_account(name, f"{name}."))))
    held = replace(reservation(name, 60, user=name), tenant=name, purpose=f"chat:{name}")
    await ledger.reserve(held, NOON)
    await ledger.settle(name, Money(7), USAGE, NOON)
    assert await standing(ledger) == [(7, 0), (0, 0)]
    row = await ledgers.call(name)
    assert (row["tenant"], row["user"], row["model"], row["cost"]) == (name, name, name, 7)


@pytest.mark.parametrize("dollars", [9_007_199, 9_007_200, 400_000_000])
async def test_large_amounts_are_exact_to_the_billionth(ledgers: LedgerGround, dollars: int) -> None:
    cap = 2 * dollars * NANO + 1
    ledger = ledgers.ledger((daily(cap), monthly(cap)))
    for name in "ab":
        await ledger.reserve(reservation(name, dollars * NANO), NOON)
    with pytest.raises(BudgetExceeded):
        await ledger.reserve(reservation("c", 2), NOON)
    await ledger.reserve(reservation("d", 1), NOON)
    for name, cost in (("a", dollars * NANO - 1), ("d", 0)):
        await ledger.settle(name, Money(cost), USAGE, NOON)
    assert await standing(ledger) == [(dollars * NANO - 1, dollars * NANO)] * 2
    await ledger.reserve(reservation("e", 2), NOON)
    with pytest.raises(BudgetExceeded):
        await ledger.reserve(reservation("f", 1), NOON)


async def test_what_was_paid_in_a_span_is_read_by_the_moment_of_its_reservation(ledger: BudgetLedger) -> None:
    for name, moment in (("before", NOON - 0.5), ("second", NOON + 1), ("first", NOON), ("after", NOON + 2)):
        await ledger.reserve(reservation(name, 10, expires_at=NOON + LATER), moment)
        await ledger.settle(name, Money(len(name)), USAGE, NOON + 5)
    first, second = await ledger.settled(NOON, NOON + 2)
    assert first == SettledCall("acme", "ana", "chat", "gpt-5-mini", NOON, Money(5), USAGE)
    assert (second.reserved_at, second.cost) == (NOON + 1, Money(6))


async def test_only_what_was_paid_is_read_and_what_was_swept_is_paid_whole(ledger: BudgetLedger) -> None:
    for name, user in (("open", "ana"), ("released", "ana"), ("swept", "bo")):
        await ledger.reserve(reservation(name, 10, NOON if user == "bo" else NOON + LATER, user), NOON)
    await ledger.release("released")
    with pytest.raises(BudgetExceeded):
        await ledger.reserve(reservation("refused", 101), NOON)
    await ledger.sweep(NOON)
    (swept,) = await ledger.settled(0, NOON + LATER)
    assert (swept.user, swept.cost, swept.usage) == ("bo", Money(10), TokenUsage())


async def test_more_calls_than_a_page_holds_are_all_read(ledgers: LedgerGround) -> None:
    ledger = ledgers.ledger(())
    for number in range(120):
        await ledger.reserve(reservation(str(number), 1), NOON + number)
        await ledger.settle(str(number), Money(number), USAGE, NOON)
    assert [each.cost for each in await ledger.settled(NOON, NOON + 120)] == [Money(each) for each in range(120)]


ANA, BEN = Owner("acme", "ana"), Owner("acme", "ben")


async def test_what_somebody_paid_is_shown_until_it_is_nobodys(ledgers: LedgerGround) -> None:
    ledger = ledgers.ledger(
        (daily(1000), daily(1000, tenant_account("acme")), daily(1000, user_account("acme", "ana")))
    )
    await ledger.reserve(reservation("a", 60), NOON)
    await ledger.settle("a", Money(7), USAGE, NOON)
    await ledger.reserve(reservation("b", 60, user="ben"), NOON)
    await ledger.settle("b", Money(11), USAGE, NOON)
    await ledger.reserve(reservation("c", 60), NOON)
    await ledger.release("c")
    assert [(each.user, each.cost.nano_usd) for each in await ledger.calls_of(ANA)] == [("ana", 7)]
    for _ in range(2):
        await ledger.erase(ANA)
        assert await ledger.calls_of(ANA) == []
        assert await standing(ledger) == [(18, 0), (18, 0), (0, 0)]
        paid = await ledger.settled(NOON - 1, NOON + 1)
        assert sorted((each.user, each.cost.nano_usd) for each in paid) == [("ben", 11), (ERASED, 7)]
        assert {(await ledgers.call(id))["user"] for id in ("a", "c")} == {ERASED}
    assert len(await ledger.calls_of(BEN)) == 1
    assert await ledger.calls_of(Owner("other", "ben")) == []


async def test_a_call_under_way_is_taken_in_when_it_has_ended(ledgers: LedgerGround) -> None:
    ledger = ledgers.ledger((daily(1000), daily(1000, user_account("acme", "ana"))))
    await ledger.reserve(reservation("a", 60), NOON)
    await ledger.erase(ANA)
    assert await standing(ledger) == [(0, 60), (0, 60)]
    await ledger.settle("a", Money(7), USAGE, NOON)
    await ledger.erase(ANA)
    assert await standing(ledger) == [(7, 0), (0, 0)]
    assert (await ledgers.call("a"))["user"] == ERASED
