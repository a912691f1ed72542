"""The contract of the port PopularStore."""

from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.azure.cosmos.popular import CosmosPopular
from infra.local.popular import SqlitePopular
from infra.local.sqlite import Database
from infra.question_json import PLAIN, json_of, question_of
from shared.domain.access import EVERYONE, BaseKey, Principal, Scope
from shared.domain.answers import Question
from shared.domain.conversations import Owner
from shared.domain.popular import Asked
from shared.ports.popular import PopularStore
from tests.contract.odd_names import ODD_NAMES
from tests.contract.state_grounds import GROUNDS, cosmos
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.virtual_clock import VirtualClock

ADA, BEN = Owner("heron", "ada"), Owner("heron", "ben")
BASE, OTHER = BaseKey("heron", "基地"), BaseKey("heron", "other")
DAYS = timedelta(days=30)
ODD = "谁建了 '\"; -- 灯塔 🙂?"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture(params=GROUNDS)
async def store(request: pytest.FixtureRequest, clock: VirtualClock, tmp_path: Path) -> AsyncIterator[PopularStore]:
    if request.param == "sqlite":
        with closing(Database(tmp_path / "conversations.sqlite")) as database:
            yield SqlitePopular(database, lambda: datetime.fromtimestamp(clock(), UTC))
        return
    with CosmosServer(clock) as server:
        async with cosmos(server) as connection:
            yield CosmosPopular(connection)


def question(text: str = ODD, base: BaseKey = BASE, **options: Any) -> Question:
    return Question(Principal(base.tenant, ""), Scope(base, frozenset({EVERYONE})), text, **options)


def asked(clock: VirtualClock, owner: Owner = ADA, of: Question | None = None) -> Asked:
    at = datetime.fromtimestamp(clock(), UTC)
    return Asked(owner, of or question(base=BaseKey(owner.tenant, BASE.id)), at, at + DAYS)


async def test_what_was_asked_comes_back_with_every_option(store: PopularStore, clock: VirtualClock) -> None:
    kept = asked(clock, of=question(top_k=3, temperature=0.5, mode="ultimate", priority="small", use_rerank=True))
    await store.count(kept)
    assert list(await store.latest(BASE, 10)) == list(await store.asked_by(ADA)) == [kept]
    for base in (OTHER, BaseKey("stork", BASE.id)):
        assert list(await store.latest(base, 10)) == []
    for owner in (BEN, Owner("stork", "ada")):
        assert list(await store.asked_by(owner)) == []


async def test_asking_again_counts_once_and_as_the_latest(store: PopularStore, clock: VirtualClock) -> None:
    first = asked(clock)
    await store.count(first)
    await clock.advance(60)
    await store.count(asked(clock, BEN))
    await clock.advance(60)
    await store.count(again := asked(clock))
    await store.count(again)
    assert [(each.owner, each.at) for each in await store.latest(BASE, 10)] == [
        (ADA, again.at), (BEN, first.at + timedelta(seconds=60))
    ]  # fmt: skip


async def test_questions_with_other_options_are_others(store: PopularStore, clock: VirtualClock) -> None:
    for of in (question(), question(top_k=9), question(use_graph=False)):
        await store.count(asked(clock, of=of))
    assert len(await store.latest(BASE, 10)) == 3


async def test_the_latest_come_first_and_not_more_than_are_wanted(store: PopularStore, clock: VirtualClock) -> None:
    for number in range(130):
        await store.count(asked(clock, of=question(f"Question {number}?")))
        await clock.advance(1)
    wanted = [f"Question {number}?" for number in reversed(range(130))]
    assert [each.question.text for each in await store.latest(BASE, 120)] == wanted[:120]
    assert [each.question.text for each in await store.latest(BASE, 500)] == wanted
    assert [each.question.text for each in await store.asked_by(ADA)] == wanted


async def test_what_somebody_asked_is_erased_in_every_base_and_nothing_else(
    store: PopularStore, clock: VirtualClock
) -> None:
    for each in (asked(clock), asked(clock, of=question(base=OTHER)), asked(clock, BEN)):
        await store.count(each)
    foreign = asked(clock, Owner("stork", "ada"))
    await store.count(foreign)
    await store.note_answered(BASE, "1.1")
    for _ in range(2):
        await store.erase(ADA)
    assert [await store.asked_by(ADA), await store.latest(OTHER, 10)] == [[], []]
    assert [each.owner for each in await store.latest(BASE, 10)] == [BEN]
    assert list(await store.asked_by(foreign.owner)) == [foreign]
    assert await store.answered(BASE) == "1.1"


async def test_what_is_kept_of_a_base_goes_with_it(store: PopularStore, clock: VirtualClock) -> None:
    await store.count(asked(clock))
    await store.count(elsewhere := asked(clock, of=question(base=OTHER)))
    for base in (BASE, OTHER):
        await store.note_answered(base, "7.2")
    for _ in range(2):
        await store.forget(BASE)
    assert list(await store.latest(BASE, 10)) == []
    assert list(await store.asked_by(ADA)) == [elsewhere]
    assert [await store.answered(base) for base in (BASE, OTHER)] == ["", "7.2"]


async def test_the_state_that_was_noted_last_counts(store: PopularStore) -> None:
    assert await store.answered(BASE) == ""
    for state in ("3.1", "4.1"):
        await store.note_answered(BASE, state)
    assert await store.answered(BASE) == "4.1"
    assert list(await store.latest(BASE, 10)) == []


async def test_what_is_over_its_time_is_gone(store: PopularStore, clock: VirtualClock) -> None:
    await store.count(asked(clock))
    await clock.advance(DAYS.total_seconds() - 1)
    await store.count(asked(clock, BEN))
    assert len(await store.latest(BASE, 10)) == 2
    await clock.advance(1)
    assert [each.owner for each in await store.latest(BASE, 10)] == [BEN]
    assert list(await store.asked_by(ADA)) == []
    await store.sweep()
    assert [each.owner for each in await store.latest(BASE, 10)] == [BEN]


async def test_a_sweep_counts_what_it_removes(clock: VirtualClock, tmp_path: Path) -> None:
    with closing(Database(tmp_path / "conversations.sqlite")) as database:
        store = SqlitePopular(database, lambda: datetime.fromtimestamp(clock(), UTC))
        await store.count(asked(clock))
        assert await store.sweep() == 0
        await clock.advance(DAYS.total_seconds())
        assert [await store.sweep(), await store.sweep()] == [1, 0]


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_a_question_with_any_name_is_kept_and_found_literally(
    store: PopularStore, clock: VirtualClock, name: str
) -> None:
    owner, base = Owner(name, name), BaseKey(name, name)
    await store.count(odd := asked(clock, owner, question(name, base)))
    await store.count(asked(clock, Owner(name, "neighbour"), question("Who?", BaseKey(name, "lights"))))
    assert list(await store.latest(base, 10)) == list(await store.asked_by(owner)) == [odd]
    await store.erase(owner)
    assert list(await store.latest(base, 10)) == []


def test_every_field_of_a_question_is_written_or_the_same_for_all() -> None:
    same = {"principal", "scope", "history", "filters", "style", "use_cache"}
    assert {*PLAIN, *same} == {each.name for each in fields(Question)}
    assert all(isinstance(value, str | int | float | bool) for value in json_of(question()).values())


def test_a_question_of_another_version_is_read_with_the_options_that_are_known() -> None:
    written = json_of(question(top_k=3))
    del written["mode"]
    assert question_of(BASE, {**written, "use_telepathy": True}) == replace(question(top_k=3), mode="balanced")
