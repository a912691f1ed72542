"""Questions of several asks, what a further ask refers back to, and where to search next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.answering.asks import MOST_ASKS, asks
from shared.answering.expectation import holds_new
from shared.answering.extractive_answer import extractive_answer
from shared.answering.next_hop import LONGEST, next_hop
from shared.answering.reference import referents
from shared.domain.answers import Passage, Prompt
from shared.text.terms import index_terms
from tests.unit.answering.samples import passages


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Which plant builds it, and who leads that plant?", ("Which plant builds it", "who leads that plant?")),
        ("Who paid for it and by when?", ("Who paid for it", "by when?")),
        ("Who built it? When was it sold?", ("Who built it", "When was it sold?")),
        ("Who leads the plant that makes the probe?", ("Who leads the plant that makes the probe?",)),
        ("Where are Ann and Bo?", ("Where are Ann and Bo?",)),
        ("云麓工厂的厂长是谁，他作了什么决定？", ("云麓工厂的厂长是谁", "他作了什么决定？")),
        ("员工想举报，应当找谁、寄到哪个信箱？", ("员工想举报，应当找谁", "寄到哪个信箱？")),
        ("要支出八万元，需要谁签字？", ("要支出八万元，需要谁签字？",)),
        ("", ("",)),
    ],
)
def test_a_clause_that_asks_is_an_ask_and_another_goes_with_the_next(question: str, parts: tuple[str, ...]) -> None:
    assert asks(question) == parts


@given(st.text(alphabet="who and, ?什么，谁a", max_size=80))
def test_no_question_has_more_asks_than_the_bound_and_none_is_made_up(question: str) -> None:
    parts = asks(question)
    assert 1 <= len(parts) <= MOST_ASKS
    assert all(part in question for part in parts)


@pytest.mark.parametrize(
    ("ask", "said", "terms"),
    [
        ("who leads that plant?", "It is built at the Shiqiao plant by Lin Xiaoyan.", {"shiqiao"}),
        ("董事会对这家公司作了什么决定", "密封圈由朴石密封件有限公司供应。", {"朴石", "石密", "密封", "封件"}),
        ("who leads it?", "It is built at the Shiqiao plant.", set()),
        ("who leads that plant?", "The plant is old.", set()),
    ],
)
def test_that_thing_is_a_thing_of_that_sort_that_was_named(ask: str, said: str, terms: set[str]) -> None:
    found = referents(ask, said)
    assert found >= terms
    assert bool(found) == bool(terms)


def test_a_kind_that_the_question_names_itself_is_not_the_answer() -> None:
    known = set(index_terms("Who did Ana Silva meet?"))
    assert not holds_new("Ana Silva arrived early.", ("person",), known)
    assert holds_new("Ana Silva met Piet Ashgrove.", ("person",), known)


def test_a_capitalised_first_word_is_no_person() -> None:
    assert not holds_new("The Shiqiao plant is old.", ("person",), set())


SUPPLIER = (
    "东屿事件中失效的密封圈全部由朴石密封件有限公司 (Pushi Seals) 供应，批次号为 PS-2506。",
    "董事会决定召回装有 PS-2506 批次密封圈的412台浮标。董事会决定暂停向朴石密封件有限公司 (Pushi Seals) 下达新订单。",
)


def test_each_of_two_asks_gets_its_sentence_and_nothing_is_said_beyond_them() -> None:
    question = "东屿事件中失效的密封圈由哪家公司供应，董事会对这家公司作出了什么决定？"
    pieces = extractive_answer(Prompt(question, passages(*SUPPLIER)))
    assert len(pieces) == 2
    assert "供应" in pieces[0]
    assert "暂停" in pieces[1]


def test_an_irregular_verb_is_found_by_its_base() -> None:
    assert index_terms("built led wrote children") == index_terms("build lead write child")


BUILT = "The Tern-3 buoy is built at the Shiqiao plant."


@pytest.mark.parametrize(
    ("question", "search"),
    [
        ("Which plant builds the Tern-3 buoy, and who leads that plant?", "who leads that plant? Shiqiao"),
        ("Who leads the plant that builds the Tern-3 buoy?", "leads Shiqiao"),
    ],
)
def test_the_next_search_is_for_what_is_left_with_the_names_that_were_found(question: str, search: str) -> None:
    assert next_hop(question, passages(BUILT)) == search


@pytest.mark.parametrize(("question", "text"), [("Where is the Tern-3 buoy built?", BUILT.lower()), ("Who?", "")])
def test_without_a_new_name_there_is_nowhere_to_go_on_to(question: str, text: str) -> None:
    assert next_hop(question, passages(text)) == ""


@given(st.text(max_size=80), st.text(max_size=400))
def test_the_next_search_is_bounded(question: str, text: str) -> None:
    assert len(next_hop(question, (Passage(1, "", text),))) <= LONGEST
