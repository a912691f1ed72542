"""The contract of the ports Conversations, Messages, Expiring and Erasable."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.azure.cosmos.conversations import CosmosConversations
from infra.local.conversations import SqliteConversations
from infra.local.sqlite import Database
from shared.domain.conversations import Conversation, KeptSource, Message, Owner
from shared.domain.money import Money
from tests.contract.odd_names import ODD_NAMES
from tests.contract.state_grounds import GROUNDS, cosmos
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.virtual_clock import VirtualClock

ADA, BEN = Owner("heron", "ada"), Owner("heron", "ben")
DAYS = timedelta(days=30)
MOST = 100
ODD = "夜班 '\"; -- \x00 \u202e"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def now(clock: VirtualClock) -> Callable[[], datetime]:
    return lambda: datetime.fromtimestamp(clock(), UTC)


@pytest.fixture(params=GROUNDS)
async def store(
    request: pytest.FixtureRequest, clock: VirtualClock, now: Callable[[], datetime], tmp_path: Path
) -> AsyncIterator[Any]:
    if request.param == "sqlite":
        with closing(Database(tmp_path / "conversations.sqlite")) as database:
            yield SqliteConversations(database, now)
        return
    with CosmosServer(clock) as server:
        async with cosmos(server) as connection:
            yield CosmosConversations(connection)


def made(at: datetime, id: str = "one", owner: Owner = ADA, **more: Any) -> Conversation:
    return replace(Conversation(owner, id, "lights", "", at, at, at + DAYS), **more)


def said(at: datetime, number: int, **more: Any) -> Message:
    return replace(Message(number, "user", f"question {number}", at, at + DAYS, "lights"), **more)


async def test_a_conversation_comes_back_as_it_was_and_to_its_owner_alone(store: Any, now: Any) -> None:
    conversation = made(now(), title=ODD, base="基地")
    assert await store.start(conversation, MOST)
    assert await store.conversation(ADA, "one") == conversation
    for other in (BEN, Owner("stork", "ada"), Owner("heron.ada", "")):
        assert await store.conversation(other, "one") is None
        assert list(await store.conversations(other, 10)) == []
        assert list(await store.messages(other, "one", 10)) == []
        assert not await store.change(replace(conversation, owner=other), replace(conversation, owner=other))
        await store.remove(other, "one")
    assert await store.conversation(ADA, "one") == conversation


async def test_messages_come_back_as_they_were_page_by_page(store: Any, now: Any) -> None:
    conversation = made(now())
    answer = said(
        now(), 2, role="assistant", text=ODD, version=7, model="模型", tokens=12, cost=Money(2**52 + 1),
        confidence=0.25, sources=(KeptSource(1, "chunk", ODD, 0.5), KeptSource(2, "other", "", 1.0)), is_whole=False,
    )  # fmt: skip
    messages = [said(now(), 1), answer, *(said(now(), number) for number in range(3, 12))]
    await store.start(conversation, MOST)
    assert await store.change(replace(conversation, length=11), conversation, messages)
    assert list(await store.messages(ADA, "one", 3)) == messages[:3]
    assert list(await store.messages(ADA, "one", 50, after=3)) == messages[3:]
    assert list(await store.messages(ADA, "another", 50)) == []


async def test_the_conversation_changed_last_is_listed_first(store: Any, clock: VirtualClock, now: Any) -> None:
    for id in ("a", "b", "c", "d"):
        await store.start(made(now(), id), MOST)
        await clock.advance(1)
    await store.start(made(now(), "e", BEN), MOST)
    known = await store.conversation(ADA, "b")
    assert await store.change(replace(known, updated_at=now()), known)
    first = await store.conversations(ADA, 2)
    rest = await store.conversations(ADA, 2, first[-1].place)
    assert [each.id for each in (*first, *rest)] == ["b", "d", "c", "a"]
    assert list(await store.conversations(ADA, 2, rest[-1].place)) == []


async def test_more_than_a_page_of_the_service_is_listed_in_order(store: Any, now: Any) -> None:
    for number in range(120):
        await store.start(made(now(), f"{number:03}"), 200)
    assert [each.id for each in await store.conversations(ADA, 110)] == [f"{119 - at:03}" for at in range(110)]


async def test_no_more_are_started_than_one_may_have(store: Any, now: Any) -> None:
    assert [await store.start(made(now(), id), 2) for id in ("a", "b", "c")] == [True, True, False]
    assert await store.conversation(ADA, "c") is None
    assert await store.start(made(now(), "c", BEN), 2)
    await store.remove(ADA, "a")
    assert await store.start(made(now(), "c"), 2)


async def test_a_change_holds_with_its_messages_where_nobody_else_changed_it(store: Any, now: Any) -> None:
    known = made(now())
    await store.start(known, MOST)
    changes = [replace(known, title=f"title {number}", length=1) for number in range(6)]
    texts = [[said(now(), 1, text=each.title)] for each in changes]
    done = await asyncio.gather(*(store.change(each, known, text) for each, text in zip(changes, texts, strict=True)))
    assert sum(done) == 1
    (message,) = await store.messages(ADA, "one", 10)
    assert message.text == (await store.conversation(ADA, "one")).title == f"title {done.index(True)}"


async def test_a_conversation_that_was_removed_is_gone_with_its_messages(store: Any, now: Any) -> None:
    known, other = made(now()), made(now(), "two")
    for each in (known, other):
        await store.start(each, MOST)
        assert await store.change(replace(each, length=1), each, [said(now(), 1)])
    for _ in range(2):
        await store.remove(ADA, "one")
    assert await store.conversation(ADA, "one") is None
    assert list(await store.messages(ADA, "one", 10)) == []
    assert not await store.change(replace(known, length=2), replace(known, length=1), [said(now(), 2)])
    assert len(await store.messages(ADA, "two", 10)) == 1


async def test_an_owner_is_erased_and_nobody_else(store: Any, now: Any) -> None:
    for known in (made(now()), made(now(), "two"), made(now(), "one", BEN)):
        await store.start(known, MOST)
        assert await store.change(replace(known, length=1), known, [said(now(), 1)])
    for _ in range(2):
        await store.erase(ADA)
    assert list(await store.conversations(ADA, 10)) == []
    assert [list(await store.messages(ADA, id, 10)) for id in ("one", "two")] == [[], []]
    assert len(await store.messages(BEN, "one", 10)) == len(await store.conversations(BEN, 10)) == 1


async def test_what_is_over_its_time_is_gone(store: Any, clock: VirtualClock, now: Any) -> None:
    known = made(now())
    await store.start(known, 1)
    assert await store.change(replace(known, length=1), known, [said(now(), 1)])
    await clock.advance(DAYS.total_seconds() - 1)
    known = await store.conversation(ADA, "one")
    later = replace(known, length=2, updated_at=now(), expires_at=now() + DAYS)
    assert await store.change(later, known, [said(now(), 2)])
    assert [each.number for each in await store.messages(ADA, "one", 10)] == [1, 2]
    await clock.advance(1)
    assert [each.number for each in await store.messages(ADA, "one", 10)] == [2]
    assert await store.conversation(ADA, "one") == later
    await clock.advance(DAYS.total_seconds())
    assert await store.conversation(ADA, "one") is None
    assert list(await store.conversations(ADA, 10)) == []
    assert list(await store.messages(ADA, "one", 10)) == []
    assert not await store.change(replace(later, length=3), later)
    assert await store.start(made(now(), "two"), 1)


async def test_a_sweep_removes_what_is_over_its_time_and_nothing_else(
    clock: VirtualClock, now: Any, tmp_path: Path
) -> None:
    with closing(Database(tmp_path / "conversations.sqlite")) as database:
        store = SqliteConversations(database, now)
        old = made(now(), "old")
        await store.start(old, MOST)
        await store.change(replace(old, length=1), old, [said(now(), 1)])
        await clock.advance(1)
        await store.start(made(now(), "young"), MOST)
        await clock.advance(DAYS.total_seconds() - 1)
        assert [await store.sweep(), await store.sweep()] == [2, 0]
        assert await database.read("SELECT id FROM conversation", ()) != []
        assert await database.read("SELECT number FROM message", ()) == []


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_a_conversation_with_any_name_is_kept_and_found_literally(store: Any, now: Any, name: str) -> None:
    owner = Owner(name, name)
    odd = made(now(), name, owner, title=name, base=name)
    neighbour = made(now(), "neighbour", owner)
    assert await store.start(odd, MOST)
    assert await store.start(neighbour, MOST)
    message = said(now(), 1, text=name)
    assert await store.change(odd, odd, [message])
    assert await store.conversation(owner, name) == odd
    assert list(await store.messages(owner, name, 10)) == [message]
    await store.remove(owner, name)
    assert list(await store.conversations(owner, 10)) == [neighbour]
    assert list(await store.messages(owner, name, 10)) == []
