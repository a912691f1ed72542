"""Wording a question: rules without a model, a model where it is asked for, and the rules again where it fails."""

from collections import deque
from collections.abc import AsyncGenerator

import pytest

from shared.answering.standalone import standalone
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import ModelEvent, ModelTask, Question, TextDelta, Turn, UsageReport
from shared.domain.errors import (
    BudgetExceeded,
    ContentBlocked,
    DeadlineExceeded,
    KnowledgeError,
    ModelUnavailable,
    RateLimited,
)
from shared.domain.money import Money, Price, TokenUsage
from shared.money.prices import PriceList
from shared.services.model_task import PaidTasks
from shared.services.spend import SpendGate
from shared.services.wording import Wording
from tests.unit.services.test_write import CountingLedger

WHO = Principal("local", "ann")
HISTORY = (Turn("user", "Who leads the Shiqiao plant?"), Turn("assistant", "Lin Xiaoyan leads it."))
FOLLOW_UP = "When did she take it over?"
WHOLE = "When did Lin Xiaoyan take over the Shiqiao plant?"
USED = TokenUsage(input=100, output=20)


class Tasks:
    """A model that does one task after the other as it is told."""

    name = "tasks"

    def __init__(self, *scripts: str | KnowledgeError) -> None:
        self.tasks: list[ModelTask] = []
        self._scripts = deque(scripts)

    async def perform(self, task: ModelTask) -> AsyncGenerator[ModelEvent, None]:
        self.tasks.append(task)
        script = self._scripts.popleft()
        if isinstance(script, KnowledgeError):
            raise script
        yield TextDelta(script)
        yield UsageReport(USED)


class Poor(CountingLedger):
    """A ledger that refuses every reservation."""

    async def reserve(self, reservation: object, now: float) -> None:
        raise BudgetExceeded("the day's money is spent")


def wording(*scripts: str | KnowledgeError, ledger: CountingLedger | None = None) -> tuple[Wording, Tasks]:
    model = Tasks(*scripts)
    gate = SpendGate(ledger or CountingLedger(), PriceList({"tasks": Price(1.0, 1.0)}))  # type: ignore[arg-type]
    return Wording(PaidTasks(model, gate)), model


def question(text: str = FOLLOW_UP, rewriting: bool = False, expansion: bool = False, alone: bool = False) -> Question:
    return Question(
        WHO,
        Scope(BaseKey("local", "base"), WHO.labels),
        text,
        history=() if alone else HISTORY,
        use_query_rewriting=rewriting,
        use_query_expansion=expansion,
    )


@pytest.mark.parametrize("rewriting", [True, False])
async def test_without_a_model_the_rules_word_a_follow_up(rewriting: bool) -> None:
    worded = await Wording(None).of(question(rewriting=rewriting, expansion=rewriting))
    assert worded.text == standalone(FOLLOW_UP, HISTORY) != FOLLOW_UP
    assert (worded.rewriting.took_part, worded.expansion.took_part, worded.aid.failed) == (True, False, False)


async def test_a_model_that_nobody_asks_for_is_not_asked() -> None:
    work, model = wording()
    worded = await work.of(question())
    assert (worded.text, model.tasks) == (standalone(FOLLOW_UP, HISTORY), [])


async def test_a_model_rewrites_and_is_paid() -> None:
    work, _ = wording(WHOLE)
    worded = await work.of(question(rewriting=True))
    assert worded.text == WHOLE
    assert (worded.aid.usage, worded.aid.cost, worded.aid.took_part) == (USED, Money.of_usd(0.00012), True)
    assert worded.aid.milliseconds > 0


async def test_a_question_without_a_conversation_is_not_rewritten() -> None:
    work, model = wording()
    worded = await work.of(question("Who leads it?", rewriting=True, alone=True))
    assert (worded.text, worded.rewriting.took_part, model.tasks) == ("Who leads it?", False, [])


@pytest.mark.parametrize("written", ["I cannot help with requests like these.", "", "two\nlines"])
async def test_what_is_no_question_is_paid_and_left(written: str) -> None:
    work, _ = wording(written)
    worded = await work.of(question(rewriting=True))
    assert worded.text == standalone(FOLLOW_UP, HISTORY)
    assert (worded.rewriting.usage, worded.rewriting.failed) == (USED, False)


async def test_a_model_that_leaves_the_question_as_it_is_took_no_part() -> None:
    work, _ = wording(FOLLOW_UP)
    worded = await work.of(question(rewriting=True))
    assert (worded.text, worded.rewriting.took_part) == (FOLLOW_UP, False)


async def test_other_words_are_found_for_the_question_as_it_was_rewritten() -> None:
    work, model = wording(WHOLE, "search: head of the Shiqiao works\nsearch: 石峤 工厂 负责人")
    worded = await work.of(question(rewriting=True, expansion=True))
    assert worded.also == ("head of the Shiqiao works", "石峤 工厂 负责人")
    assert WHOLE in model.tasks[1].material
    assert worded.aid.usage == USED + USED
    assert worded.expansion.took_part


async def test_no_other_words_are_no_expansion() -> None:
    work, _ = wording("I cannot help with that.")
    worded = await work.of(question(expansion=True))
    assert (worded.also, worded.expansion.took_part, worded.expansion.failed) == ((), False, False)


@pytest.mark.parametrize(
    "error", [RateLimited("later"), ModelUnavailable("gone"), DeadlineExceeded("late"), ContentBlocked("no")]
)
async def test_where_the_model_fails_the_rules_wording_stays(error: KnowledgeError) -> None:
    ledger = CountingLedger()
    work, _ = wording(error, error, ledger=ledger)
    worded = await work.of(question(rewriting=True, expansion=True))
    assert (worded.text, worded.also) == (standalone(FOLLOW_UP, HISTORY), ())
    assert (worded.rewriting.failed, worded.expansion.failed, ledger.open) == (True, True, set())


async def test_where_the_money_is_spent_the_rules_wording_stays() -> None:
    work, model = wording(ledger=Poor())
    worded = await work.of(question(rewriting=True, expansion=True))
    assert (worded.text, worded.also) == (standalone(FOLLOW_UP, HISTORY), ())
    assert (worded.aid.failed, model.tasks) == (True, [])
