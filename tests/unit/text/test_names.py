"""Laws of the key that a name is found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.names import LONGEST, entity_key

ANY_TEXT = st.text(st.characters(exclude_categories=[]))
SYLLABLES = [*"aAé'.-( )·&石司公限有集团İßﬃ́\0\ud800 ", "the ", " inc", " co.", "有限公司"]
NAMELIKE = st.lists(st.sampled_from(SYLLABLES)).map("".join)


@given(ANY_TEXT | NAMELIKE)
def test_the_key_of_a_key_is_that_key(name: str) -> None:
    assert entity_key(entity_key(name)) == entity_key(name)


@given(ANY_TEXT | NAMELIKE)
def test_a_name_with_a_letter_has_a_key_and_one_without_has_none(name: str) -> None:
    if any(map(str.isalnum, entity_key(name))):
        assert any(map(str.isalnum, name))
    else:
        assert entity_key(name) == ""


@pytest.mark.parametrize(
    "spellings",
    [
        ("The Beatles", "the beatles", "BEATLES"),
        ("J. K. Rowling", "J.K. Rowling", "JK Rowling"),
        ("U.S.", "US"),
        ("Tern-3", "Ｔｅｒｎ－３", "tern 3"),
        ("Fennimore Rubber Co., Ltd.", "Fennimore Rubber", "Fennimore Rubber Inc", "Fennimore Rubber's"),
        ("朴石密封件有限公司", "朴石密封件股份有限公司", "朴石密封件集团", "朴石密封件"),
        ("玛伦·奥克赫斯特", "玛伦奥克赫斯特", "玛伦・奥克赫斯特"),
        ("白杓鹬 W2", "白杓鹬W2", "白杓鹬 w2（探头）"),
        ("Café", "Cafe\u0301"),
    ],
)
def test_spellings_of_one_name_share_a_key(spellings: tuple[str, ...]) -> None:
    assert len(set(map(entity_key, spellings))) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Tern-2", "Tern-3"), ("C", "C++"), ("C#", "C++"), ("石峤工厂", "云麓工厂"), ("W2", "W3")]
)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert entity_key(one) != entity_key(other)


@pytest.mark.parametrize("name", ["Inc", "公司", "某公司", "有限公司", "(abc)", "The"])
def test_a_name_never_loses_its_last_word(name: str) -> None:
    assert entity_key(name) != ""


def test_a_suffix_goes_only_where_two_characters_remain() -> None:
    assert entity_key("微软公司") == "微软"
    assert entity_key("该公司") == "该公司"


def test_only_the_beginning_of_an_endless_name_counts() -> None:
    assert entity_key("a" * (LONGEST + 1)) == entity_key("a" * LONGEST)
