"""NCRONTAB and time spans."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from infra.local.host.schedule import Interval, schedule_of


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("0 */5 * * * *", "2026-01-01T00:00:00", "2026-01-01T00:05:00"),
        ("*/10 * * * * *", "2026-01-01T00:00:55", "2026-01-01T00:01:00"),
        ("0 30 9 * Jan Mon", "2026-01-01T00:00:00", "2026-01-05T09:30:00"),
        ("0 0 0 * * MON-FRI", "2026-01-02T12:00:00", "2026-01-05T00:00:00"),
        ("0 0 0 1-7 * Sun", "2026-01-05T00:00:00", "2026-02-01T00:00:00"),
        ("0 0 12 29 2 *", "2026-01-01T00:00:00", "2028-02-29T12:00:00"),
        ("5,8,10 * * * * *", "2026-01-01T00:00:08", "2026-01-01T00:00:10"),
        ("0 5/15 * * * *", "2026-01-01T00:21:00", "2026-01-01T00:35:00"),
        ("0 0 9-17/4 * * *", "2026-01-01T10:00:00", "2026-01-01T13:00:00"),
        ("00:00:30", "2026-01-01T00:00:00", "2026-01-01T00:00:30"),
        ("24:00:00", "2026-01-01T00:00:00", "2026-01-25T00:00:00"),
        ("1.02:00:00", "2026-01-01T00:00:00", "2026-01-02T02:00:00"),
    ],
)
def test_the_next_time_is_the_one_that_azure_computes(expression: str, after: str, expected: str) -> None:
    assert schedule_of(expression).next(at(after)) == at(expected)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "* * * * *",
        "61 * * * * *",
        "@daily",
        "0 0 0 L * *",
        "0 0 0 ? * *",
        "0 0 0 30 2 *",
        "%SCHEDULE%",
        "x y z a b c",
        "0 0 0 * * 7",
        "0 0 0 5-3 * *",
        "0 */0 * * * *",
        "0 0 0 * Foo *",
        "00:00:00",
        "1:2",
        "0 0 0 1 13 *",
    ],
)
def test_what_is_no_schedule_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match="schedule"):
        schedule_of(expression)


numbers = some.integers(0, 59)


@settings(max_examples=80, deadline=None)
@given(
    second=numbers,
    minutes=some.sets(numbers, min_size=1, max_size=4),
    hour=some.integers(0, 23),
    days=some.tuples(some.integers(1, 28), some.integers(1, 28)).map(sorted),
    weekdays=some.sets(some.integers(0, 6), min_size=1),
    after=some.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)),
)
def test_day_and_day_of_the_week_must_both_fit(
    second: int, minutes: set[int], hour: int, days: list[int], weekdays: set[int], after: datetime
) -> None:
    fields = [second, ",".join(map(str, minutes)), hour, f"{days[0]}-{days[1]}", "*", ",".join(map(str, weekdays))]
    found = schedule_of(" ".join(map(str, fields))).next(after.replace(tzinfo=UTC))
    day = after.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    while True:
        if days[0] <= day.day <= days[1] and (day.weekday() + 1) % 7 in weekdays:
            fitting = [day.replace(hour=hour, minute=minute, second=second) for minute in sorted(minutes)]
            if later := [moment for moment in fitting if moment > after.replace(tzinfo=UTC)]:
                break
        day += timedelta(days=1)
    assert found == later[0]


def test_an_interval_counts_from_the_last_run() -> None:
    assert schedule_of("01:30:00") == Interval(timedelta(hours=1, minutes=30))
