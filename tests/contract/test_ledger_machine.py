"""The contract of BudgetLedger, by any steps in any order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from shared.domain.errors import BudgetExceeded, NotFound
from shared.domain.money import Budget, Money, Period
from shared.money.accounts import GLOBAL, user_account
from tests.contract.ledgers import (
    NOON,
    USAGE,
    CosmosLedgers,
    LedgerGround,
    daily,
    monthly,
    opened,
    reservation,
    standing,
)
from tests.contract.state_grounds import cosmos
from tests.fakes.cosmos.server import CosmosServer


class LedgerMachine(RuleBasedStateMachine):
    """Drives the ledger of a ground beside a model that keeps every call in a dictionary."""

    def stand(self) -> AbstractAsyncContextManager[LedgerGround]:
        """Open a ledger that holds nothing yet."""
        raise NotImplementedError

    names = Bundle("names")

    @initialize(day=st.integers(0, 40), caps=st.tuples(st.integers(-1, 60), st.integers(-1, 90), st.integers(-1, 40)))
    def open(self, day: int, caps: tuple[int, int, int]) -> None:
        self.loop = asyncio.new_event_loop()
        self.standing = self.stand()
        ledgers = self.loop.run_until_complete(self.standing.__aenter__())
        self.budgets = (daily(caps[0]), monthly(caps[1]), daily(caps[2], user_account("acme", "ana")))
        self.ledger = ledgers.ledger(self.budgets)
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
        if hasattr(self, "ledger"):
            self.loop.run_until_complete(self.standing.__aexit__(None, None, None))
            self.loop.close()


class SqliteLedgerMachine(LedgerMachine):
    @asynccontextmanager
    async def stand(self) -> AsyncIterator[LedgerGround]:
        with TemporaryDirectory() as folder:
            async with opened(("sqlite", f"{folder}/ledger.sqlite", "")) as ledgers:
                yield ledgers


class CosmosLedgerMachine(LedgerMachine):
    server: CosmosServer

    @asynccontextmanager
    async def stand(self) -> AsyncIterator[LedgerGround]:
        async with cosmos(self.server) as connection:
            yield CosmosLedgers(connection)


@pytest.fixture(autouse=True)
def server(cosmos_server: CosmosServer) -> None:
    CosmosLedgerMachine.server = cosmos_server


BOUNDS = settings(max_examples=25, stateful_step_count=25, deadline=None)

TestSqliteLedgerMachine = SqliteLedgerMachine.TestCase
TestSqliteLedgerMachine.settings = BOUNDS
TestCosmosLedgerMachine = CosmosLedgerMachine.TestCase
TestCosmosLedgerMachine.settings = BOUNDS
