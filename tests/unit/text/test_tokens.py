"""Laws of the token estimate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.tokens import count_tokens

ANY_TEXT = st.text(st.characters(exclude_categories=[]))


def test_nothing_costs_nothing_and_anything_costs_something() -> None:
    assert count_tokens("") == 0
    assert count_tokens("a") == 1


def test_english_prose_is_counted_within_three_tenths() -> None:
    text = "The quick brown fox jumps over the lazy dog near the old harbour every single morning. " * 20
    assert count_tokens(text) == pytest.approx(20 * 17, rel=0.3)


def test_a_chinese_character_is_about_one_token() -> None:
    assert count_tokens("石峤工厂由林晓燕负责" * 10) == pytest.approx(100, rel=0.05)


@given(ANY_TEXT, ANY_TEXT)
def test_a_longer_text_never_costs_less_and_no_text_is_refused(one: str, other: str) -> None:
    assert count_tokens(one + other) >= max(count_tokens(one), count_tokens(other)) - 1
