"""Texts that speak of a time."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.filters import DateRange
from shared.retrieval.date_range import spoken_of, stated_times

AUGUST = DateRange(date(2025, 8, 1), date(2025, 8, 31))


@pytest.mark.parametrize(
    "text",
    [
        "on 2025-08-31.",
        "14 August 2025",
        "August 1, 2025",
        "in August 2025",
        "2025年8月14日",
        "2025年8月",
        "during 2025.",
    ],
)
def test_a_date_a_month_and_a_year_touch_the_range_they_overlap(text: str) -> None:
    assert spoken_of(AUGUST, text)


@pytest.mark.parametrize(
    "text",
    [
        "2025-07-31",
        "1 September 2025",
        "2025年9月1日",
        "in 2024",
        "2025-13-41",
        "SC-2025-08-14",
        "12,025",
        "1.2025",
        "",
    ],
)
def test_what_lies_outside_or_is_no_date_does_not(text: str) -> None:
    assert not spoken_of(AUGUST, text)


@pytest.mark.parametrize(("day", "touched"), [("2025-08-13", False), ("2025-08-14", True), ("2025-08-15", True)])
def test_an_open_end_is_open(day: str, touched: bool) -> None:
    assert spoken_of(DateRange(date(2025, 8, 14), None), day) == touched
    assert spoken_of(DateRange(None, date(2025, 8, 14)), day) == (day <= "2025-08-14")


@given(st.dates(date(1500, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_as_itself(day: date) -> None:
    for text in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%B} {day.year}"):
        assert list(stated_times(text)) == [(day, day)]


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert all(start <= end for start, end in stated_times(text))
