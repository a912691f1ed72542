"""Durations in bands, and the sums on their way to the store."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import StoreUnavailable
from shared.domain.money import Money
from shared.domain.performance import (
    ENDPOINT,
    GROWTH,
    LAST_BAND,
    SHORTEST,
    Batch,
    Series,
    added_up,
    band_end,
    band_of,
    series_of,
)
from shared.services.performance import FLUSH_SECONDS, MOST_SERIES, Performance
from tests.fakes.virtual_clock import VirtualClock, settled


class Shelf:
    """Keeps batches in a list, or says that it is away."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.is_away = False

    async def keep(self, batch: Batch) -> None:
        if self.is_away:
            raise StoreUnavailable("away")
        self.batches.append(batch)

    async def since(self, minute: int) -> Sequence[Batch]:
        return [each for each in self.batches if each.minute >= minute]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def performance(shelf: Shelf, clock: VirtualClock) -> Performance:
    return Performance(shelf, clock)


durations = st.floats(0, 600_000)


@given(durations)
def test_a_band_tells_a_duration_up_to_five_percent(milliseconds: float) -> None:
    end = band_end(band_of(milliseconds))
    assert milliseconds <= end * 1.0001
    assert end <= max(SHORTEST, milliseconds) * GROWTH * 1.0001


@pytest.mark.parametrize(("milliseconds", "band"), [(0, 0), (SHORTEST, 0), (0.104, 1), (1e12, LAST_BAND)])
def test_bands_have_a_first_and_a_last_one(milliseconds: float, band: int) -> None:
    assert band_of(milliseconds) == band


@given(st.lists(durations, min_size=1, max_size=50), st.sampled_from((0.5, 0.95, 0.99, 1.0)))
def test_a_quantile_is_the_band_of_the_sample_at_that_rank(samples: list[float], share: float) -> None:
    parts = [Series(ENDPOINT, "a", 1, 0, 0, each, ((band_of(each), 1),)) for each in samples]
    rank = max(1, -int(-share * len(samples) // 1))
    assert added_up(ENDPOINT, "a", parts).quantile(share) == band_end(band_of(sorted(samples)[rank - 1]))


def test_nothing_measured_is_zero_everywhere() -> None:
    nothing = added_up(ENDPOINT, "", ())
    assert (nothing.mean, nothing.error_rate, nothing.hit_rate, nothing.quantile(0.99)) == (0, 0, 0, 0)


async def test_a_summary_tells_requests_errors_and_hits_by_name(performance: Performance) -> None:
    for milliseconds, failed in ((1.0, False), (2.0, False), (9.0, True)):
        performance.request_ended("GET /a", milliseconds, failed=failed)
    performance.request_ended("GET /b", 100.0, failed=False)
    for from_cache in (True, False):
        performance.answered("small", 5.0, from_cache=from_cache, saved=Money(7 * from_cache))
    summary = await performance.summary(1)
    assert [(each.name, each.count, each.errors) for each in summary.endpoints] == [("GET /a", 3, 1), ("GET /b", 1, 0)]
    assert (summary.requests.count, summary.requests.mean, summary.requests.error_rate) == (4, 28.0, 0.25)
    assert (summary.answers.count, summary.answers.hit_rate, summary.answers.saved) == (2, 0.5, 7)
    assert [each.name for each in summary.models] == ["small"]


async def test_what_was_asked_for_before_is_not_counted_twice(performance: Performance) -> None:
    performance.request_ended("GET /a", 1.0, failed=False)
    await performance.summary(1)
    performance.request_ended("GET /a", 1.0, failed=False)
    assert (await performance.summary(1)).requests.count == 2


async def test_only_the_last_hours_count(performance: Performance, clock: VirtualClock) -> None:
    performance.request_ended("GET /a", 1.0, failed=False)
    await performance.keep()
    await clock.advance(3600)
    assert (await performance.summary(1)).requests.count == 1
    await clock.advance(60)
    assert (await performance.summary(1)).requests.count == 0
    assert (await performance.summary(2)).requests.count == 1


async def test_sums_are_kept_once_a_minute_beside_the_requests(
    performance: Performance, shelf: Shelf, clock: VirtualClock
) -> None:
    for seconds, kept in ((0.0, 0), (FLUSH_SECONDS - 1, 0), (1.0, 1), (1.0, 1)):
        await clock.advance(seconds)
        performance.request_ended("GET /a", 1.0, failed=False)
        await settled()
        assert len(shelf.batches) == kept


async def test_a_store_that_is_away_disturbs_no_request(
    performance: Performance, shelf: Shelf, clock: VirtualClock
) -> None:
    shelf.is_away = True
    await clock.advance(FLUSH_SECONDS)
    performance.request_ended("GET /a", 1.0, failed=False)
    await settled()
    shelf.is_away = False
    performance.request_ended("GET /b", 1.0, failed=False)
    assert [each.name for each in (await performance.summary(1)).endpoints] == ["GET /b"]


async def test_names_are_bounded_and_nothing_goes_uncounted(performance: Performance) -> None:
    for number in range(MOST_SERIES + 5):
        performance.answered(f"model {number}", 1.0, from_cache=False)
    summary = await performance.summary(1)
    assert summary.answers.count == MOST_SERIES + 5
    assert len(summary.models) <= MOST_SERIES + 1


async def test_two_processes_are_added_up(shelf: Shelf, clock: VirtualClock) -> None:
    both = [Performance(shelf, clock) for _ in range(2)]
    for each in both:
        each.request_ended("GET /a", 1.0, failed=False)
    await asyncio.gather(*(each.keep() for each in both))
    assert (await both[0].summary(1)).requests.count == 2


def test_a_series_of_an_earlier_version_is_read_without_savings() -> None:
    assert series_of(["model", "small", 2, 0, 1, 5.0, [[3, 2]]]) == Series("model", "small", 2, 0, 1, 5.0, ((3, 2),))
