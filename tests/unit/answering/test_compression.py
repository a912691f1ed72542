"""Leaving out of the passages what says least about the question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.answering.compression import compressed
from shared.text.tokens import count_tokens
from tests.unit.answering.samples import prompt

TEXT = "The canteen opens at noon. The Shiqiao plant is led by Lin Xiaoyan. Bicycles stand behind the gate."


def test_what_says_most_about_the_question_stays() -> None:
    short = compressed(prompt("Who leads the Shiqiao plant?", TEXT), 0.4)
    assert short.passages[0].text == "The Shiqiao plant is led by Lin Xiaoyan."


@pytest.mark.parametrize(("ratio", "whole"), [(0.99, False), (1.0, True)])
def test_only_the_whole_ratio_keeps_everything(ratio: float, whole: bool) -> None:
    kept = compressed(prompt("Who leads the Shiqiao plant?", TEXT), ratio).passages[0].text
    assert (kept.split() == TEXT.split()) == whole


def test_a_row_keeps_the_heading_row_that_says_what_its_cells_are() -> None:
    table = "Machine | Owner\nLoom 3 | Wang Lei\nLoom 4 | He Muchuan"
    kept = compressed(prompt("Who owns Loom 4?", table), 0.5).passages[0].text
    assert kept.splitlines() == ["Machine | Owner", "Loom 4 | He Muchuan"]


def test_every_passage_keeps_its_number_and_something_to_read() -> None:
    short = compressed(prompt("Who leads the Shiqiao plant?", TEXT, "Nothing about that.", ""), 0.1)
    assert [each.number for each in short.passages] == [1, 2, 3]
    assert [bool(each.text) for each in short.passages] == [True, True, False]


@given(st.text(max_size=60), st.lists(st.text(max_size=300), max_size=4), st.floats(0.1, 1.0))
def test_nothing_is_added_and_no_passage_is_lost(question: str, texts: list[str], ratio: float) -> None:
    short = compressed(prompt(question, *texts), ratio)
    assert len(short.passages) == len(texts)
    for passage, text in zip(short.passages, texts, strict=True):
        assert all(line.strip() in text for line in passage.text.split("\n"))
        assert count_tokens(passage.text) <= count_tokens(text) + passage.text.count("\n")
