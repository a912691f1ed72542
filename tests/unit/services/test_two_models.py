"""Two models: one stands in for the other, and one writes anew what the other wrote weakly."""

from collections.abc import Iterable

import pytest

from shared.answering.no_evidence import no_evidence
from shared.domain.answers import ModelEvent, TextDelta
from shared.domain.errors import BudgetExceeded, ContentBlocked, KnowledgeError, ModelUnavailable
from shared.domain.money import Money, Price
from shared.money.prices import PriceList
from shared.services.spend import SpendGate
from shared.services.write import Draft, Writing, to_its_end
from tests.fakes.chat_models import ScriptedModel
from tests.unit.services.test_write import CARRIED, MADE_UP, ONE_CALL, WHO, CountingLedger, asked, said

Script = Iterable[ModelEvent | BaseException]
AWAY = [ModelUnavailable("away")]


class PoorLedger(CountingLedger):
    """Holds no call that is dearer than what is left."""

    def __init__(self, left: Money) -> None:
        super().__init__()
        self.left = left

    async def reserve(self, reservation: object, now: float) -> None:
        if reservation.amount > self.left:  # type: ignore[attr-defined]
            raise BudgetExceeded("too dear")
        await super().reserve(reservation, now)


def writing(first: list[Script], other: list[Script], left: Money = Money.of_usd(100)) -> tuple[Writing, PoorLedger]:
    """A small model that costs a tenth, then a large one."""
    small, large = ScriptedModel(*first, name="small"), ScriptedModel(*other, name="large")
    ledger = PoorLedger(left)
    gate = SpendGate(ledger, PriceList({"small": Price(1.0, 1.0), "large": Price(10.0, 10.0)}))  # type: ignore[arg-type]
    return Writing(gate, small, large), ledger


async def test_what_the_small_model_writes_well_stands() -> None:
    work, ledger = writing([said(CARRIED)], [])
    draft = await work.cascaded(WHO, *asked())
    assert (draft.text, draft.model, draft.is_escalated, draft.calls) == (CARRIED, "small", False, 1)
    assert not ledger.open


@pytest.mark.parametrize("weak", [MADE_UP, no_evidence("Who installed the pump?")])
async def test_what_it_writes_weakly_is_written_by_the_large_one_and_both_are_paid(weak: str) -> None:
    work, ledger = writing([said(weak)], [said(CARRIED)])
    draft = await work.cascaded(WHO, *asked())
    assert (draft.text, draft.model, draft.is_escalated, draft.calls) == (CARRIED, "large", True, 2)
    assert draft.usage == ONE_CALL + ONE_CALL
    assert draft.cost == Money(1_320_000)  # 120 tokens at one dollar a million, 120 at ten
    assert ledger.settled == [ONE_CALL, ONE_CALL]


@pytest.mark.parametrize("left", [Money.of_usd(100), Money.of_usd(0.002)])
async def test_where_the_large_one_is_away_or_too_dear_the_weak_text_stands(left: Money) -> None:
    work, ledger = writing([said(MADE_UP)], [AWAY], left)
    draft = await work.cascaded(WHO, *asked())
    assert (draft.text, draft.model, draft.is_escalated, draft.calls) == (MADE_UP, "small", False, 1)
    assert not ledger.open


@pytest.mark.parametrize("is_checked", [True, False])
async def test_where_the_first_model_is_away_the_other_one_stands_in(is_checked: bool) -> None:
    work, ledger = writing([AWAY], [said(CARRIED)])
    draft = Draft()
    if is_checked:
        draft = await work.cascaded(WHO, *asked())
    else:
        await to_its_end(work.stream(WHO, asked()[0], draft))
    assert (draft.text, draft.model, draft.is_stand_in, draft.is_degraded) == (CARRIED, "large", True, False)
    assert ledger.settled == [ONE_CALL]


async def test_where_the_large_model_is_too_dear_the_small_one_stands_in() -> None:
    work, _ = writing([said(CARRIED)], [], Money.of_usd(0.002))
    assert work.other is not None
    draft = Draft()
    await to_its_end(Writing(work.gate, work.other, work.model).stream(WHO, asked()[0], draft))
    assert (draft.text, draft.model, draft.is_stand_in) == (CARRIED, "small", True)


@pytest.mark.parametrize(("left", "error"), [(Money(), BudgetExceeded), (Money.of_usd(0.002), BudgetExceeded)])
async def test_where_no_model_can_and_one_is_too_dear_that_is_the_error(
    left: Money, error: type[KnowledgeError]
) -> None:
    work, ledger = writing([AWAY], [], left)
    with pytest.raises(error):
        await to_its_end(work.stream(WHO, asked()[0], Draft()))
    assert not ledger.open


async def test_where_both_are_away_the_passages_answer() -> None:
    work, _ = writing([AWAY], [AWAY])
    draft = Draft()
    await to_its_end(work.stream(WHO, asked()[0], draft))
    assert (draft.model, draft.is_degraded) == ("extractive", True)


async def test_nobody_stands_in_behind_the_first_word_or_for_a_refused_content() -> None:
    work, _ = writing([[TextDelta("The pump"), ModelUnavailable("broken")], [ContentBlocked("no")]], [])
    for error in (ModelUnavailable, ContentBlocked):
        with pytest.raises(error):
            await to_its_end(work.stream(WHO, asked()[0], Draft()))
