"""The chance that an answer holds what was asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.answering.calibration import calibrated
from shared.domain.answers import Citation, QuestionClass
from tests.unit.answering.samples import hit

QUESTION = "Who installed the red pump?"
FACT = QuestionClass("factual", "simple", "local")


def chance(quote: str, sort: str = "factual", grounded: float = 1.0) -> float:
    return calibrated(QUESTION, QuestionClass(sort, "simple", "local"), [Citation(1, hit(quote), quote)], grounded)


def test_the_more_of_the_question_is_quoted_the_surer_is_the_answer() -> None:
    assert chance("Bicycles.") < chance("The pump.") < chance("Ana installed the red pump.")


@pytest.mark.parametrize("sort", ["multi_hop", "comparison"])
def test_a_question_for_several_things_is_answered_less_surely(sort: str) -> None:
    assert chance("Ana installed the red pump.", sort) < chance("Ana installed the red pump.")


def test_what_the_passages_do_not_carry_takes_its_share_away() -> None:
    assert chance("The pump.", grounded=0.5) == pytest.approx(chance("The pump.") / 2)


def test_without_a_citation_there_is_no_confidence() -> None:
    assert calibrated(QUESTION, FACT, [], 1.0) == 0.0


@given(st.text(max_size=80), st.text(max_size=200), st.floats(0, 1))
def test_a_chance_stays_between_0_and_1(question: str, quote: str, grounded: float) -> None:
    assert 0 <= calibrated(question, FACT, [Citation(1, hit(quote), quote)], grounded) <= 1
