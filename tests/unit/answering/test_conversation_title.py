"""Titles of conversations."""

import pytest

from shared.answering.conversation_title import WIDEST, conversation_title, width

LONG = "Which plant builds the Tern-3 buoy, and who leads that"


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Who built it?", "Who built it?"),
        (" Who\n built\t it? ", "Who built it?"),
        ("x" * WIDEST, "x" * WIDEST),
        ("x" * (WIDEST + 1), "x" * (WIDEST - 1) + "…"),
        ("灯" * 30, "灯" * 30),
        ("灯" * 31, "灯" * 29 + "…"),
        (f"{LONG} plant of theirs today?", f"{LONG}…"),
        ("a " + "x" * 80, "a " + "x" * 57 + "…"),
        ("bidi \u202eevil\u0000", "bidi evil"),
    ],
)
def test_a_title_is_the_question_in_one_line_of_bounded_width(question: str, title: str) -> None:
    assert conversation_title(question) == title
    assert width(title) <= WIDEST
