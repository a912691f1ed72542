"""Tell whether a text speaks of a time between two days."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from shared.domain.filters import DateRange

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
YEAR = r"(?:1[5-9]|20)\d\d"

STATED = re.compile(
    rf"(?<![\d-])(?P<year>{YEAR})(?:-(?P<month>[01]?\d)-(?P<day>[0-3]?\d)(?!\d)"
    rf"|年(?P<month_zh>[01]?\d)月(?:(?P<day_zh>[0-3]?\d)[日号])?)"
    rf"|(?<!\d)(?P<day_en>[0-3]?\d)(?:st|nd|rd|th)? (?P<month_en>{MONTH}),? (?P<year_en>{YEAR})(?!\d)"
    rf"|\b(?P<month_us>{MONTH}) (?:(?P<day_us>[0-3]?\d)(?:st|nd|rd|th)?, ?)?(?P<year_us>{YEAR})(?!\d)"
    rf"|(?<![\d.,-])(?P<year_only>{YEAR})(?![\d-]|[.,]\d)",
    re.IGNORECASE,
)


def spoken_of(dates: DateRange, text: str) -> bool:
    """Say whether the text states a day, a month or a year that the range touches."""
    return any(dates.touches(start, end) for start, end in stated_times(text))


def stated_times(text: str) -> Iterator[tuple[date, date]]:
    """Yield the first and the last day of every date, month and year that a text states; impossible ones are none."""
    for match in STATED.finditer(text):
        parts = {name.split("_")[0]: value for name, value in match.groupdict().items() if value}
        month = parts.get("month", "")
        number = int(month) if month.isdigit() else MONTHS.index(month[:3].lower()) + 1 if month else 0
        try:
            yield days_of(int(parts["year"]), number, int(parts.get("day", 0)))
        except ValueError:
            continue


def days_of(year: int, month: int, day: int) -> tuple[date, date]:
    """Return the first and last day of a year, a month (day 0) or a day. Raises ValueError for what is no date."""
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    last = monthrange(year, month)[1] if 1 <= month <= 12 else 0
    return date(year, month, day or 1), date(year, month, day or last)
