"""The contract of BudgetLedger where a user and a tenant have caps of their own, at the edges of the calendar."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.domain.errors import BudgetExceeded
from shared.domain.money import Money
from shared.money.accounts import tenant_account, user_account
from shared.ports.ledger import BudgetLedger
from tests.contract.ledgers import (
    NOON,
    USAGE,
    CosmosLedgers,
    SqliteLedgers,
    daily,
    monthly,
    reservation,
)
from tests.contract.state_grounds import GROUNDS, cosmos

ANA, BO, ACME = user_account("acme", "ana"), user_account("acme", "bo"), tenant_account("acme")
DAY = 86_400


@pytest.fixture(params=GROUNDS)
async def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BudgetLedger]:
    everybody = (daily(1000), monthly(1000))
    if request.param == "azure":
        async with cosmos(request.getfixturevalue("cosmos_server")) as connection:
            yield CosmosLedgers(connection).ledger(everybody)
        return
    ledgers = SqliteLedgers(tmp_path / "ledger.sqlite")
    yield ledgers.ledger(everybody)
    ledgers.database.close()


def at(*moment: int) -> float:
    return datetime(*moment, tzinfo=UTC).timestamp()  # type: ignore[arg-type]


async def refused(ledger: BudgetLedger, name: str, amount: int, now: float, **wanted: object) -> str:
    """Reserve what is refused, and say by which budget."""
    with pytest.raises(BudgetExceeded) as error:
        await ledger.reserve(reservation(name, amount, **wanted), now)  # type: ignore[arg-type]
    return f"{error.value.details['period']} {error.value.details['account']}"


async def test_a_cap_of_a_user_holds_to_the_billionth_and_nothing_of_a_refusal_stays(ledger: BudgetLedger) -> None:
    caps = (daily(100, ANA),)
    await ledger.reserve(reservation("a", 60, caps=caps), NOON)
    assert await refused(ledger, "b", 41, NOON, caps=caps) == f"daily {ANA}"
    await ledger.reserve(reservation("c", 40, caps=caps), NOON)
    found = await ledger.budgets(NOON, (daily(100, ANA), monthly(0, ACME)))
    assert [each.reserved for each in found] == [Money(100)] * 4


async def test_users_of_a_tenant_share_its_cap_and_not_their_own(ledger: BudgetLedger) -> None:
    await ledger.reserve(reservation("a", 60, caps=(daily(60, ANA), daily(100, ACME))), NOON)
    bo = (daily(60, BO), daily(100, ACME))
    assert await refused(ledger, "b", 41, NOON, user="bo", caps=bo) == f"daily {ACME}"
    await ledger.reserve(reservation("c", 40, user="bo", caps=bo), NOON)


async def test_a_cap_on_an_account_that_a_call_does_not_touch_holds_nothing_back(ledger: BudgetLedger) -> None:
    await ledger.reserve(reservation("a", 60, caps=(daily(0, BO), daily(0, tenant_account("other")))), NOON)


async def test_a_cap_of_nothing_refuses_any_price_and_lets_free_calls_through(ledger: BudgetLedger) -> None:
    caps = (monthly(0, ANA),)
    await ledger.reserve(reservation("free", 0, caps=caps), NOON)
    assert await refused(ledger, "dear", 1, NOON, caps=caps) == f"monthly {ANA}"


async def test_what_was_spent_before_there_was_a_cap_counts(ledger: BudgetLedger) -> None:
    await ledger.reserve(reservation("a", 60), NOON)
    await ledger.settle("a", Money(50), USAGE, NOON)
    assert await refused(ledger, "b", 51, NOON, caps=(monthly(100, ANA),)) == f"monthly {ANA}"
    await ledger.reserve(reservation("c", 50, caps=(monthly(100, ANA),)), NOON)


@pytest.mark.parametrize(
    ("last", "first"),
    [
        (at(2028, 2, 28, 23, 59, 59), at(2028, 2, 29)),
        (at(2028, 2, 29, 23, 59, 59), at(2028, 3, 1)),
        (at(2027, 2, 28, 23, 59, 59), at(2027, 3, 1)),
        (at(2026, 12, 31, 23, 59, 59), at(2027, 1, 1)),
    ],
)
async def test_a_day_ends_at_midnight_utc_also_in_a_leap_year(ledger: BudgetLedger, last: float, first: float) -> None:
    caps = (daily(100, ANA), monthly(150, ANA))
    await ledger.reserve(reservation("a", 100, caps=caps), last)
    assert await refused(ledger, "b", 1, last, caps=caps) == f"daily {ANA}"
    same_month = datetime.fromtimestamp(last, UTC).month == datetime.fromtimestamp(first, UTC).month
    if same_month:
        assert await refused(ledger, "c", 51, first, caps=caps) == f"monthly {ANA}"
    await ledger.reserve(reservation("d", 50 if same_month else 100, caps=caps), first)


async def test_a_clock_set_back_books_nothing_twice_and_leaves_each_day_its_cap(ledger: BudgetLedger) -> None:
    caps = (daily(100, ANA), monthly(150, ANA))
    await ledger.reserve(reservation("a", 100, caps=caps), NOON)
    await ledger.reserve(reservation("a", 100, caps=caps), NOON - DAY)
    await ledger.settle("a", Money(90), USAGE, NOON - DAY)
    await ledger.settle("a", Money(90), USAGE, NOON - 2 * DAY)
    assert await refused(ledger, "b", 61, NOON - DAY, caps=caps) == f"monthly {ANA}"
    await ledger.reserve(reservation("c", 60, caps=caps), NOON - DAY)
    (today,) = [each for each in await ledger.budgets(NOON, caps[:1]) if each.budget == caps[0]]
    assert (today.spent, today.reserved) == (Money(90), Money())
