"""The contract of MeasurementStore."""

from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from infra.azure.cosmos.measurements import CosmosMeasurements
from infra.local.measurements import SqliteMeasurements
from infra.local.sqlite import Database
from shared.domain.performance import ENDPOINT, MINUTES_KEPT, MODEL, Batch, Series
from shared.ports.measurements import MeasurementStore
from tests.contract.odd_names import ODD_NAMES
from tests.contract.state_grounds import GROUNDS, cosmos
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.virtual_clock import VirtualClock

SERIES = (
    Series(ENDPOINT, "POST /api/v1/rag/query", 3, 1, 0, 12.5, ((0, 1), (97, 2))),
    Series(MODEL, "模型", 2, 0, 1, 7.25, ((5, 2),)),
)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def now(clock: VirtualClock) -> int:
    """The present minute."""
    return int(clock() // 60)


@pytest.fixture(params=GROUNDS)
async def store(request: pytest.FixtureRequest, clock: VirtualClock, tmp_path: Path) -> AsyncIterator[MeasurementStore]:
    if request.param == "sqlite":
        with closing(Database(tmp_path / "ledger.sqlite")) as database:
            yield SqliteMeasurements(database)
        return
    with CosmosServer(clock) as server:
        async with cosmos(server) as connection:
            yield CosmosMeasurements(connection, clock)


async def names(store: MeasurementStore, minute: int) -> set[str]:
    return {each.name for each in await store.since(minute)}


async def test_a_batch_comes_back_as_it_was(store: MeasurementStore, now: int) -> None:
    batch = Batch("a-0", now, SERIES)
    await store.keep(batch)
    assert list(await store.since(now)) == [batch]


async def test_only_what_is_asked_for_comes_back(store: MeasurementStore, now: int) -> None:
    for name, minute in (("a", now - 61), ("b", now - 60), ("c", now)):
        await store.keep(Batch(name, minute, SERIES))
    assert await names(store, now - 60) == {"b", "c"}
    assert await names(store, now + 1) == set()


async def test_a_batch_that_is_kept_twice_counts_once(store: MeasurementStore, now: int) -> None:
    for _ in range(2):
        await store.keep(Batch("a", now, SERIES))
    assert len(await store.since(now)) == 1


async def test_what_is_older_than_the_time_goes(store: MeasurementStore, clock: VirtualClock, now: int) -> None:
    batch = Batch("old", now, SERIES)
    await store.keep(batch)
    await clock.advance(MINUTES_KEPT * 60 - 60)
    await store.keep(replace(batch, name="young", minute=now + MINUTES_KEPT - 1))
    assert await names(store, now) == {"old", "young"}
    await clock.advance(60)
    await store.keep(replace(batch, name="new", minute=now + MINUTES_KEPT))
    assert await names(store, now) == {"young", "new"}


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_a_batch_with_any_name_is_kept_and_found_literally(store: MeasurementStore, now: int, name: str) -> None:
    batch = Batch(name, now, (Series(MODEL, name, 2, 0, 1, 7.25, ((5, 2),)),))
    await store.keep(batch)
    assert list(await store.since(now)) == [batch]
