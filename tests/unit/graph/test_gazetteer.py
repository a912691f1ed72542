"""Laws of finding headings in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.graph.gazetteer import LONGEST, Gazetteer
from shared.text.names import entity_key


def keys(text: str, *headings: str) -> list[str]:
    return [key for key, _ in Gazetteer(headings).named(text)]


def test_a_heading_of_several_words_is_found_in_any_case() -> None:
    assert keys("We tried the rain room test twice.", "rain room test") == ["rain room test"]


def test_a_heading_of_one_word_is_found_only_where_it_is_written_like_a_name() -> None:
    assert keys("A tidebook is not Tidebook.", "tidebook") == ["tidebook"]


def test_the_longest_heading_at_a_place_wins() -> None:
    assert keys("The Port Ellery Works shut.", "port ellery", "port ellery works") == ["port ellery works"]


def test_a_chinese_heading_is_found_inside_running_text() -> None:
    found = list(Gazetteer(["石峤工厂"]).named("他在石峤工厂工作"))
    assert [(key, span.start, span.end) for key, span in found] == [("石峤工厂", 2, 6)]


def test_dots_and_spaces_inside_a_chinese_name_do_not_hide_it() -> None:
    (found,) = Gazetteer(["玛伦奥克赫斯特", "白杓鹬w2"]).named("玛伦·奥克赫斯特来了")
    assert found[0] == "玛伦奥克赫斯特"
    assert keys("生产白杓鹬 W2 探头", "白杓鹬w2") == ["白杓鹬w2"]


def test_a_heading_of_one_character_is_never_looked_for() -> None:
    assert keys("人 a", "人", "a") == []


@pytest.mark.parametrize(("count", "found"), [(LONGEST, 1), (LONGEST + 1, 0)])
def test_a_latin_heading_is_looked_for_up_to_its_bound(count: int, found: int) -> None:
    heading = " ".join(f"word{number}" for number in range(count))
    assert len(keys(f"See {heading}.", heading)) == found


@given(st.text(st.characters(exclude_categories=[])), st.lists(st.text(max_size=6), max_size=5))
def test_what_is_found_stands_in_the_text(text: str, headings: list[str]) -> None:
    known = frozenset(map(entity_key, [*headings, text[:5]]))
    for key, span in Gazetteer(known).named(text):
        assert key in known
        assert 0 <= span.start < span.end <= len(text)
