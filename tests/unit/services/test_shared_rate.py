"""The rate of a principal on several instances."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.local.sqlite import Database
from infra.local.tally import SqliteTally
from shared.domain.errors import RateLimited, StoreUnavailable
from shared.domain.rates import Rate
from shared.domain.tally import Share, Stretch
from shared.services.shared_rate import SharedRate
from tests.fakes.virtual_clock import VirtualClock

RATE = Rate("principal", burst=20, per_minute=100.0)
"""Lots of five, and 120 in a minute."""


class CountedTally:
    """A tally of SQLite that says how often it was asked."""

    def __init__(self, database: Database) -> None:
        self.tally, self.asked = SqliteTally(database), 0

    async def take(self, stretch: Stretch, shares: tuple[Share, ...], now: float) -> bool:
        """See the port."""
        self.asked += 1
        return await self.tally.take(stretch, shares, now)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "tally.sqlite")
    yield database
    database.close()


@pytest.fixture
def tally(database: Database) -> CountedTally:
    return CountedTally(database)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(1_795_000_020.0)  # a minute begins


@pytest.fixture
def instance(tally: CountedTally, clock: VirtualClock) -> Callable[..., SharedRate]:
    def made(rate: Rate = RATE) -> SharedRate:
        return SharedRate(rate, tally, lambda: datetime.fromtimestamp(clock.now, UTC))

    return made


async def let_through(rate: SharedRate, requests: int, account: str = "ada") -> int:
    """Make so many requests, and return how many were let through."""
    found = 0
    for _ in range(requests):
        try:
            await rate.take(account)
            found += 1
        except RateLimited:
            pass
    return found


async def test_one_instance_lets_through_what_a_bucket_does_in_its_best_minute(
    instance: Callable[..., SharedRate],
) -> None:
    alone = instance()
    assert await let_through(alone, 120) == 120
    assert await let_through(alone, 5) == 4
    assert await let_through(alone, 5) == 0


@pytest.mark.parametrize("instances", [2, 5])
async def test_several_instances_let_through_as_much_and_at_most_a_lot_more_each(
    instance: Callable[..., SharedRate], instances: int
) -> None:
    several = [instance() for _ in range(instances)]
    found = 0
    for _ in range(300):
        for each in several:
            found += await let_through(each, 1)
    assert 120 <= found <= 120 + instances * (several[0].lot - 1)


async def test_the_next_minute_is_a_new_one_and_a_refusal_says_when_it_begins(
    instance: Callable[..., SharedRate], clock: VirtualClock
) -> None:
    alone = instance()
    await let_through(alone, 200)
    clock.now += 59
    with pytest.raises(RateLimited) as error:
        await alone.take("ada")
    assert error.value.details["retry_after"] == 1
    clock.now += 1
    assert await let_through(alone, 1) == 1


async def test_a_clock_set_back_gives_no_minute_twice(instance: Callable[..., SharedRate], clock: VirtualClock) -> None:
    alone = instance()
    assert await let_through(alone, 120) == 120
    clock.now += 60
    assert await let_through(alone, 120) == 120
    clock.now -= 60
    assert await let_through(alone, 120) < alone.lot


async def test_everybody_is_counted_by_themselves(instance: Callable[..., SharedRate]) -> None:
    alone = instance()
    await let_through(alone, 200)
    assert await let_through(alone, 1) == 0
    assert await let_through(alone, 120, "ben") == 120


async def test_whoever_comes_seldom_is_never_told_of_and_others_once_in_a_lot(
    instance: Callable[..., SharedRate], tally: CountedTally
) -> None:
    alone = instance()
    await let_through(alone, 4)
    assert tally.asked == 0
    await let_through(alone, 96)
    assert tally.asked == 20
    await let_through(alone, 1000)
    assert tally.asked == 25


@pytest.mark.parametrize(("per_minute", "lot"), [(600.0, 30), (39.0, 1), (40.0, 2), (0.01, 1)])
def test_a_lot_is_a_twentieth_of_a_minute_and_one_request_at_least(
    instance: Callable[..., SharedRate], per_minute: float, lot: int
) -> None:
    assert instance(Rate("principal", 1, per_minute)).lot == lot


async def test_a_rate_without_bound_is_not_counted(instance: Callable[..., SharedRate], tally: CountedTally) -> None:
    assert await let_through(instance(Rate("principal", 1, float("inf"))), 1000) == 1000
    assert tally.asked == 0


async def test_what_cannot_be_counted_is_not_let_through(
    instance: Callable[..., SharedRate], database: Database
) -> None:
    alone = instance()
    with database.transaction() as writer:
        writer.execute("DROP TABLE tally")
    await let_through(alone, 4)
    with pytest.raises(StoreUnavailable):
        await alone.take("ada")
