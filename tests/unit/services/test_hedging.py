"""Asking a second model beside a silent one: who speaks first is heard, and everybody's money is accounted for."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial

import pytest

from shared.deadline import ending_within
from shared.domain.answers import ModelEvent, Prompt, TextDelta, UsageReport
from shared.domain.errors import BudgetExceeded, ContentBlocked, KnowledgeError, ModelUnavailable, RateLimited
from shared.domain.money import Money, Price, TokenUsage
from shared.money.prices import PriceList
from shared.services.circuit import MOST_FAILURES, Circuit, CircuitState
from shared.services.guarded_models import GuardedChatModel
from shared.services.hedging import Hedge, begun
from shared.services.spend import SpendGate
from shared.services.write import Draft, Writing, to_its_end
from tests.unit.services.test_write import CARRIED, ONE_CALL, WHO, CountingLedger, asked
from tests.workflow.polling import until

SOON, NEVER = 0.001, 1_000.0
"""Patience that is over at once, and one that no test lives to see the end of."""

SAID: list[ModelEvent | BaseException] = [TextDelta(CARRIED), UsageReport(ONE_CALL)]


class TalkingModel:
    """Says its script once it `may_speak`; a second call says it again."""

    def __init__(self, name: str, script: Sequence[ModelEvent | BaseException] = SAID) -> None:
        self.name, self.script = name, script
        self.asked, self.may_speak = asyncio.Event(), asyncio.Event()
        self.calls = self.closed = 0

    async def ping(self) -> None:
        """Answer."""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelEvent, None]:
        """Wait, and speak."""
        self.calls += 1
        self.asked.set()
        try:
            await self.may_speak.wait()
            for event in self.script:
                if isinstance(event, BaseException):
                    raise event
                yield event
        finally:
            self.closed += 1


class Purse(CountingLedger):
    """Holds as many calls at a time as there is money for, and keeps what was paid."""

    def __init__(self, most: int = 2) -> None:
        super().__init__()
        self.most, self.refused, self.paid = most, asyncio.Event(), Money()
        self.is_slow = False
        self.waiting: list[asyncio.Future[None]] = []

    async def reserve(self, reservation: object, now: float) -> None:
        if self.is_slow:
            self.waiting.append(asyncio.get_running_loop().create_future())
            await self.waiting[-1]
        if len(self.open) >= self.most:
            self.refused.set()
            raise BudgetExceeded("no money for one more")
        await super().reserve(reservation, now)

    async def settle(self, reservation_id: str, cost: object, usage: TokenUsage, now: float) -> None:
        await super().settle(reservation_id, cost, usage, now)
        assert isinstance(cost, Money)
        self.paid += cost


class Pair:
    """Two models with a purse; `text` is what comes of asking them, and `draft` what it took."""

    def __init__(
        self,
        first: Sequence[ModelEvent | BaseException] = SAID,
        second: Sequence[ModelEvent | BaseException] = SAID,
        most: int = 2,
        patience: float | None = SOON,
    ) -> None:
        self.first, self.second = TalkingModel("first", first), TalkingModel("second", second)
        self.circuits = {"first": Circuit(), "second": Circuit()}
        self.purse, self.draft = Purse(most), Draft()
        prices = PriceList({"first": Price(1.0, 1.0), "second": Price(10.0, 10.0)})
        guarded = [GuardedChatModel(each, self.circuits[each.name]) for each in (self.first, self.second)]
        self.writing = Writing(SpendGate(self.purse, prices), *guarded, patience=patience)  # type: ignore[arg-type]
        self.text: asyncio.Task[None] = asyncio.create_task(self.write())

    async def write(self) -> None:
        await to_its_end(self.writing.stream(WHO, asked()[0], self.draft))

    def check_money(self) -> None:
        """Nothing is held, no call is open, and the draft took exactly what was paid."""
        assert not self.purse.open
        assert (self.first.calls, self.second.calls) == (self.first.closed, self.second.closed)
        assert self.draft.cost == self.purse.paid
        assert self.draft.usage == sum(self.purse.settled, TokenUsage())
        assert self.draft.calls == len(self.purse.settled)


async def test_a_model_that_speaks_in_time_is_asked_alone() -> None:
    pair = Pair(patience=NEVER)
    pair.first.may_speak.set()
    await pair.text
    assert (pair.draft.model, pair.draft.is_hedged, pair.second.calls) == ("first", False, 0)
    assert pair.purse.settled == [ONE_CALL]
    pair.check_money()


async def test_without_patience_a_silent_model_is_waited_for() -> None:
    pair = Pair(patience=None)
    await pair.first.asked.wait()
    await asyncio.sleep(10 * SOON)
    pair.first.may_speak.set()
    await pair.text
    assert (pair.draft.model, pair.second.calls) == ("first", 0)


async def test_beside_a_silent_model_the_next_one_is_asked_and_the_silent_one_is_cancelled_and_paid() -> None:
    pair = Pair()
    await pair.second.asked.wait()
    assert (pair.first.closed, len(pair.purse.open)) == (0, 2)
    pair.second.may_speak.set()
    await pair.text
    draft = pair.draft
    assert (draft.text, draft.model, draft.is_stand_in, draft.is_hedged) == (CARRIED, "second", True, True)
    # What the silent one was given to read is booked, since it may have worked on it.
    loser, winner = sorted(pair.purse.settled, key=lambda usage: usage.output)
    assert (loser.output, winner) == (0, ONE_CALL)
    assert loser.input > 0
    pair.check_money()


async def test_the_first_model_is_heard_where_it_speaks_first_after_all() -> None:
    pair = Pair()
    await pair.second.asked.wait()
    pair.first.may_speak.set()
    await pair.text
    assert (pair.draft.model, pair.draft.is_stand_in, pair.draft.is_hedged) == ("first", False, True)
    pair.check_money()


async def test_of_two_that_speak_at_once_the_first_is_heard_and_both_are_paid() -> None:
    pair = Pair()
    await pair.second.asked.wait()
    pair.second.may_speak.set()
    pair.first.may_speak.set()
    await pair.text
    assert pair.draft.text == CARRIED
    pair.check_money()


@pytest.mark.parametrize("error", [ModelUnavailable("away"), RateLimited("busy")])
async def test_where_the_second_one_fails_the_first_is_waited_for(error: KnowledgeError) -> None:
    pair = Pair(second=[error])
    await pair.second.asked.wait()
    pair.second.may_speak.set()
    await until(lambda: pair.second.closed)
    pair.first.may_speak.set()
    await pair.text
    assert (pair.draft.model, pair.draft.is_stand_in, pair.draft.is_hedged) == ("first", False, False)
    assert pair.purse.settled == [ONE_CALL]
    pair.check_money()


async def test_where_the_first_one_fails_while_both_are_asked_the_second_is_waited_for() -> None:
    pair = Pair(first=[ModelUnavailable("away")])
    await pair.second.asked.wait()
    pair.first.may_speak.set()
    await until(lambda: pair.first.closed)
    pair.second.may_speak.set()
    await pair.text
    assert (pair.draft.model, pair.draft.is_stand_in, pair.second.calls) == ("second", True, 1)
    pair.check_money()


async def test_where_both_fail_the_passages_answer() -> None:
    pair = Pair(first=[ModelUnavailable("away")], second=[RateLimited("busy")])
    await pair.second.asked.wait()
    pair.first.may_speak.set()
    pair.second.may_speak.set()
    await pair.text
    assert (pair.draft.model, pair.draft.is_degraded, pair.draft.is_hedged) == ("extractive", True, False)
    assert (pair.first.calls, pair.second.calls) == (1, 1)
    pair.check_money()


async def test_where_there_is_no_money_for_a_second_call_the_first_is_waited_for() -> None:
    pair = Pair(most=1)
    await pair.purse.refused.wait()
    pair.first.may_speak.set()
    await pair.text
    assert (pair.draft.model, pair.draft.is_hedged, pair.second.calls) == ("first", False, 0)
    pair.check_money()


async def test_money_that_a_failing_call_gives_back_serves_the_next_one() -> None:
    pair = Pair(first=[ModelUnavailable("away")], most=1)
    await pair.purse.refused.wait()
    pair.second.may_speak.set()
    pair.first.may_speak.set()
    await pair.text
    assert (pair.draft.model, pair.draft.is_stand_in) == ("second", True)
    assert pair.purse.settled == [ONE_CALL]
    pair.check_money()


async def test_where_there_is_no_money_at_all_nobody_is_asked() -> None:
    pair = Pair(most=0)
    with pytest.raises(BudgetExceeded):
        await pair.text
    assert (pair.first.calls, pair.second.calls) == (0, 0)
    pair.check_money()


@pytest.mark.parametrize("who", ["first", "second"])
async def test_a_refused_content_is_an_answer_and_ends_the_other_call(who: str) -> None:
    pair = Pair(first=[ContentBlocked("no")], second=[ContentBlocked("no")])
    await pair.second.asked.wait()
    (pair.first if who == "first" else pair.second).may_speak.set()
    with pytest.raises(ContentBlocked):
        await pair.text
    assert len(pair.purse.settled) == 2
    pair.check_money()


async def test_a_loser_whose_money_was_not_even_held_is_not_asked_and_costs_nothing() -> None:
    pair = Pair()
    pair.purse.is_slow = True
    await until(lambda: len(pair.purse.waiting) == 2)
    pair.second.may_speak.set()
    pair.purse.waiting.pop().set_result(None)
    await pair.second.asked.wait()
    await until(lambda: pair.second.closed)
    pair.purse.waiting.pop().set_result(None)
    await pair.text
    assert (pair.draft.model, pair.draft.is_hedged, pair.first.calls) == ("second", False, 0)
    assert pair.purse.settled == [ONE_CALL]
    pair.check_money()


async def test_a_winner_that_breaks_off_is_not_replaced() -> None:
    pair = Pair(second=[TextDelta("The pump"), ModelUnavailable("broken")])
    await pair.second.asked.wait()
    pair.second.may_speak.set()
    with pytest.raises(ModelUnavailable):
        await pair.text
    assert pair.first.calls == 1
    pair.check_money()


async def test_who_leaves_while_both_are_silent_ends_both_calls() -> None:
    pair = Pair()
    await pair.second.asked.wait()
    pair.text.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pair.text
    assert len(pair.purse.settled) == 2
    pair.check_money()


async def test_who_leaves_behind_the_first_word_has_paid_both() -> None:
    pair = Pair(second=[TextDelta("One. "), TextDelta("Two. ")])
    pair.text.cancel()
    pair.second.may_speak.set()
    async with aclosing(pair.writing.stream(WHO, asked()[0], pair.draft)) as pieces:
        assert await anext(pieces) == "One."
    assert (pair.draft.model, pair.draft.is_hedged) == ("second", True)
    assert len(pair.purse.settled) == 2
    pair.check_money()


async def test_where_time_runs_out_over_two_silent_models_the_passages_answer() -> None:
    with ending_within(0.2):
        pair = Pair()
    await pair.text
    assert (pair.draft.model, pair.draft.is_degraded) == ("extractive", True)
    pair.check_money()


async def test_who_is_cut_off_has_neither_failed_nor_lived() -> None:
    pair = Pair()
    await pair.second.asked.wait()
    circuit = pair.circuits["first"]
    for _ in range(MOST_FAILURES - 1):
        circuit.fails()
    pair.second.may_speak.set()
    await pair.text
    assert circuit.state is CircuitState.CLOSED
    circuit.fails()
    assert circuit.state is CircuitState.OPEN


async def test_a_second_model_whose_circuit_is_open_is_not_asked() -> None:
    pair = Pair()
    for _ in range(MOST_FAILURES):
        pair.circuits["second"].fails()
    await pair.first.asked.wait()
    await asyncio.sleep(10 * SOON)
    pair.first.may_speak.set()
    await pair.text
    assert (pair.draft.model, pair.draft.is_hedged, pair.second.calls) == ("first", False, 0)
    pair.check_money()


async def test_a_text_that_is_checked_before_it_is_shown_is_hedged_too() -> None:
    pair = Pair()
    pair.text.cancel()
    pair.second.may_speak.set()
    draft = pair.draft = await pair.writing.cascaded(WHO, *asked())
    assert (draft.text, draft.model, draft.is_escalated, draft.is_hedged) == (CARRIED, "second", False, True)
    pair.check_money()


async def said_by(*words: str | BaseException, when: asyncio.Event | None = None) -> AsyncGenerator[str, None]:
    """Give words, or raise, once it is time."""
    if when:
        await when.wait()
    for word in words:
        if isinstance(word, BaseException):
            raise word
        yield word


async def test_of_two_that_are_heard_in_one_moment_the_one_that_was_asked_first_wins() -> None:
    for _ in range(20):
        now = asyncio.Event()
        hedge = Hedge({name: partial(said_by, name, when=now) for name in ("first", "second", "third")}, SOON)
        async with aclosing(hedge.pieces()) as pieces:
            text = asyncio.create_task(begun(pieces))
            await asyncio.sleep(20 * SOON)
            now.set()
            assert (await text, hedge.winner) == ("first", "first")


async def test_a_loser_is_hung_up_on_while_the_winner_still_speaks() -> None:
    pair = Pair(second=[TextDelta("One. "), TextDelta("Two. ")])
    pair.text.cancel()
    pair.second.may_speak.set()
    async with aclosing(pair.writing.stream(WHO, asked()[0], pair.draft)) as pieces:
        await anext(pieces)
        await until(lambda: pair.first.closed == 1)
        assert pair.second.closed == 0


async def test_a_call_that_was_too_dear_says_more_than_one_that_was_away() -> None:
    errors = {"first": BudgetExceeded("too dear"), "second": ModelUnavailable("away")}
    hedge = Hedge({name: partial(said_by, error) for name, error in errors.items()}, None)
    with pytest.raises(BudgetExceeded):
        await to_its_end(hedge.pieces())


async def test_who_says_nothing_at_all_has_answered() -> None:
    hedge = Hedge({"first": said_by, "second": partial(said_by, "not asked")}, None)
    assert [piece async for piece in hedge.pieces()] == []
    assert hedge.winner == "first"
