"""What of the passages an answer may rest on."""

from dataclasses import dataclass
from datetime import date

from shared.domain.graph import EntityType


@dataclass(frozen=True, slots=True)
class DateRange:
    """From the first day to the last, both included; None leaves that end open."""

    first: date | None = None
    last: date | None = None

    def touches(self, start: date, end: date) -> bool:
        """Say whether a time from `start` to `end` shares a day with the range."""
        return (self.last is None or start <= self.last) and (self.first is None or end >= self.first)


@dataclass(frozen=True, slots=True)
class PassageFilter:
    """Passages that name an entity of one of the types and speak of the time; no types and no dates are all of them."""

    entity_types: frozenset[EntityType] = frozenset()
    dates: DateRange | None = None

    def __bool__(self) -> bool:
        return bool(self.entity_types) or self.dates is not None


EVERYTHING = PassageFilter()
