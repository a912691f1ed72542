"""Calls of models within what they take in a minute."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.sqlite import Database
from infra.local.tally import SqliteTally
from shared.domain.access import Principal, background
from shared.domain.errors import BadSetting, RateLimited
from shared.domain.money import TokenUsage
from shared.domain.rates import ModelRate
from shared.money.prices import PriceList
from shared.services.model_pace import ModelPace
from shared.services.spend import SpendGate
from shared.setting_checks import model_rates_of
from shared.settings import Settings
from tests.fakes.virtual_clock import VirtualClock
from tests.unit.money.test_spend_gate import NotebookLedger
from tests.workflow.polling import until

ANA = Principal("acme", "ana")
MINUTE = 1_795_000_020.0
"""The beginning of a minute."""

SMALL, LARGE = TokenUsage(30, 10), TokenUsage(900, 200)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(MINUTE)


@pytest.fixture
def tally(tmp_path: Path) -> Iterator[SqliteTally]:
    database = Database(tmp_path / "tally.sqlite")
    yield SqliteTally(database)
    database.close()


def pace(tally: SqliteTally, clock: VirtualClock, requests: int | None, tokens: int | None) -> ModelPace:
    return ModelPace({"gpt": ModelRate(requests, tokens)}, tally, clock, clock.sleep)


async def joined(pace: ModelPace, usage: TokenUsage = SMALL, model: str = "gpt") -> int:
    """Return 0 where a call may be made, else the seconds until it may."""
    try:
        await pace.join(ANA, model, usage)
    except RateLimited as error:
        seconds: int = error.details["retry_after"]  # type: ignore[assignment]
        return seconds
    return 0


async def in_time(clock: VirtualClock, waiting: "asyncio.Task[None]") -> float:
    """Move the clock to wherever the task waits for, until it is done, and return when that was."""
    while not waiting.done():
        await asyncio.sleep(0.001)
        if clock.sleeping:
            await clock.advance(1)
    await waiting
    return clock.now


async def test_as_many_calls_are_made_as_a_minute_takes(tally: SqliteTally, clock: VirtualClock) -> None:
    models = pace(tally, clock, 2, None)
    assert [await joined(models) for _ in range(3)] == [0, 0, 60]
    clock.now += 57.9
    assert await joined(models) == 3
    clock.now = MINUTE + 60
    assert [await joined(models) for _ in range(3)] == [0, 0, 60]


async def test_tokens_have_a_bound_of_their_own(tally: SqliteTally, clock: VirtualClock) -> None:
    models = pace(tally, clock, None, 100)
    assert [await joined(models) for _ in range(3)] == [0, 0, 60]
    assert await joined(models, TokenUsage(20)) == 0


async def test_a_call_that_is_larger_than_a_minute_takes_a_whole_one(tally: SqliteTally, clock: VirtualClock) -> None:
    models = pace(tally, clock, None, 1000)
    assert [await joined(models, each) for each in (LARGE, SMALL)] == [0, 60]
    clock.now += 60
    assert [await joined(models, each) for each in (SMALL, LARGE)] == [0, 60]


async def test_instances_share_a_minute(tally: SqliteTally, clock: VirtualClock) -> None:
    instances = [pace(tally, clock, 3, None) for _ in range(2)]
    results = await asyncio.gather(*(joined(instances[n % 2]) for n in range(8)))
    assert sorted(results) == [0, 0, 0, *[60] * 5]


async def test_each_model_has_a_minute_of_its_own_and_one_that_is_not_named_any(
    tally: SqliteTally, clock: VirtualClock
) -> None:
    models = ModelPace({"gpt": ModelRate(1, 1), "small": ModelRate(1, None)}, tally, clock, clock.sleep)
    assert [await joined(models, model=name) for name in ("gpt", "small", "gpt", "small")] == [0, 0, 60, 60]
    assert [await joined(models, LARGE, "other") for _ in range(5)] == [0] * 5


async def test_who_comes_at_the_end_of_a_minute_waits_for_the_next(tally: SqliteTally, clock: VirtualClock) -> None:
    models = pace(tally, clock, 1, None)
    clock.now = MINUTE + 58
    await models.join(ANA, "gpt", SMALL)
    assert await in_time(clock, asyncio.create_task(models.join(ANA, "gpt", SMALL))) >= MINUTE + 60


async def test_who_waited_for_a_minute_that_is_full_at_once_is_told_of_the_next(
    tally: SqliteTally, clock: VirtualClock
) -> None:
    models = pace(tally, clock, 1, None)
    clock.now = MINUTE + 59
    assert await joined(models) == 0
    waiting = [asyncio.create_task(models.join(ANA, "gpt", SMALL)) for _ in range(2)]
    await until(lambda: clock.sleeping == 2)
    await clock.advance(1)
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert sum(result is None for result in results) == 1
    (refused,) = [result for result in results if isinstance(result, RateLimited)]
    assert refused.details["retry_after"] == 60


async def test_work_in_the_background_waits_for_its_turn(tally: SqliteTally, clock: VirtualClock) -> None:
    models = pace(tally, clock, 1, None)
    await models.join(ANA, "gpt", SMALL)
    work = asyncio.create_task(models.join(background("acme"), "gpt", SMALL))
    assert MINUTE + 60 <= await in_time(clock, work) < MINUTE + 120


async def test_work_in_the_background_does_not_wait_for_ever(tally: SqliteTally, clock: VirtualClock) -> None:
    models = pace(tally, clock, 1, None)
    for minute in reversed(range(10)):
        clock.now = MINUTE + 60 * minute
        await models.join(ANA, "gpt", SMALL)
    clock.now = MINUTE
    with pytest.raises(RateLimited):
        await in_time(clock, asyncio.create_task(models.join(background("acme"), "gpt", SMALL)))
    assert clock.now <= MINUTE + 6 * 60 + 1


async def test_a_call_that_finds_no_room_holds_no_money(tally: SqliteTally, clock: VirtualClock) -> None:
    ledger = NotebookLedger()
    gate = SpendGate(ledger, PriceList(), clock, pace=pace(tally, clock, 1, None))  # type: ignore[arg-type]
    async with gate.spend(ANA, "chat", "gpt", SMALL) as receipt:
        receipt.start()
    with pytest.raises(RateLimited):
        async with gate.spend(ANA, "chat", "gpt", SMALL):
            pytest.fail("the call happened")
    assert (len(ledger.settled), ledger.released) == (1, [ledger.reserved[1].id])


def test_rates_are_read_as_they_are_written() -> None:
    assert model_rates_of("") == {}
    assert model_rates_of(" gpt-5=60/100000  small=-/5 a=b=1/- ") == {
        "gpt-5": ModelRate(60, 100_000),
        "small": ModelRate(None, 5),
        "a=b": ModelRate(1, None),
    }


@pytest.mark.parametrize(
    "text",
    ["gpt", "gpt=1", "gpt=1/", "=1/1", "gpt=0/1", "gpt=1/0", "gpt=-1/1", "gpt=1/1.5", "gpt=1/1 gpt=2/2", "gpt=1/²"],
)
def test_a_rate_that_is_none_stops_the_start(text: str) -> None:
    with pytest.raises(BadSetting, match="MODEL_RATES"):
        Settings(model_rates=text)
