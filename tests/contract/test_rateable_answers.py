"""The contract of the port RateableAnswers."""

from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.azure.cosmos.rateable_answers import CosmosRateableAnswers
from infra.local.rateable_answers import SqliteRateableAnswers
from infra.local.sqlite import Database
from shared.domain.conversations import Owner
from shared.domain.feedback import RateableAnswer
from shared.ports.feedback import RateableAnswers
from tests.contract.odd_names import ODD_NAMES
from tests.contract.state_grounds import GROUNDS, cosmos
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.virtual_clock import VirtualClock

ADA, BEN = Owner("heron", "ada"), Owner("heron", "ben")
DAYS = timedelta(days=7)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture(params=GROUNDS)
async def store(request: pytest.FixtureRequest, clock: VirtualClock, tmp_path: Path) -> AsyncIterator[RateableAnswers]:
    if request.param == "sqlite":
        with closing(Database(tmp_path / "conversations.sqlite")) as database:
            yield SqliteRateableAnswers(database, lambda: datetime.fromtimestamp(clock(), UTC))
        return
    with CosmosServer(clock) as server:
        async with cosmos(server) as connection:
            yield CosmosRateableAnswers(connection)


def given(clock: VirtualClock, id: str = "one", **more: Any) -> RateableAnswer:
    at = datetime.fromtimestamp(clock(), UTC)
    return replace(RateableAnswer(ADA, id, "基地", 7, "模型", ("chunk a", "chunk b"), at, at + DAYS), **more)


async def test_an_answer_comes_back_as_it_was_and_to_whom_it_was_given_alone(
    store: RateableAnswers, clock: VirtualClock
) -> None:
    answer = given(clock)
    for _ in range(2):
        await store.note(answer)
    assert await store.answer(ADA, "one") == answer
    assert await store.answer(ADA, "two") is None
    for other in (BEN, Owner("stork", "ada")):
        assert (await store.answer(other, "one"), list(await store.answers(other))) == (None, [])


async def test_all_answers_of_somebody_are_listed_and_erased_and_no_others(
    store: RateableAnswers, clock: VirtualClock
) -> None:
    ids = [f"{number:04}" for number in range(103)]
    for id in reversed(ids):
        await store.note(given(clock, id))
    await store.note(given(clock, owner=BEN))
    assert [each.id for each in await store.answers(ADA)] == ids
    for _ in range(2):
        await store.erase(ADA)
    assert list(await store.answers(ADA)) == []
    assert [each.owner for each in await store.answers(BEN)] == [BEN]


async def test_what_is_over_its_time_is_gone(store: RateableAnswers, clock: VirtualClock) -> None:
    await store.note(given(clock))
    await clock.advance(DAYS.total_seconds() - 1)
    await store.note(given(clock, "two"))
    assert await store.answer(ADA, "one") is not None
    await clock.advance(1)
    assert await store.answer(ADA, "one") is None
    assert [each.id for each in await store.answers(ADA)] == ["two"]
    await store.sweep()
    assert [each.id for each in await store.answers(ADA)] == ["two"]


async def test_a_sweep_counts_what_it_removes(clock: VirtualClock, tmp_path: Path) -> None:
    with closing(Database(tmp_path / "conversations.sqlite")) as database:
        store = SqliteRateableAnswers(database, lambda: datetime.fromtimestamp(clock(), UTC))
        await store.note(given(clock))
        assert await store.sweep() == 0
        await clock.advance(DAYS.total_seconds())
        assert [await store.sweep(), await store.sweep()] == [1, 0]


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_an_answer_with_any_name_is_kept_and_found_literally(
    store: RateableAnswers, clock: VirtualClock, name: str
) -> None:
    owner = Owner(name, name)
    odd = given(clock, name, owner=owner, base=name)
    await store.note(odd)
    await store.note(given(clock, owner=Owner(name, "neighbour")))
    assert await store.answer(owner, name) == odd
    assert list(await store.answers(owner)) == [odd]
    await store.erase(owner)
    assert await store.answer(owner, name) is None
    assert len(await store.answers(Owner(name, "neighbour"))) == 1
