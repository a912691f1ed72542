"""The contract of BudgetLedger between processes: many askers at once, in two of them, on one budget."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.domain.errors import BudgetExceeded
from shared.domain.money import Money
from shared.money.accounts import tenant_account
from tests.contract.ledgers import (
    NOON,
    USAGE,
    CosmosLedgers,
    Place,
    SqliteLedgers,
    daily,
    monthly,
    opened,
    reservation,
    standing,
)
from tests.contract.state_grounds import GROUNDS, cosmos

PRICE, CAP, ASKERS = 7, 703, 500
"""A budget for 100 answers, and 1,000 askers in two processes."""

pytestmark = pytest.mark.timeout(300)

BUDGETS = (daily(CAP), monthly(2 * CAP), daily(3 * CAP, tenant_account("acme")))


@dataclass(frozen=True)
class Outcome:
    """What the askers of one process were granted, and what their calls cost in the end."""

    granted: int
    cost: int


@pytest.fixture(params=GROUNDS)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    if request.param == "azure":
        async with cosmos(request.getfixturevalue("cosmos_server")) as connection:
            yield CosmosLedgers(connection).place
        return
    ledgers = SqliteLedgers(tmp_path / "ledger.sqlite")
    ledgers.ledger(())
    ledgers.database.close()
    yield ledgers.place


def ask(place: Place, name: str, settling: bool, outcome: "multiprocessing.Queue[Outcome]") -> None:
    """Let askers reserve side by side, settle where that is wanted, and say what came of it; runs in a process."""

    async def run() -> Outcome:
        async with opened(place) as ledgers:
            ledger = ledgers.ledger(BUDGETS)

            async def one(number: int) -> Outcome:
                held = reservation(f"{name}/{number}", PRICE, user=f"user {number}")
                try:
                    await ledger.reserve(held, NOON)
                except BudgetExceeded:
                    return Outcome(0, 0)
                if settling:
                    await ledger.settle(held.id, Money(number % PRICE), USAGE, NOON)
                return Outcome(1, number % PRICE if settling else 0)

            done = await asyncio.gather(*(one(number) for number in range(ASKERS)))
            return Outcome(sum(each.granted for each in done), sum(each.cost for each in done))

    outcome.put(asyncio.run(run()))


def of_two_processes(place: Place, settling: bool) -> Outcome:
    """Run the askers in two processes at once and return what they came to together."""
    context = multiprocessing.get_context("spawn")
    outcome: multiprocessing.Queue[Outcome] = context.Queue()
    processes = [context.Process(target=ask, args=(place, name, settling, outcome)) for name in ("left", "right")]
    for process in processes:
        process.start()
    done = [outcome.get(timeout=240) for _ in processes]
    for process in processes:
        process.join(timeout=60)
    return Outcome(sum(each.granted for each in done), sum(each.cost for each in done))


async def test_two_processes_take_all_of_a_budget_and_no_more(place: Place) -> None:
    granted = (await asyncio.to_thread(of_two_processes, place, False)).granted
    assert granted == CAP // PRICE
    async with opened(place) as ledgers:
        assert await standing(ledgers.ledger(BUDGETS)) == [(0, granted * PRICE)] * 3


async def test_the_ledger_of_two_processes_is_the_sum_of_what_their_calls_cost(place: Place) -> None:
    done = await asyncio.to_thread(of_two_processes, place, True)
    async with opened(place) as ledgers:
        ledger = ledgers.ledger(BUDGETS)
        assert await standing(ledger) == [(done.cost, 0)] * 3
        paid = await ledger.settled(NOON, NOON + 1)
        assert (len(paid), sum(each.cost.nano_usd for each in paid)) == (done.granted, done.cost)
    assert done.cost <= CAP
