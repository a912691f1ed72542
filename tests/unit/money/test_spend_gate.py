"""The gate that every model call goes through."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.deadline import ending_within
from shared.domain.access import Principal
from shared.domain.errors import (
    BudgetExceeded,
    ContentBlocked,
    DeadlineExceeded,
    ModelUnavailable,
    NotFound,
    RateLimited,
    StoreUnavailable,
)
from shared.domain.money import BudgetStatus, Money, Price, Reservation, TokenUsage
from shared.money.caps import Caps
from shared.money.cost import cost_of
from shared.money.prices import PriceList
from shared.services.spend import HOLD_SECONDS, SpendGate
from shared.text.tokens import count_tokens
from tests.fakes.virtual_clock import settled

ANA = Principal("acme", "ana")
PRICE = Price(input=1.0, output=2.0, cached=0.5, reasoning=2.0)
ESTIMATE = TokenUsage(input=100, output=50)
NOW = 1_795_000_000.0


class NotebookLedger:
    """Writes down what it is told; `slowly` holds a booking back until it is set."""

    def __init__(self) -> None:
        self.reserved: list[Reservation] = []
        self.settled: list[tuple[Money, TokenUsage]] = []
        self.released: list[str] = []
        self.slowly = asyncio.Event()
        self.slowly.set()
        self.waiting = asyncio.Event()
        self.refusal: Exception | None = None

    async def book(self) -> None:
        self.waiting.set()
        await self.slowly.wait()
        if self.refusal is not None:
            raise self.refusal

    async def reserve(self, reservation: Reservation, now: float) -> None:
        await self.book()
        self.reserved.append(reservation)

    async def settle(self, reservation_id: str, cost: Money, usage: TokenUsage, now: float) -> None:
        await self.book()
        self.settled.append((cost, usage))

    async def release(self, reservation_id: str) -> None:
        await self.book()
        self.released.append(reservation_id)

    async def sweep(self, now: float) -> int:
        return 0

    async def budgets(self, now: float) -> Sequence[BudgetStatus]:
        return []


async def failing_call(gate: SpendGate, error: Exception, *written: str) -> None:
    async with gate.spend(ANA, "chat", "gpt", ESTIMATE) as receipt:
        receipt.start()
        for text in written:
            receipt.write(text)
        raise error


@pytest.fixture
def ledger() -> NotebookLedger:
    return NotebookLedger()


@pytest.fixture
def gate(ledger: NotebookLedger) -> SpendGate:
    return SpendGate(ledger, PriceList({"gpt": PRICE}), clock=lambda: NOW, new_id=lambda: "r1")


async def test_the_price_of_the_estimate_is_held_before_the_call(gate: SpendGate, ledger: NotebookLedger) -> None:
    async with gate.spend(ANA, "chat", "gpt", ESTIMATE):
        expected = Reservation("r1", "acme", "ana", "chat:gpt", cost_of(ESTIMATE, PRICE), NOW + HOLD_SECONDS)
        assert ledger.reserved == [expected]


async def test_a_reservation_carries_the_caps_of_its_principal(ledger: NotebookLedger) -> None:
    caps = Caps(user_daily=1, tenant_monthly=2)
    async with SpendGate(ledger, PriceList(), clock=lambda: NOW, caps=caps).spend(ANA, "chat", "gpt", ESTIMATE):
        assert ledger.reserved[0].caps == caps.of(ANA)


async def test_a_call_is_settled_with_what_the_model_reports(gate: SpendGate, ledger: NotebookLedger) -> None:
    usage = TokenUsage(input=80, output=10, cached=40)
    async with gate.spend(ANA, "chat", "gpt", ESTIMATE) as receipt:
        receipt.start()
        receipt.write("some text")
        receipt.report(usage)
    assert ledger.settled == [(cost_of(usage, PRICE), usage)]
    assert receipt.cost == cost_of(usage, PRICE)


async def test_a_stream_without_a_report_is_settled_by_the_tokens_of_its_text(
    gate: SpendGate, ledger: NotebookLedger
) -> None:
    async with gate.spend(ANA, "chat", "gpt", ESTIMATE) as receipt:
        receipt.start()
        receipt.write("The pump ")
        receipt.write("runs at 40 bar.")
    assert [usage for _, usage in ledger.settled] == [TokenUsage(100, count_tokens("The pump runs at 40 bar."))]


async def test_a_call_that_never_started_is_released(gate: SpendGate, ledger: NotebookLedger) -> None:
    async with gate.spend(ANA, "chat", "gpt", ESTIMATE) as receipt:
        pass
    assert (ledger.settled, ledger.released) == ([], ["r1"])
    assert receipt.usage == TokenUsage()


@pytest.mark.parametrize("error", [RateLimited("busy"), ModelUnavailable("away")])
@pytest.mark.parametrize("answered", [True, False])
async def test_a_refused_call_is_released_and_one_that_broke_off_is_settled(
    gate: SpendGate, ledger: NotebookLedger, error: Exception, answered: bool
) -> None:
    with pytest.raises(type(error)):
        await failing_call(gate, error, *["The"] * answered)
    assert (len(ledger.settled), len(ledger.released)) == ((1, 0) if answered else (0, 1))


@pytest.mark.parametrize("error", [DeadlineExceeded("late"), ContentBlocked("no"), RuntimeError("bug")])
async def test_a_call_that_may_have_been_billed_is_settled_whatever_ended_it(
    gate: SpendGate, ledger: NotebookLedger, error: Exception
) -> None:
    with pytest.raises(type(error)):
        await failing_call(gate, error)
    assert ledger.settled == [(cost_of(TokenUsage(100), PRICE), TokenUsage(100))]


async def test_a_refused_reservation_keeps_the_call_from_happening(gate: SpendGate, ledger: NotebookLedger) -> None:
    ledger.refusal = BudgetExceeded("no money")
    with pytest.raises(BudgetExceeded):
        async with gate.spend(ANA, "chat", "gpt", ESTIMATE):
            pytest.fail("the call happened")


async def test_a_cancelled_call_is_settled_before_the_cancel_goes_through(
    gate: SpendGate, ledger: NotebookLedger
) -> None:
    begun = asyncio.Event()

    async def call() -> None:
        async with gate.spend(ANA, "chat", "gpt", ESTIMATE) as receipt:
            receipt.start()
            receipt.write("The pump")
            ledger.slowly.clear()
            ledger.waiting.clear()
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(call())
    await begun.wait()
    task.cancel()
    await ledger.waiting.wait()
    task.cancel()
    ledger.slowly.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    await settled()
    assert [usage for _, usage in ledger.settled] == [TokenUsage(100, count_tokens("The pump"))]


async def test_a_cancel_during_the_reservation_leaves_nothing_held(gate: SpendGate, ledger: NotebookLedger) -> None:
    async def call() -> None:
        async with gate.spend(ANA, "chat", "gpt", ESTIMATE):
            pytest.fail("the call happened")

    ledger.slowly.clear()
    task = asyncio.create_task(call())
    await ledger.waiting.wait()
    task.cancel()
    await asyncio.sleep(0)
    ledger.slowly.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(ledger.reserved) == 1
    assert ledger.released == ["r1"]


@pytest.mark.parametrize("error", [StoreUnavailable("full"), NotFound("gone")])
async def test_a_settlement_that_fails_does_not_take_the_answer_away(
    gate: SpendGate, ledger: NotebookLedger, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async with gate.spend(ANA, "chat", "gpt", ESTIMATE) as receipt:
        receipt.start()
        ledger.refusal = error
    assert "left to the sweep" in caplog.text


async def test_a_free_model_goes_through_the_gate_with_a_reservation_of_nothing(
    gate: SpendGate, ledger: NotebookLedger
) -> None:
    async with gate.spend(ANA, "chat", "extractive", ESTIMATE) as receipt:
        receipt.start()
        receipt.report(TokenUsage())
    assert [held.amount for held in ledger.reserved] == [Money()]
    assert ledger.settled == [(Money(), TokenUsage())]


async def test_what_a_settled_call_took_is_told_with_its_purpose(ledger: NotebookLedger) -> None:
    told: list[tuple[str, TokenUsage]] = []
    gate = SpendGate(
        ledger, PriceList({"gpt": PRICE}), booked=lambda purpose, receipt: told.append((purpose, receipt.usage))
    )
    async with gate.spend(ANA, "chat", "gpt", ESTIMATE) as receipt:
        receipt.start()
        receipt.report(TokenUsage(input=90, output=10))
    assert told == [("chat:gpt", TokenUsage(input=90, output=10))]


async def test_of_a_released_call_nothing_is_told(ledger: NotebookLedger) -> None:
    told: list[str] = []
    gate = SpendGate(ledger, PriceList({"gpt": PRICE}), booked=lambda purpose, receipt: told.append(purpose))
    with pytest.raises(RateLimited):
        await failing_call(gate, RateLimited("too many"))
    async with gate.spend(ANA, "chat", "gpt", ESTIMATE):
        pass
    assert told == []


async def test_when_the_request_is_over_no_money_is_held_any_more(gate: SpendGate, ledger: NotebookLedger) -> None:
    with ending_within(0), pytest.raises(DeadlineExceeded):
        async with gate.spend(ANA, "chat", "gpt", ESTIMATE):
            raise AssertionError("the call must not begin")
    assert (ledger.reserved, ledger.settled, ledger.released) == ([], [], [])
