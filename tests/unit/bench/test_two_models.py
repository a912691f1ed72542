"""Router and cascade over questions labelled easy and hard: what they save, and what it takes from the answers."""

from collections import Counter

import pytest

from shared.answering.question_class import question_class
from tests.bench.two_models import ALWAYS_LARGE, Outcome, figure, outcome, writer, written
from tests.fakes.easy_and_hard import EASY, HARD, labelled_questions


@pytest.fixture
async def large() -> Outcome:
    return await outcome(ALWAYS_LARGE)


async def test_the_large_model_alone_answers_everything(large: Outcome) -> None:
    assert (large.answers, large.right, large.escalated) == (EASY + HARD, EASY + HARD, 0)


async def test_the_router_saves_half_and_loses_no_answer(large: Outcome) -> None:
    balanced = await outcome("balanced")
    assert balanced.right == balanced.answers
    assert figure("balanced", balanced, large).value >= 50


async def test_the_cascade_alone_saves_nearly_half_and_answers_99_of_100(large: Outcome) -> None:
    cascade = await outcome("cost")
    assert cascade.right / cascade.answers >= 0.99
    assert figure("cost", cascade, large).value >= 45


async def test_hard_questions_are_classed_as_more_than_simple() -> None:
    classes = Counter((each.is_hard, question_class(each.text).complexity == "simple") for each in labelled_questions())
    assert classes == {(False, True): EASY, (True, False): HARD}


async def test_what_a_small_model_makes_up_is_seen_and_what_it_cites_beside_the_point_is_not() -> None:
    asking = writer()
    drafts = [(each, await written(asking, each, "cost")) for each in labelled_questions()]
    missed = [each for each, draft in drafts if not each.is_answered(draft.text)]
    assert [(each.is_hard, "nothing was noted" in each.small) for each in missed] == [(True, True)] * len(missed)
    assert all(draft.is_escalated for each, draft in drafts if each not in missed and each.small != each.right)
