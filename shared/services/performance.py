"""Measure requests and answers in memory, keep the sums in the background, and sum them up over hours."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from uuid import uuid4

from shared.domain.errors import StoreUnavailable
from shared.domain.money import Money
from shared.domain.performance import ENDPOINT, MODEL, Batch, Series, added_up, band_of
from shared.ports.measurements import MeasurementStore

FLUSH_SECONDS = 60.0
"""What a process that is killed loses at most; one row a minute is nothing to any store."""

MOST_SERIES = 1000
"""Endpoints and models held until the next row; both are few, and none is named by a caller."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Summary:
    """What was measured over so many hours: everything together, and by endpoint and model, the most used first."""

    hours: int
    requests: Series
    answers: Series
    endpoints: tuple[Series, ...]
    models: tuple[Series, ...]


@dataclass(slots=True)
class Tally:
    """A series while it grows."""

    count: int = 0
    errors: int = 0
    hits: int = 0
    milliseconds: float = 0.0
    bands: Counter[int] = field(default_factory=Counter)
    saved: int = 0


class Performance:
    """The measurements of this process on their way to the store."""

    def __init__(self, store: MeasurementStore, clock: Callable[[], float]) -> None:
        """`clock` gives seconds since 1970."""
        self._store, self._clock = store, clock
        self._process, self._numbers = uuid4().hex, count()
        self._tallies: defaultdict[tuple[str, str], Tally] = defaultdict(Tally)
        self._kept_at = clock()
        self._keeping: asyncio.Task[None] | None = None

    def request_ended(self, endpoint: str, milliseconds: float, *, failed: bool) -> None:
        """Count a request; from time to time, have the sums kept beside the requests."""
        self._count(ENDPOINT, endpoint, milliseconds).errors += failed
        if self._clock() - self._kept_at >= FLUSH_SECONDS and (self._keeping is None or self._keeping.done()):
            self._keeping = asyncio.get_running_loop().create_task(self.keep())

    def answered(self, model: str, milliseconds: float, *, from_cache: bool, saved: Money = Money()) -> None:
        """Count an answer; `saved` is what a kept one had cost when it was written."""
        tally = self._count(MODEL, model, milliseconds)
        tally.hits += from_cache
        tally.saved += saved.nano_usd

    async def keep(self) -> None:
        """Keep what was counted since the last time; where the store is away, that is lost and said."""
        now = self._clock()
        tallies, self._tallies, self._kept_at = self._tallies, defaultdict(Tally), now
        if not tallies:
            return
        series = tuple(
            Series(
                kind,
                name,
                each.count,
                each.errors,
                each.hits,
                each.milliseconds,
                tuple(sorted(each.bands.items())),
                each.saved,
            )
            for (kind, name), each in tallies.items()
        )
        try:
            await self._store.keep(Batch(f"{self._process}-{next(self._numbers)}", int(now // 60), series))
        except StoreUnavailable as error:
            logger.warning("measurements of %g s were lost: %s", FLUSH_SECONDS, error.message)

    async def summary(self, hours: int) -> Summary:
        """Sum up the last hours, of every process that shares the store. Raises StoreUnavailable."""
        await self.keep()
        batches = await self._store.since(int(self._clock() // 60) - hours * 60)
        series = [each for batch in batches for each in batch.series]
        endpoints, models = by_name(ENDPOINT, series), by_name(MODEL, series)
        return Summary(hours, added_up(ENDPOINT, "", endpoints), added_up(MODEL, "", models), endpoints, models)

    def _count(self, kind: str, name: str, milliseconds: float) -> Tally:
        tally = self._tallies[(kind, name) if len(self._tallies) < MOST_SERIES else (kind, "")]
        tally.count += 1
        tally.milliseconds += milliseconds
        tally.bands[band_of(milliseconds)] += 1
        return tally


def by_name(kind: str, series: Iterable[Series]) -> tuple[Series, ...]:
    """Add up the series of one kind by name, the most used first."""
    named: defaultdict[str, list[Series]] = defaultdict(list)
    for each in series:
        if each.kind == kind:
            named[each.name].append(each)
    return tuple(sorted((added_up(kind, *each) for each in named.items()), key=lambda each: (-each.count, each.name)))
