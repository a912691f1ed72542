"""What is let through of what a search finds, as JSON."""

from datetime import date

from pydantic import ConfigDict, Field, model_validator

from functions.contracts.accepting import Accepting
from shared.domain.filters import DateRange
from shared.domain.graph import EntityType


class DateRangeFilter(Accepting):
    """Days as `2025-08-14`, both included; one that is left out leaves that end open."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    first: date | None = Field(None, alias="from", strict=False)
    last: date | None = Field(None, alias="to", strict=False)

    @model_validator(mode="after")
    def in_order(self) -> "DateRangeFilter":
        """Refuse a range that ends before it begins."""
        if self.first and self.last and self.first > self.last:
            raise ValueError("the range ends before it begins")
        return self


class Filters(Accepting):
    """Entities of some types, passages that speak of some time; what is left out lets everything through."""

    entity_types: list[EntityType] = Field(default=[], max_length=len(EntityType), strict=False)
    date_range: DateRangeFilter | None = None

    @property
    def dates(self) -> DateRange | None:
        """The time that is asked for; a range that is open at both ends is none."""
        asked = self.date_range
        return DateRange(asked.first, asked.last) if asked and (asked.first or asked.last) else None
