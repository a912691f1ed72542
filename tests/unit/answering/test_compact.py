"""What is left out of the passages before any of them is cut."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.answering.compact import compact
from shared.answering.fit_passages import fit_passages
from shared.domain.answers import Hit
from tests.unit.answering.samples import hit

ASKED = "How does the feed pump run?"
RUNS = "The feed pump runs at forty bar by day and night."
CHECKED = "Ada Quill checks it on every Monday of the month."


def titled(text: str, title: str = "Pumps") -> Hit:
    found = hit(text)
    return replace(found, chunk=replace(found.chunk, title=title, heading_path=()))


def test_a_sentence_is_read_once_under_one_title() -> None:
    prompt, shown = fit_passages(ASKED, [titled(RUNS), titled(f"{RUNS} {CHECKED}"), titled(RUNS)], 4000)
    assert [each.text for each in prompt.passages] == [RUNS, CHECKED]
    assert [each.number for each in prompt.passages] == [1, 2]
    assert len(shown) == 2


def test_under_another_title_the_same_sentence_may_be_about_another_thing() -> None:
    text = "The highest pressure that is allowed is forty bar."
    prompt, _ = fit_passages(ASKED, [titled(text, "Feed pump"), titled(text, "Drain pump")], 4000)
    assert [each.text for each in prompt.passages] == [text, text]


@pytest.mark.parametrize("text", ["Yes.", "| a | b |\n| 1 | 2 |", "a long row | with several cells | of one table"])
def test_short_answers_and_rows_of_tables_stay(text: str) -> None:
    read: set[tuple[str, str]] = set()
    assert compact(ASKED, "Pumps", text, read) == text
    assert compact(ASKED, "Pumps", text, read) == text


LINES = [
    "Page 3 of 12",
    "第 3 页 共 12 页",
    "------",
    "© 2024 Northwind Robotics",
    "Northwind Robotics. All rights reserved.",
    "版权所有 北风机器人公司",
    "Back to top",
]


@pytest.mark.parametrize("line", LINES)
def test_what_stands_on_every_page_is_left_out(line: str) -> None:
    assert line not in compact(ASKED, "Pumps", f"{RUNS}\n\n{line}\n\n{CHECKED}", set())


@pytest.mark.parametrize("question", ["Who holds the copyright?", "What is on page 3?", "版权归谁所有？"])
def test_who_asks_for_such_a_line_gets_it(question: str) -> None:
    for line in LINES:
        assert line in compact(question, "Pumps", f"{RUNS}\n\n{line}\n\n{CHECKED}", set())


def test_a_lonely_passage_of_nothing_else_is_shown_as_it_is() -> None:
    prompt, shown = fit_passages(ASKED, [titled("Page 3 of 12")], 4000)
    assert (prompt.passages[0].text, len(shown)) == ("Page 3 of 12", 1)


def test_a_passage_that_is_passed_over_hides_no_sentence_of_a_later_one() -> None:
    long = " ".join(f"Valve number {number} of the northern hall is open." for number in range(20))
    hits = [titled(CHECKED), titled(f"{RUNS} {long}"), titled(RUNS)]
    prompt, _ = fit_passages(ASKED, hits, 60)
    assert [each.text for each in prompt.passages] == [CHECKED, RUNS]


def test_room_that_repeats_took_goes_to_the_next_passage() -> None:
    long = " ".join(f"Valve number {number} of the northern hall is open." for number in range(20))
    more = titled("The southern hall has no valve at all since last year.")
    prompt, _ = fit_passages(ASKED, [titled(long), titled(long), more], 320)
    assert [each.text for each in prompt.passages] == [long, more.chunk.text]


@given(st.text())
def test_what_stays_is_in_order_and_word_for_word(text: str) -> None:
    place = 0
    for word in compact(ASKED, "", text, set()).split():
        place = text.index(word, place) + len(word)
