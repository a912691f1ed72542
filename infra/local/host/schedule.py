"""When a timer fires: six NCRONTAB fields, or an interval written as a .NET TimeSpan."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from croniter import CroniterBadDateError, CroniterError, croniter

NCRONTAB_FIELD = re.compile(r"[\dA-Za-z*,/-]+")
TIME_SPAN = re.compile(r"(?:(\d+)\.)?(\d+):(\d+):(\d+)(?::(\d+))?")
FIELDS = 6


class Schedule(Protocol):
    """Anything that says when a timer fires next."""

    def next(self, after: datetime) -> datetime:
        """The first time later than `after`, in its zone."""


@dataclass(frozen=True)
class Interval:
    """Fires at a steady distance."""

    length: timedelta

    def next(self, after: datetime) -> datetime:
        """One interval later."""
        return after + self.length


@dataclass(frozen=True)
class Calendar:
    """Fires whenever all six fields fit: second, minute, hour, day, month, day of the week."""

    expression: str

    def next(self, after: datetime) -> datetime:
        """The next second that fits."""
        # NCRONTAB wants the day and the day of the week to fit both, where cron is content with one.
        moments = croniter(self.expression, after, second_at_beginning=True, day_or=False)
        found: datetime = moments.get_next(datetime)
        return found


def schedule_of(expression: str) -> Schedule:
    """Read a schedule. Raises ValueError where it is none, or where it never fires."""
    if ":" in expression:
        return interval(expression)
    fields = expression.split()
    if len(fields) != FIELDS or not all(NCRONTAB_FIELD.fullmatch(field) for field in fields):
        raise ValueError(f"the schedule '{expression}' has not the six fields of NCRONTAB")
    calendar = Calendar(" ".join(fields).lower())
    try:
        calendar.next(datetime(2024, 1, 1))
    except CroniterBadDateError as error:
        raise ValueError(f"the schedule '{expression}' never fires") from error
    except (CroniterError, ValueError, KeyError) as error:
        raise ValueError(f"the schedule '{expression}' cannot be read: {error}") from error
    return calendar


def interval(expression: str) -> Interval:
    """Read `hh:mm:ss`, `d.hh:mm:ss` or `d:hh:mm:ss`; of two-digit forms from 24 on the first number counts days."""
    found = TIME_SPAN.fullmatch(expression.strip())
    if found is None:
        raise ValueError(f"the schedule '{expression}' is no time span")
    days, *numbers = [int(number) for number in (found[1] or "0", *found.groups()[1:]) if number is not None]
    if len(numbers) == 4 or (len(numbers) == 3 and not found[1] and numbers[0] >= 24):
        days, numbers = numbers[0], [*numbers[1:], 0][:3]
    length = timedelta(days=days, hours=numbers[0], minutes=numbers[1], seconds=numbers[2])
    if not length:
        raise ValueError(f"the schedule '{expression}' has no length")
    return Interval(length)
