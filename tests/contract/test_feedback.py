"""The contract of the port FeedbackStore."""

from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.azure.cosmos.feedback import CosmosFeedback
from infra.local.feedback import SqliteFeedback
from infra.local.sqlite import Database
from shared.domain.conversations import Owner
from shared.domain.feedback import Feedback, FeedbackCount, Rating
from shared.ports.feedback import FeedbackStore
from tests.contract.odd_names import ODD_NAMES
from tests.contract.state_grounds import GROUNDS, cosmos
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.virtual_clock import VirtualClock

ADA, BEN = Owner("heron", "ada"), Owner("heron", "ben")
DAYS = timedelta(days=30)
ODD = "夜班 '\"; --"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture(params=GROUNDS)
async def store(request: pytest.FixtureRequest, clock: VirtualClock, tmp_path: Path) -> AsyncIterator[FeedbackStore]:
    if request.param == "sqlite":
        with closing(Database(tmp_path / "conversations.sqlite")) as database:
            yield SqliteFeedback(database, lambda: datetime.fromtimestamp(clock(), UTC))
        return
    with CosmosServer(clock) as server:
        async with cosmos(server) as connection:
            yield CosmosFeedback(connection)


def said(clock: VirtualClock, number: int = 2, **more: Any) -> Feedback:
    at = datetime.fromtimestamp(clock(), UTC)
    plain = Feedback(
        ADA, "one", number, Rating.UP, ODD, "", "基地", 7, "模型", ("chunk a", "chunk b"), at, at + DAYS
    )  # fmt: skip
    return replace(plain, **more)


async def test_feedback_comes_back_as_it_was_given_and_to_its_giver_alone(
    store: FeedbackStore, clock: VirtualClock
) -> None:
    feedback = said(clock, correction=ODD)
    await store.keep(feedback)
    assert list(await store.given(ADA)) == list(await store.given(ADA, "one")) == [feedback]
    assert list(await store.given(ADA, "two")) == []
    for other in (BEN, Owner("stork", "ada")):
        assert list(await store.given(other)) == []


async def test_the_last_word_on_an_answer_counts(store: FeedbackStore, clock: VirtualClock) -> None:
    await store.keep(said(clock))
    changed = said(clock, rating=Rating.DOWN, comment="")
    await store.keep(changed)
    assert list(await store.given(ADA)) == [changed]
    assert list(await store.counts("heron")) == [FeedbackCount("基地", down=1)]


async def test_feedback_is_counted_by_base_within_a_tenant(store: FeedbackStore, clock: VirtualClock) -> None:
    for number in range(1, 103):
        await store.keep(said(clock, number))
    await store.keep(said(clock, owner=BEN, rating=Rating.DOWN, comment="", correction="no"))
    await store.keep(said(clock, conversation_id="two", base="b"))
    await store.keep(said(clock, owner=Owner("stork", "ada"), base="c"))
    assert list(await store.counts("heron")) == [
        FeedbackCount("b", up=1, comments=1), FeedbackCount("基地", 102, 1, 102, 1)
    ]  # fmt: skip
    assert [each.number for each in await store.given(ADA, "one")] == list(range(1, 103))


async def test_what_somebody_said_is_erased_and_nothing_else(store: FeedbackStore, clock: VirtualClock) -> None:
    for each in (said(clock), said(clock, 4), said(clock, owner=BEN)):
        await store.keep(each)
    for _ in range(2):
        await store.erase(ADA)
    assert list(await store.given(ADA)) == []
    assert len(await store.given(BEN)) == 1


async def test_what_is_over_its_time_is_gone(store: FeedbackStore, clock: VirtualClock) -> None:
    await store.keep(said(clock))
    await clock.advance(DAYS.total_seconds() - 1)
    await store.keep(said(clock, 4))
    assert len(await store.given(ADA)) == 2
    await clock.advance(1)
    assert [each.number for each in await store.given(ADA)] == [4]
    assert list(await store.counts("heron")) == [FeedbackCount("基地", up=1, comments=1)]
    await store.sweep()
    assert [each.number for each in await store.given(ADA)] == [4]


async def test_a_sweep_counts_what_it_removes(clock: VirtualClock, tmp_path: Path) -> None:
    with closing(Database(tmp_path / "conversations.sqlite")) as database:
        store = SqliteFeedback(database, lambda: datetime.fromtimestamp(clock(), UTC))
        await store.keep(said(clock))
        assert await store.sweep() == 0
        await clock.advance(DAYS.total_seconds())
        assert [await store.sweep(), await store.sweep()] == [1, 0]


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_feedback_with_any_name_is_kept_and_found_literally(
    store: FeedbackStore, clock: VirtualClock, name: str
) -> None:
    owner = Owner(name, name)
    odd = said(clock, owner=owner, conversation_id=name, base=name, comment=name)
    await store.keep(odd)
    await store.keep(said(clock, owner=Owner(name, "neighbour"), base="lights"))
    assert list(await store.given(owner)) == list(await store.given(owner, name)) == [odd]
    assert {each.base for each in await store.counts(name)} == {name, "lights"}
    await store.erase(owner)
    assert list(await store.given(owner)) == []
    assert {each.base for each in await store.counts(name)} == {"lights"}
