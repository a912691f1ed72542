"""How long requests and answers took: counts in bands of milliseconds that can be added up and asked for quantiles."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

SHORTEST = 0.1
"""Milliseconds; whatever is shorter counts as this."""

GROWTH = 1.05
"""Each band ends at this times the end of the one below, so that a quantile is told too high by at most 5 %."""

MINUTES_KEPT = 7 * 24 * 60
"""A week, the longest span that is summed up."""

LAST_BAND = 320
"""Ends at 600 seconds, longer than any request may take."""

BAND_ENDS = tuple(SHORTEST * GROWTH**band for band in range(LAST_BAND + 1))
"""Milliseconds at which each band ends: finding one's place among them takes half the time of a logarithm."""

ENDPOINT, MODEL = "endpoint", "model"
"""The kinds of series: requests by method and route, and answers by the model that wrote them."""


@dataclass(frozen=True, slots=True)
class Series:
    """What one endpoint or model did in some span of time; `bands` are pairs of a band and how many fell into it.

    `saved` is what writing the kept answers had cost the first time, in billionths of a US dollar.
    """

    kind: str
    name: str
    count: int = 0
    errors: int = 0
    hits: int = 0
    milliseconds: float = 0.0
    bands: tuple[tuple[int, int], ...] = ()
    saved: int = 0

    @property
    def mean(self) -> float:
        """Milliseconds; 0 where nothing was measured."""
        return self.milliseconds / self.count if self.count else 0.0

    @property
    def error_rate(self) -> float:
        """Share that failed through the service's own fault, in [0, 1]."""
        return self.errors / self.count if self.count else 0.0

    @property
    def hit_rate(self) -> float:
        """Share that a kept answer served, in [0, 1]."""
        return self.hits / self.count if self.count else 0.0

    def quantile(self, share: float) -> float:
        """Return the milliseconds within which this share of all ended; 0 where nothing was measured."""
        left = ceil(share * self.count)
        for band, count in sorted(self.bands):
            left -= count
            if left <= 0:
                return band_end(band)
        return 0.0


@dataclass(frozen=True, slots=True)
class Batch:
    """What one process measured in one go, under a name that no other batch has; `minute` counts from 1970."""

    name: str
    minute: int
    series: tuple[Series, ...]


def series_of(written: Sequence[Any]) -> Series:
    """Read a series from the values of its fields in order, as JSON has them; an earlier version kept no savings."""
    kind, name, count, errors, hits, milliseconds, bands, *saved = written
    pairs = tuple((band, number) for band, number in bands)
    return Series(kind, name, count, errors, hits, milliseconds, pairs, *saved)


def band_of(milliseconds: float) -> int:
    """Return the number of the band that a duration falls into."""
    return bisect_left(BAND_ENDS, milliseconds, hi=LAST_BAND)


def band_end(band: int) -> float:
    """Return the milliseconds at which a band ends."""
    return BAND_ENDS[band]


def added_up(kind: str, name: str, parts: Iterable[Series]) -> Series:
    """Add up series into one."""
    parts = list(parts)
    bands: Counter[int] = Counter()
    for each in parts:
        bands.update(dict(each.bands))
    return Series(
        kind,
        name,
        sum(each.count for each in parts),
        sum(each.errors for each in parts),
        sum(each.hits for each in parts),
        sum(each.milliseconds for each in parts),
        tuple(sorted(bands.items())),
        sum(each.saved for each in parts),
    )
