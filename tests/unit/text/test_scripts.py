"""Laws of scripts and languages."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.text.scripts import cjk_share, is_cjk, language


@pytest.mark.parametrize("character", ["石", "々", "か", "ア", "한", "\U00020000"])
def test_a_character_of_a_script_without_spaces_is_cjk(character: str) -> None:
    assert is_cjk(character)


@pytest.mark.parametrize("character", ["a", "é", "5", "。", "（", " ", "\ud800", "\0"])
def test_letters_digits_and_punctuation_are_not_cjk(character: str) -> None:
    assert not is_cjk(character)


@pytest.mark.parametrize(
    ("text", "share"), [("", 0.0), ("123 。", 0.0), ("abc", 0.0), ("石abc", 0.25), ("石峤 1", 1.0)]
)
def test_the_share_counts_letters_alone(text: str, share: float) -> None:
    assert cjk_share(text) == share


@pytest.mark.parametrize(
    "text", ["石峤工厂在哪里", "Tern-3 由谁生产？", "Petrel Link modem 是谁做的？", "Curlew W2 的工厂"]
)
def test_a_question_with_chinese_function_words_is_chinese(text: str) -> None:
    assert language(text) == "zh"


@pytest.mark.parametrize("text", ["", "42", "Where is it?", "Who is 林晓燕?", "What does 石峤工厂 produce?"])
def test_any_other_question_is_english(text: str) -> None:
    assert language(text) == "en"


@given(st.text(st.characters(exclude_categories=[])))
@example("\u2e80\u3400")
def test_every_text_has_a_share_and_a_language(text: str) -> None:
    assert 0.0 <= cjk_share(text) <= 1.0
    assert language(text) in {"zh", "en"}
