"""Rows of an answer that is held to a schema, read as lines."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.openai_compatible.rows import ROWS_FORMAT, RowReader
from shared.domain.answers import ROWS_TOKENS
from shared.text.tokens import count_tokens

ROW = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=20)


def read(text: str) -> str:
    return RowReader("END").feed(text)


def lines(rows: list[str]) -> str:
    return "".join(f"{row}\n" for row in rows) + ("" if rows and rows[-1] == "END" else "END")


@given(st.lists(ROW), st.booleans(), st.sampled_from([None, 1]), st.data())
def test_rows_come_one_on_a_line_with_the_last_one_behind_them_however_the_answer_is_cut_into_pieces(
    rows: list[str], ascii_alone: bool, indent: int | None, data: st.DataObject
) -> None:
    text = json.dumps({"rows": rows}, ensure_ascii=ascii_alone, indent=indent)
    reader, place, found = RowReader("END"), 0, ""
    while place < len(text):
        size = data.draw(st.integers(1, 40))
        found += reader.feed(text[place : place + size])
        place += size
    assert found == lines(rows)


@given(st.lists(ROW), st.data())
def test_what_was_cut_reads_as_far_as_it_was_written(rows: list[str], data: st.DataObject) -> None:
    text = json.dumps({"rows": rows})
    cut = text[: data.draw(st.integers(0, text.rindex("]")))]
    assert lines(rows).startswith(read(cut))
    assert len(read(cut)) < len(lines(rows)) or (rows and rows[-1] == "END")


@given(st.text())
def test_what_is_no_object_comes_through(text: str) -> None:
    if not text.lstrip().startswith("{"):
        assert read(text) == text.lstrip()


@given(st.text())
def test_no_answer_breaks_the_reader_and_none_yields_half_a_character(text: str) -> None:
    found = read('{"rows": ["' + text)
    assert found.encode().decode() == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"rows": []}', "END"),
        ('{"rows": ["1|2", "END"]}', "1|2\nEND\n"),
        ('{"rows": ["1|2\\n3|4\\nEND"]}', "1|2\n3|4\nEND\n"),
        ('{"rows": ["a\\"b\\\\", "\\u6cf5\\ud83d\\ude00"]}', 'a"b\\\n泵😀\nEND'),
        ('{"rows": ["\\ud83d', ""),
        ('{"rows": ["\\ude00", "\\q"]}', "\ufffd\n\ufffd\nEND"),
        ('{"rows": ["a"]} and more ["b"]', "a\nEND"),
        ('{"entities": [{"name": "Ada', "name\nAda"),
        ("{", ""),
        ("", ""),
    ],
)
def test_an_answer_is_read_to_the_letter(text: str, found: str) -> None:
    assert read(text) == found


def test_the_schema_costs_no_more_than_is_held_for_it() -> None:
    assert count_tokens(json.dumps(ROWS_FORMAT["json_schema"]["schema"])) <= ROWS_TOKENS
