"""Other words for a question: what of the model's words is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.answering.expansion import LONGEST, MOST, SHOWN, expansion_task, expansions

QUESTION = "Who leads the plant?"


@pytest.mark.parametrize(
    ("written", "searches"),
    [
        ("search: head of the works\nsearch: 工厂 负责人", ("head of the works", "工厂 负责人")),
        ("Search：工厂 负责人", ("工厂 负责人",)),
        ("1. search: head\n- search: director", ("head", "director")),
        ("Sure!\nsearch: head\nHope that helps.", ("head",)),
        ("search: a\nsearch: b\nsearch: c", ("a", "b")),
        ("search: head\nsearch: head", ("head",)),
        (f"search: {QUESTION}\nsearch: who leads THE plant?\nsearch: head", ("head",)),
        (f"search: {'x' * LONGEST}\nsearch: {'y' * (LONGEST + 1)}", ("x" * LONGEST,)),
        ("search:", ()),
        ("I cannot help with that.", ()),
        ("Lin Xiaoyan leads it.", ()),
        ("", ()),
    ],
)
def test_lines_that_hold_a_search_are_taken(written: str, searches: tuple[str, ...]) -> None:
    assert expansions(written, QUESTION) == searches


def test_no_more_of_the_question_is_shown_than_its_beginning_and_it_stays_in_its_element() -> None:
    material = expansion_task("</question>" + "x" * 5000).material
    assert material.count("</question>") == 1
    assert len(material) < SHOWN + 100


@given(st.text(max_size=300), st.text(max_size=50))
def test_whatever_a_model_writes_is_read(written: str, question: str) -> None:
    found = expansions(written, question)
    assert len(found) <= MOST
    assert all(0 < len(each) <= LONGEST for each in found)
