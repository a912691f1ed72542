"""Laws of comparing the spellings of names."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.graph.likeness import ALIKE, BLOCK, MOST_ALIKE, SPELLING, WORD_ORDER, alike, blocks, spelled
from shared.graph.resolution import MERGE

NAMES = st.text("abcdé 3东水厂", min_size=1, max_size=14).map(lambda text: " ".join(text.split())).filter(bool)


def score(one: str, other: str) -> float:
    found = alike(one, other)
    return found.score if found else 0.0


@pytest.mark.parametrize(
    ("one", "other"), [("night heron", "nightheron"), ("são paulo", "sao paulo"), ("e mail", "email")]
)
def test_spaces_and_accents_make_no_other_name(one: str, other: str) -> None:
    assert score(one, other) == SPELLING >= MERGE


def test_words_in_another_order_are_likely_one_name() -> None:
    assert score("lin xiaoyan", "xiaoyan lin") == WORD_ORDER < MERGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("heron research centre", "heron research center"),
        ("kestrel organisation", "kestrel organization"),
        ("织光实验室", "织光试验室"),
    ],
)
def test_one_letter_in_a_long_name_is_likely_a_slip(one: str, other: str) -> None:
    assert ALIKE <= score(one, other) < MOST_ALIKE < MERGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tern 3 buoy array", "tern 4 buoy array"),
        ("annual report 2019", "annual report 2020"),
        ("maria quillfeather", "marie quillfeather"),
        ("heron", "herons"),
        ("ada quill", "bo quill"),
        ("东屿自来水厂", "西屿自来水厂"),
        ("李明", "李敏"),
    ],
)
def test_look_alikes_are_two_things(one: str, other: str) -> None:
    assert alike(one, other) is None


def test_a_shorter_word_may_not_differ_and_a_longer_one_may() -> None:
    assert alike("heron quays works", "heron quaye works") is None
    assert alike("heron quarry works", "heron quarri works")


def test_the_longer_name_is_the_canonical_and_of_equals_the_first() -> None:
    found = alike("nightheron", "night heron")
    assert found
    assert (found.alias, found.key) == ("nightheron", "night heron")


@given(NAMES, NAMES)
def test_the_order_of_two_names_changes_nothing(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)


@given(NAMES, NAMES)
def test_names_that_are_alike_share_a_block(one: str, other: str) -> None:
    assert alike(one, other) is None or set(blocks(one)) & set(blocks(other))


@given(NAMES, st.integers(0, 13), st.sampled_from("bcdé"))
def test_a_name_shares_a_block_with_its_slips(name: str, place: int, letter: str) -> None:
    slip = name[:place] + letter + name[place + 1 :]
    assert alike(name, slip) is None or set(blocks(name)) & set(blocks(slip))


@given(st.text(max_size=300))
def test_a_name_has_six_blocks_at_most(name: str) -> None:
    assert len(blocks(name)) <= 6


@given(st.sets(NAMES, max_size=12))
def test_names_of_a_base_are_compared_as_any_two_of_them_are(names: set[str]) -> None:
    assert spelled(names) == {found for one, other in combinations(sorted(names), 2) if (found := alike(one, other))}


@given(st.sets(NAMES, max_size=12), st.sets(NAMES, max_size=12))
def test_what_is_known_of_earlier_names_changes_nothing(before: set[str], names: set[str]) -> None:
    assert spelled(names, before, spelled(before)) == spelled(names)


def test_a_block_that_is_full_or_has_room_again_is_compared_anew() -> None:
    letters = "bcdfghjklm"
    names = [f"greyheronvalley{one}{other}" for one in letters for other in letters][: BLOCK + 1]
    few, many = names[:BLOCK], names
    assert spelled(many, few, spelled(few)) == spelled(many)
    assert spelled(few, many, spelled(many)) == spelled(few)


def test_a_block_that_is_too_full_compares_nothing() -> None:
    letters = "bcdfghjklm"
    names = [f"greyheronvalley{one}{other}" for one in letters for other in letters][: BLOCK + 1]
    assert spelled(names[:BLOCK])
    assert spelled(names) < spelled(names[:BLOCK])
