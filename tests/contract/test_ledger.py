"""The contract of BudgetLedger."""

import asyncio
import multiprocessing
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from infra.local.ledger import MOST_NANO_USD, SqliteLedger
from infra.local.sqlite import Database
from shared.domain.errors import BudgetExceeded, NotFound
from shared.domain.money import Budget, Money, Period, Reservation, TokenUsage
from shared.money.accounts import GLOBAL, tenant_account, user_account

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()
LAST_SECOND = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC).timestamp()
USAGE = TokenUsage(input=100, output=20, cached=10, reasoning=5)
LATER = 600.0


def daily(cap: int, account: str = GLOBAL) -> Budget:
    return Budget(account, Period.DAILY, Money(cap))


def monthly(cap: int, account: str = GLOBAL) -> Budget:
    return Budget(account, Period.MONTHLY, Money(cap))


def reservation(name: str, amount: int, expires_at: float = NOON + LATER, user: str = "ana") -> Reservation:
    return Reservation(name, "acme", user, "chat:gpt-5-mini", Money(amount), expires_at)


async def standing(ledger: SqliteLedger, now: float = NOON) -> list[tuple[int, int]]:
    return [(each.spent.nano_usd, each.reserved.nano_usd) for each in await ledger.budgets(now)]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "ledger.sqlite")
    yield database
    database.close()


@pytest.fixture
def ledger(database: Database) -> SqliteLedger:
    return SqliteLedger(database, (daily(100), monthly(150)))


async def test_a_reservation_is_held_against_every_budget_it_touches(ledger: SqliteLedger) -> None:
    await ledger.reserve(reservation("a", 60), NOON)
    assert await standing(ledger) == [(0, 60), (0, 60)]


async def test_a_reservation_that_fills_the_cap_exactly_is_accepted(ledger: SqliteLedger) -> None:
    await ledger.reserve(reservation("a", 100), NOON)
    assert await standing(ledger) == [(0, 100), (0, 100)]


async def test_a_reservation_one_billionth_over_the_cap_is_refused_and_says_why(ledger: SqliteLedger) -> None:
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


async def test_a_reservation_that_one_budget_refuses_is_held_against_none(database: Database) -> None:
    ledger = SqliteLedger(database, (daily(100), monthly(50)))
    with pytest.raises(BudgetExceeded) as refused:
        await ledger.reserve(reservation("a", 60), NOON)
    assert refused.value.details["period"] == "monthly"
    assert await standing(ledger) == [(0, 0), (0, 0)]


async def test_the_budget_of_another_user_or_tenant_is_not_touched(database: Database) -> None:
    budgets = (
        daily(5, user_account("acme", "bo")),
        daily(5, tenant_account("other")),
        daily(50, tenant_account("acme")),
    )
    ledger = SqliteLedger(database, budgets)
    await ledger.reserve(reservation("a", 40), NOON)
    assert await standing(ledger) == [(0, 0), (0, 0), (0, 40)]
    with pytest.raises(BudgetExceeded):
        await ledger.reserve(reservation("b", 6, user="bo"), NOON)


async def test_a_settlement_books_the_real_cost_and_frees_the_rest(ledger: SqliteLedger) -> None:
    await ledger.reserve(reservation("a", 60), NOON)
    await ledger.settle("a", Money(7), USAGE, NOON + 1)
    assert await standing(ledger) == [(7, 0), (7, 0)]


async def test_a_settlement_above_the_reserved_amount_books_the_truth(ledger: SqliteLedger) -> None:
    await ledger.reserve(reservation("a", 60), NOON)
    await ledger.settle("a", Money(130), USAGE, NOON)
    assert await standing(ledger) == [(130, 0), (130, 0)]
    with pytest.raises(BudgetExceeded):
        await ledger.reserve(reservation("b", 1), NOON)


async def test_a_settlement_after_midnight_is_booked_in_the_day_and_month_of_the_reservation(
    ledger: SqliteLedger,
) -> None:
    await ledger.reserve(reservation("a", 60), LAST_SECOND)
    await ledger.settle("a", Money(50), USAGE, LAST_SECOND + 1)
    assert await standing(ledger, LAST_SECOND) == [(50, 0), (50, 0)]
    assert await standing(ledger, LAST_SECOND + 1) == [(0, 0), (0, 0)]


async def test_a_new_day_has_its_whole_budget_and_the_month_keeps_counting(ledger: SqliteLedger) -> None:
    await ledger.reserve(reservation("a", 100), NOON)
    await ledger.reserve(reservation("b", 50), NOON + 86_400)
    with pytest.raises(BudgetExceeded) as refused:
        await ledger.reserve(reservation("c", 1), NOON + 86_400)
    assert refused.value.details["period"] == "monthly"


async def test_a_released_reservation_costs_nothing_and_stays_released(ledger: SqliteLedger) -> None:
    await ledger.reserve(reservation("a", 60), NOON)
    await ledger.release("a")
    await ledger.release("a")
    await ledger.reserve(reservation("a", 60), NOON)
    assert await standing(ledger) == [(0, 0), (0, 0)]
    with pytest.raises(NotFound):
        await ledger.settle("a", Money(5), USAGE, NOON)


async def test_settling_what_was_never_reserved_is_refused_and_releasing_it_is_not(ledger: SqliteLedger) -> None:
    await ledger.release("nobody")
    with pytest.raises(NotFound):
        await ledger.settle("nobody", Money(5), USAGE, NOON)


async def test_repeats_of_reserve_and_settle_change_nothing(ledger: SqliteLedger) -> None:
    for _ in range(2):
        await ledger.reserve(reservation("a", 60), NOON)
    assert await standing(ledger) == [(0, 60), (0, 60)]
    for cost in (7, 8):
        await ledger.settle("a", Money(cost), USAGE, NOON)
    await ledger.reserve(reservation("a", 60), NOON)
    await ledger.release("a")
    assert await standing(ledger) == [(7, 0), (7, 0)]


async def test_a_sweep_settles_whole_what_expired_by_now_and_nothing_later(ledger: SqliteLedger) -> None:
    await ledger.reserve(reservation("old", 30, expires_at=NOON + 10), NOON)
    await ledger.reserve(reservation("young", 20, expires_at=NOON + 10.001), NOON)
    assert await ledger.sweep(NOON + 10) == 1
    assert await ledger.sweep(NOON + 10) == 0
    assert await standing(ledger) == [(30, 20), (30, 20)]


async def test_a_settlement_that_comes_after_the_sweep_corrects_it_to_the_real_cost(ledger: SqliteLedger) -> None:
    await ledger.reserve(reservation("a", 60, expires_at=NOON), NOON)
    await ledger.sweep(NOON)
    await ledger.settle("a", Money(7), USAGE, NOON + 1)
    assert await standing(ledger) == [(7, 0), (7, 0)]


@pytest.mark.parametrize("cap", [0, -5])
async def test_a_budget_of_zero_or_less_refuses_any_price_and_lets_free_calls_through(
    database: Database, cap: int
) -> None:
    ledger = SqliteLedger(database, (daily(cap),))
    await ledger.reserve(reservation("free", 0), NOON)
    with pytest.raises(BudgetExceeded):
        await ledger.reserve(reservation("dear", 1), NOON)


@pytest.mark.parametrize("amount", [-1, MOST_NANO_USD + 1])
async def test_an_amount_that_nobody_means_is_refused_before_it_is_booked(database: Database, amount: int) -> None:
    ledger = SqliteLedger(database, ())
    with pytest.raises(ValueError, match="billion"):
        await ledger.reserve(reservation("a", amount), NOON)
    await ledger.reserve(reservation("a", MOST_NANO_USD), NOON)
    with pytest.raises(ValueError, match="billion"):
        await ledger.settle("a", Money(amount), USAGE, NOON)


async def test_every_call_leaves_a_row_for_the_reports(ledger: SqliteLedger, database: Database) -> None:
    await ledger.reserve(reservation("a", 60), NOON)
    await ledger.settle("a", Money(7), USAGE, NOON + 1)
    with database.snapshot() as reader:
        row = dict(reader.execute("SELECT * FROM calls").fetchone())
    assert row == {
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


async def test_a_reopened_ledger_remembers_what_was_spent_even_for_a_new_budget(tmp_path: Path) -> None:
    database = Database(tmp_path / "ledger.sqlite")
    before = SqliteLedger(database, ())
    await before.reserve(reservation("a", 60), NOON)
    await before.settle("a", Money(7), USAGE, NOON)
    database.close()
    reopened = Database(tmp_path / "ledger.sqlite")
    after = SqliteLedger(reopened, (daily(100, user_account("acme", "ana")),))
    assert await standing(after) == [(7, 0)]
    reopened.close()


async def test_many_tasks_at_once_never_overspend(ledger: SqliteLedger) -> None:
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


def spend_all(path: Path, name: str, outcome: "multiprocessing.Queue[int]") -> None:
    """Reserve 3 at a time until refused, and say how much was granted; runs in a process of its own."""
    database = Database(path)
    ledger = SqliteLedger(database, (daily(1000),))

    async def run() -> int:
        for turn in range(1000):
            try:
                await ledger.reserve(reservation(f"{name}{turn}", 3), NOON)
            except BudgetExceeded:
                return turn * 3
        raise AssertionError("the budget never ended")

    outcome.put(asyncio.run(run()))
    database.close()


async def test_two_processes_never_overspend_together(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    outcome: multiprocessing.Queue[int] = context.Queue()
    path = tmp_path / "ledger.sqlite"
    processes = [context.Process(target=spend_all, args=(path, name, outcome)) for name in ("left-", "right-")]
    for process in processes:
        process.start()
    granted = sum([outcome.get(timeout=60) for _ in processes])
    for process in processes:
        process.join(timeout=60)
    database = Database(path)
    assert await standing(SqliteLedger(database, (daily(1000),))) == [(0, granted)]
    assert granted == 999
    database.close()


class LedgerMachine(RuleBasedStateMachine):
    """Drives the ledger beside a model that keeps every call in a dictionary."""

    names = Bundle("names")

    @initialize(day=st.integers(0, 40), caps=st.tuples(st.integers(-1, 60), st.integers(-1, 90), st.integers(-1, 40)))
    def open(self, day: int, caps: tuple[int, int, int]) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.database = Database(self.folder / "ledger.sqlite")
        self.budgets = (daily(caps[0]), monthly(caps[1]), daily(caps[2], user_account("acme", "ana")))
        self.ledger = SqliteLedger(self.database, self.budgets)
        self.now = NOON + day * 86_400
        # By reservation id: user, moment, amount, state, cost.
        self.calls: dict[str, tuple[str, float, int, str, int]] = {}
        self.expiry: dict[str, float] = {}

    def expected(self, budget: Budget) -> tuple[int, int]:
        form = "%Y-%m-%d" if budget.period is Period.DAILY else "%Y-%m"
        period = datetime.fromtimestamp(self.now, UTC).strftime(form)
        calls = [
            call
            for call in self.calls.values()
            if datetime.fromtimestamp(call[1], UTC).strftime(form) == period
            and (budget.account == GLOBAL or call[0] == "ana")
        ]
        return sum(call[4] for call in calls), sum(call[2] for call in calls if call[3] == "open")

    @rule(hours=st.integers(0, 30))
    def wait(self, hours: int) -> None:
        self.now += hours * 3600

    @rule(
        target=names,
        name=st.uuids().map(str),
        amount=st.integers(0, 25),
        user=st.sampled_from(["ana", "bo"]),
        hours=st.integers(0, 20),
    )
    def reserve(self, name: str, amount: int, user: str, hours: int) -> str:
        touched = [each for each in self.budgets if each.account == GLOBAL or user == "ana"]
        fits = amount == 0 or all(sum(self.expected(each)) + amount <= each.cap.nano_usd for each in touched)
        wanted = reservation(name, amount, expires_at=self.now + hours * 3600, user=user)
        try:
            self.loop.run_until_complete(self.ledger.reserve(wanted, self.now))
        except BudgetExceeded:
            assert not fits
            return multiple()  # type: ignore[return-value]
        assert fits
        self.calls[name] = (user, self.now, amount, "open", 0)
        self.expiry[name] = wanted.expires_at
        return name

    @rule(name=names, amount=st.integers(0, 25))
    def reserve_again(self, name: str, amount: int) -> None:
        self.loop.run_until_complete(self.ledger.reserve(reservation(name, amount), self.now))

    @rule(name=names, cost=st.integers(0, 40))
    def settle(self, name: str, cost: int) -> None:
        user, moment, amount, state, _ = self.calls[name]
        if state == "released":
            with pytest.raises(NotFound):
                self.loop.run_until_complete(self.ledger.settle(name, Money(cost), USAGE, self.now))
            return
        self.loop.run_until_complete(self.ledger.settle(name, Money(cost), USAGE, self.now))
        if state in ("open", "swept"):
            self.calls[name] = (user, moment, amount, "settled", cost)

    @rule(name=names)
    def release(self, name: str) -> None:
        self.loop.run_until_complete(self.ledger.release(name))
        user, moment, amount, state, _ = self.calls[name]
        if state == "open":
            self.calls[name] = (user, moment, amount, "released", 0)

    @rule()
    def sweep(self) -> None:
        expired = [name for name, call in self.calls.items() if call[3] == "open" and self.expiry[name] <= self.now]
        assert self.loop.run_until_complete(self.ledger.sweep(self.now)) == len(expired)
        for name in expired:
            user, moment, amount, _, _ = self.calls[name]
            self.calls[name] = (user, moment, amount, "swept", amount)

    @invariant()
    def the_ledger_agrees_with_the_model(self) -> None:
        if hasattr(self, "ledger"):
            found = self.loop.run_until_complete(standing(self.ledger, self.now))
            assert found == [self.expected(each) for each in self.budgets]

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            self.loop.close()
            shutil.rmtree(self.folder)


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
