"""Read a table of prices with dates, and know which of them was in force at a moment."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from shared.domain.errors import BadSetting
from shared.domain.money import Price

MOST = 10_000.0
"""US dollars per million tokens that a price may be: the bound of the prices in the settings."""

CLASSES = ("input", "cached", "output", "reasoning")
"""The classes of tokens; the first and the third have to be priced, the others cost as the one before them."""

SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")
"""How the name of a dated version of a model ends; it costs what its model costs unless it has a row of its own."""


@dataclass(frozen=True, slots=True)
class DatedPrice:
    """What a model's tokens cost from the beginning of a UTC day on."""

    since: date
    price: Price


@dataclass(frozen=True, slots=True)
class PriceTable:
    """The prices of models, of each the newest first."""

    by_model: Mapping[str, tuple[DatedPrice, ...]] = field(default_factory=dict)

    def of(self, model: str, now: float) -> Price | None:
        """Return the price in force at `now` (seconds since 1970), or None for a model that is not in the table.

        Before its first date a model costs its first price, so that a clock that is set back makes nothing free.
        """
        dated = self.by_model.get(model) or self.by_model.get(SNAPSHOT.sub("", model))
        if dated is None:
            return None
        day = datetime.fromtimestamp(now, UTC).date()
        return next((each.price for each in dated if each.since <= day), dated[-1].price)


def read_prices(text: str) -> PriceTable:
    """Read a table from JSON: a list of {"model", "since", "input", "cached", "output", "reasoning"}.

    Prices are US dollars per million tokens. Raises BadSetting naming the row and what is wrong with it.
    """
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise BadSetting(f"PRICES is not JSON: {error}") from None
    if not isinstance(rows, list):
        raise BadSetting("PRICES must be a list of rows")
    by_model: dict[str, list[DatedPrice]] = {}
    for place, row in enumerate(rows, start=1):
        model, dated = read_row(place, row)
        known = by_model.setdefault(model, [])
        if any(each.since == dated.since for each in known):
            raise BadSetting(f"PRICES row {place}: {model} has two prices since {dated.since}")
        known.append(dated)
    newest_first = {
        model: tuple(sorted(dated, key=lambda each: each.since, reverse=True)) for model, dated in by_model.items()
    }
    return PriceTable(newest_first)


def read_row(place: int, row: Any) -> tuple[str, DatedPrice]:
    """Read one row. Raises BadSetting."""
    if not isinstance(row, dict) or not row.keys() <= {"model", "since", *CLASSES}:
        raise BadSetting(f"PRICES row {place}: a row has model, since, {', '.join(CLASSES)} and nothing else")
    model, since = row.get("model"), str(row.get("since"))
    if not isinstance(model, str) or not model:
        raise BadSetting(f"PRICES row {place}: model must name a model")
    try:
        day = date.fromisoformat(since)
    except ValueError:
        raise BadSetting(f"PRICES row {place}: since must be a day like 2026-01-31, not {since!r}") from None
    input_price, output_price = (dollars(place, each, row.get(each)) for each in ("input", "output"))
    cached = dollars(place, "cached", row.get("cached", input_price))
    reasoning = dollars(place, "reasoning", row.get("reasoning", output_price))
    return model, DatedPrice(day, Price(input_price, output_price, cached, reasoning))


def dollars(place: int, name: str, value: object) -> float:
    """Return a price. Raises BadSetting for what is missing, negative, not a number, or beyond what anybody asks."""
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value) or not 0 <= value <= MOST:
        raise BadSetting(f"PRICES row {place}: {name} must be from 0 to {MOST:g}, not {value!r}")
    return float(value)
