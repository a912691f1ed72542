"""Texts come out right whatever they were encoded in."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.parsing.encoding import SAMPLE, decode
from shared.domain.errors import DocumentUnreadable

SIMPLIFIED = "员工年假为十五天。"
TRADITIONAL = "員工每年有十五天特休假，不得折算現金。"
LONG_SIMPLIFIED = "星河科技成立于二零一五年，总部位于杭州。公司的主要产品是知识图谱平台，客户遍布全国。" * 400
LONG_TRADITIONAL = "星河科技成立於二零一五年，總部位於臺北。公司的主要產品是知識圖譜平臺，客戶遍布全國。" * 400
MIXED = "Every employee (员工) has 15 days of leave 年假 per year.\n" * 30


@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL, LONG_SIMPLIFIED, LONG_TRADITIONAL, MIXED])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"])
def test_chinese_is_read_in_every_encoding_that_holds_it(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("text", [TRADITIONAL, LONG_TRADITIONAL, "Annual leave 特休 is 15 days. 員工可請假。"])
def test_traditional_chinese_is_read_in_big5(text: str) -> None:
    assert decode(text.encode("big5")) == text


@pytest.mark.parametrize("text", ["年假十五天吗？好", "Annual leave 年假 15 days", "张三丰与李四"])
def test_a_few_simplified_characters_are_enough(text: str) -> None:
    assert decode(text.encode("gb18030")) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_plain_english_in_utf_16_needs_no_mark(encoding: str) -> None:
    assert decode("The leave policy\r\nof 2026".encode(encoding)) == "The leave policy\r\nof 2026"


def test_western_accents_of_one_byte_are_read() -> None:
    text = "Café déjà vu, naïve façade — où êtes-vous?"
    assert decode(text.encode("cp1252")) == text


def test_russian_of_one_byte_is_read() -> None:
    text = "Привет, как дела? Всё хорошо, спасибо большое."
    assert decode(text.encode("cp1251")) == text


@pytest.mark.parametrize("text", ["a,b\na,b\n", '"a,b\na,b\n', "name\ttown\nAda\tBrno"])
def test_short_lines_of_ascii_are_not_taken_for_utf_16(text: str) -> None:
    assert decode(text.encode()) == text


def test_zero_bytes_in_a_text_are_no_utf_16() -> None:
    assert decode(b"one\0two three four five") == "one\0two three four five"


def test_a_file_cut_in_the_middle_of_a_character_loses_that_character_alone() -> None:
    for encoding in ("utf-8", "gb18030"):
        text = decode(LONG_SIMPLIFIED.encode(encoding)[:-1])
        assert text.startswith(LONG_SIMPLIFIED[:-1])
        assert len(text) <= len(LONG_SIMPLIFIED)


def test_lone_surrogates_in_utf_8_do_not_change_the_rest() -> None:
    assert decode(b"before \xed\xa0\x80 after").endswith(" after")


@pytest.mark.parametrize(
    "content", [bytes(range(32)) * 100, b"\x00\x01\x02\x03" * 500, b"\x89abc\x00\x01\x05\x06" * 99]
)
def test_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    with pytest.raises(DocumentUnreadable):
        decode(content)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_any_text_in_utf_8_with_a_mark_comes_back(text: str) -> None:
    assert decode(text.encode("utf-8-sig")) == text


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E) | st.just("\n"), max_size=300))
def test_any_ascii_text_comes_back(text: str) -> None:
    assert decode(text.encode()) == text


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_refused(content: bytes) -> None:
    with suppress(DocumentUnreadable):
        assert isinstance(decode(content), str)


def test_what_follows_the_sample_is_decoded_too() -> None:
    text = LONG_SIMPLIFIED * 5
    assert len(text.encode("gb18030")) > SAMPLE
    assert decode(text.encode("gb18030")) == text
