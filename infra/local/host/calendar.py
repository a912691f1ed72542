"""The six fields of NCRONTAB: second, minute, hour, day, month and day of the week, all of which must fit.

A cron library would do, were it not for its own reading of the fields: ranges that wrap around, `L`, `7` for Sunday.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")

PART = re.compile(r"(?P<first>\*|\d+|[a-z]{3,})(?:-(?P<last>\d+|[a-z]{3,}))?(?:/(?P<step>\d+))?")

LONGEST_GAP = timedelta(days=366 * 41)
"""The 29th of February on a given day of the week comes back after at most 40 years."""


@dataclass(frozen=True)
class Field:
    """The values that a field may take; `names` stand for the values from `lowest` on."""

    lowest: int
    highest: int
    names: tuple[str, ...] = ()

    def read(self, text: str) -> tuple[int, ...]:
        """The values that fit, in order. Raises ValueError."""
        return tuple(sorted({value for part in text.split(",") for value in self._part(part)}))

    def _part(self, text: str) -> range:
        found = PART.fullmatch(text)
        if found is None:
            raise ValueError(f"'{text}' is no value, range or step")
        step = int(found["step"] or 1)
        first = self.lowest if found["first"] == "*" else self._value(found["first"])
        # A single value with a step runs on to the end, as a star does.
        is_open = found["first"] == "*" or (found["step"] and not found["last"])
        last = self._value(found["last"]) if found["last"] else self.highest if is_open else first
        if step < 1 or last < first:
            raise ValueError(f"'{text}' holds no value")
        return range(first, last + 1, step)

    def _value(self, text: str) -> int:
        named = [number for number, name in enumerate(self.names, self.lowest) if name.startswith(text)]
        value = named[0] if named else int(text) if text.isdigit() else -1
        if not self.lowest <= value <= self.highest:
            raise ValueError(f"'{text}' is not between {self.lowest} and {self.highest}")
        return value


FIELDS = (
    Field(0, 59),
    Field(0, 59),
    Field(0, 23),
    Field(1, 31),
    Field(1, 12, MONTHS),
    Field(0, 6, WEEKDAYS),
)


@dataclass(frozen=True)
class Calendar:
    """The values of the six fields, each in order."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]

    def next(self, after: datetime) -> datetime:
        """The first second later than `after` that fits. Raises ValueError where none ever does."""
        day = after.date()
        while day - after.date() < LONGEST_GAP:
            if self._fits(day):
                for moment in self._times():
                    if (found := datetime.combine(day, moment, after.tzinfo)) > after:
                        return found
            day += timedelta(days=1)
        raise ValueError("no day fits")

    def _fits(self, day: date) -> bool:
        return day.month in self.months and day.day in self.days and day.isoweekday() % 7 in self.weekdays

    def _times(self) -> Iterator[time]:
        for hour in self.hours:
            for minute in self.minutes:
                for second in self.seconds:
                    yield time(hour, minute, second)


def calendar(expression: str) -> Calendar:
    """Read six fields. Raises ValueError."""
    texts = expression.lower().split()
    if len(texts) != len(FIELDS):
        raise ValueError("NCRONTAB has six fields, the first for seconds")
    return Calendar(*(field.read(text) for field, text in zip(FIELDS, texts, strict=True)))
