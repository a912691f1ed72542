"""What a question must be before anything is done with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.answering.question_screen import LONGEST_QUESTION, screened
from shared.domain.errors import BadQuestion


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\x00", "\ud800", "\u200f\u202e", " \x00 \u2066 "])
def test_a_question_without_text_is_refused(question: str) -> None:
    with pytest.raises(BadQuestion, match="empty"):
        screened(question)


def test_a_question_may_be_as_long_as_the_bound_and_no_longer() -> None:
    assert screened("x" * LONGEST_QUESTION) == "x" * 8000
    with pytest.raises(BadQuestion) as refused:
        screened("x" * (LONGEST_QUESTION + 1))
    assert refused.value.details == {"limit": 8000, "length": 8001}


@pytest.mark.parametrize(
    ("question", "clean"),
    [
        ("Who\x00 leads?", "Who leads?"),
        ("谁\ud83d负责？", "谁负责？"),
        ("\u202eWho leads?\u202c", "Who leads?"),
        ("\ufeff Who\nleads?\t", "Who\nleads?"),
        ("Wer führt? 😀", "Wer führt? 😀"),
    ],
)
def test_what_is_not_text_is_taken_out_and_the_rest_stays(question: str, clean: str) -> None:
    assert screened(question) == clean


@given(st.text(st.characters(), max_size=200))
def test_a_screened_question_can_be_encoded_and_screening_it_again_changes_nothing(question: str) -> None:
    try:
        clean = screened(question)
    except BadQuestion:
        return
    assert clean.encode()
    assert screened(clean) == clean
