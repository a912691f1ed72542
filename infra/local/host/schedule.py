"""When a timer fires: six NCRONTAB fields, or an interval written as a .NET TimeSpan."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from infra.local.host.calendar import calendar

TIME_SPAN = re.compile(r"(?:(\d+)\.)?(\d+):(\d+):(\d+)(?::(\d+))?")
DAY_HOURS = 24

LEAP_YEAR = datetime(2024, 1, 1)
"""Any moment shows whether the fields can fit at all."""


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


def schedule_of(expression: str) -> Schedule:
    """Read a schedule. Raises ValueError where it is none, or where it never fires."""
    try:
        schedule = interval(expression) if ":" in expression else calendar(expression)
        schedule.next(LEAP_YEAR)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"the schedule '{expression}' cannot be read: {error}") from error
    return schedule


def interval(expression: str) -> Interval:
    """Read `hh:mm:ss`, `d.hh:mm:ss` or `d:hh:mm:ss`; hours from 24 on are days, as on Azure. Raises ValueError."""
    found = TIME_SPAN.fullmatch(expression.strip())
    if found is None:
        raise ValueError("it is no time span")
    days, *numbers = [int(number) for number in (found[1] or "0", *found.groups()[1:]) if number is not None]
    if len(numbers) > 3 or (not found[1] and numbers[0] >= DAY_HOURS):
        days, numbers = numbers[0], [*numbers[1:], 0][:3]
    length = timedelta(days=days, hours=numbers[0], minutes=numbers[1], seconds=numbers[2])
    if not length:
        raise ValueError("it has no length")
    return Interval(length)
