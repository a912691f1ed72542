"""Writing an answer: paid by call, and again while the passages do not carry it."""

from collections.abc import Iterable
from contextlib import aclosing

import pytest

from shared.answering.self_correction import ENOUGH, ROUNDS
from shared.domain.access import Principal
from shared.domain.answers import Hit, ModelEvent, Prompt, TextDelta, UsageReport
from shared.domain.errors import DeadlineExceeded, KnowledgeError, ModelUnavailable, RateLimited, StoreUnavailable
from shared.domain.money import Price, TokenUsage
from shared.money.prices import PriceList
from shared.services.spend import SpendGate
from shared.services.write import Draft, Writing, to_its_end
from tests.fakes.chat_models import ScriptedModel
from tests.unit.answering.samples import hit, prompt

TEXT = "The pump was installed by Ana Silva in 2019."
CARRIED = "The pump was installed by Ana Silva. [1]"
MADE_UP = "Volcanoes erupted throughout Iceland yesterday. [1]"
WHO = Principal("local", "ann")
ONE_CALL = TokenUsage(input=100, output=20)


class CountingLedger:
    """Keeps what is held, settled and released by reservation."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.settled: list[TokenUsage] = []

    async def reserve(self, reservation: object, now: float) -> None:
        self.open.add(reservation.id)  # type: ignore[attr-defined]

    async def settle(self, reservation_id: str, cost: object, usage: TokenUsage, now: float) -> None:
        self.open.remove(reservation_id)
        self.settled.append(usage)

    async def release(self, reservation_id: str) -> None:
        self.open.remove(reservation_id)


def said(text: str) -> list[ModelEvent]:
    return [TextDelta(text), UsageReport(ONE_CALL)]


def writing(*scripts: Iterable[ModelEvent | BaseException]) -> tuple[Writing, ScriptedModel, CountingLedger]:
    model, ledger = ScriptedModel(*scripts), CountingLedger()
    gate = SpendGate(ledger, PriceList({model.name: Price(1.0, 1.0)}))  # type: ignore[arg-type]
    return Writing(gate, model), model, ledger


def asked() -> tuple[Prompt, tuple[Hit, ...]]:
    return prompt("Who installed the pump?", TEXT), (hit(TEXT),)


async def test_a_carried_answer_is_written_once() -> None:
    work, model, ledger = writing(said(CARRIED))
    draft = await work.corrected(WHO, *asked())
    assert (draft.text, draft.calls, len(model.prompts)) == (CARRIED, 1, 1)
    assert ledger.settled == [ONE_CALL]
    assert not ledger.open


async def test_an_answer_that_nothing_carries_is_written_again_and_both_calls_are_paid() -> None:
    work, model, ledger = writing(said(MADE_UP), said(CARRIED))
    draft = await work.corrected(WHO, *asked())
    assert (draft.text, draft.calls) == (CARRIED, 2)
    assert draft.usage == ONE_CALL + ONE_CALL
    assert ledger.settled == [ONE_CALL, ONE_CALL]
    assert "Volcanoes erupted throughout Iceland yesterday." in model.prompts[1].question
    assert model.prompts[1].history[-1].content == MADE_UP


async def test_after_the_last_round_the_best_draft_is_the_answer() -> None:
    half = f"{CARRIED} {MADE_UP}"
    work, model, ledger = writing(said(MADE_UP), said(half), said(MADE_UP), said(CARRIED))
    draft = await work.corrected(WHO, *asked())
    assert (draft.text, draft.calls, len(model.prompts)) == (half, ROUNDS, ROUNDS)
    assert len(ledger.settled) == ROUNDS


@pytest.mark.parametrize(("carried", "calls"), [(5, 2), (6, 1)])
async def test_an_answer_is_good_enough_from_85_percent_on(carried: int, calls: int) -> None:
    # One sentence is made up: 5 of 6 are 83 %, 6 of 7 are 86 %.
    text = " ".join([*[f"{TEXT} [1]"] * carried, MADE_UP])
    assert (carried / (carried + 1) >= ENOUGH) == (calls == 1)
    work, _, _ = writing(said(text), said(CARRIED))
    assert (await work.corrected(WHO, *asked())).calls == calls


async def test_a_model_that_fails_in_the_second_round_leaves_the_first_answer() -> None:
    work, _, ledger = writing(said(MADE_UP), [ModelUnavailable("away")])
    draft = await work.corrected(WHO, *asked())
    assert (draft.text, draft.usage) == (MADE_UP, ONE_CALL)
    assert not ledger.open


@pytest.mark.parametrize("error", [ModelUnavailable("away"), RateLimited("busy"), DeadlineExceeded("late")])
@pytest.mark.parametrize("is_corrected", [True, False])
async def test_where_the_model_is_away_the_passages_answer(error: KnowledgeError, is_corrected: bool) -> None:
    work, _, ledger = writing([error])
    question, hits = asked()
    draft = Draft()
    if is_corrected:
        draft = await work.corrected(WHO, question, hits)
    else:
        await to_its_end(work.stream(WHO, question, draft))
    assert draft.text == "The pump was installed by Ana Silva in 2019. [1]"
    assert (draft.model, draft.is_degraded) == ("extractive", True)
    assert not ledger.open


async def test_a_text_that_breaks_off_before_anybody_saw_it_is_replaced_and_paid() -> None:
    work, _, ledger = writing([TextDelta(MADE_UP), ModelUnavailable("broken")])
    draft = await work.corrected(WHO, *asked())
    assert "Volcanoes" not in draft.text
    assert draft.is_degraded
    assert ledger.settled == [draft.usage]
    assert draft.usage.output > 0


async def test_a_text_that_breaks_off_before_its_reader_stays_an_error() -> None:
    work, _, ledger = writing([TextDelta("The pump"), ModelUnavailable("broken")])
    draft = Draft()
    with pytest.raises(ModelUnavailable):
        await to_its_end(work.stream(WHO, asked()[0], draft))
    assert not draft.is_degraded
    assert not ledger.open


async def test_a_ledger_that_is_away_is_no_case_for_the_passages() -> None:
    work, _, _ = writing([StoreUnavailable("away")], [StoreUnavailable("away")])
    with pytest.raises(StoreUnavailable):
        await to_its_end(work.stream(WHO, asked()[0], Draft()))
    with pytest.raises(StoreUnavailable):
        await work.corrected(WHO, *asked())


async def test_without_a_passage_no_model_is_asked() -> None:
    work, model, ledger = writing()
    draft = await work.corrected(WHO, Prompt("Who?", ()), ())
    assert (draft.calls, model.prompts, ledger.settled) == (0, [], [])
    assert draft.text


async def test_a_stream_that_is_closed_settles_what_was_written() -> None:
    work, model, ledger = writing([TextDelta("One. "), TextDelta("Two. ")])
    draft = Draft()
    async with aclosing(work.stream(WHO, asked()[0], draft)) as pieces:
        await anext(pieces)
    assert model.closed == 1
    assert len(ledger.settled) == 1
    assert not ledger.open
