"""What is popular is answered ahead: once a change has come to rest, within the money, and on from where it was cut."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.local.ledger import SqliteLedger
from infra.local.sqlite import Database
from shared.domain.access import PRECOMPUTING, Principal, labels_of
from shared.domain.answers import Answer, ModelEvent, Prompt, TextDelta, UsageReport
from shared.domain.documents import DocumentState
from shared.domain.errors import ContentBlocked, KnowledgeError, ModelUnavailable
from shared.domain.money import Budget, Money, Period, Price, TokenUsage
from shared.domain.roles import Role
from shared.money.accounts import GLOBAL
from shared.money.prices import PriceList
from shared.services import precomputing
from shared.services.ask import Asking
from shared.services.popularity import Popularity
from shared.services.precomputing import Precomputing
from shared.services.spend import SpendGate
from tests.security.archive import ARCHIVIST, BASE, SECRET, Archive, archive
from tests.workflow.shelf import Run, bytes_of

LIGHTS = "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n"
MORE = "# Keel\n\nThe Keel lighthouse was built by Ben Stroud in 1921.\n"
WHO, WHEN, WHERE = "Who built the Skerry lighthouse?", "When was the Skerry built?", "Where is the Skerry lighthouse?"
PEOPLE = [Principal("heron", user, labels_of(user), Role.USER) for user in ("ada", "ben", "cleo")]


@dataclass
class Model:
    """Says the same to everything, but fails at the questions it is told to fail at, or never ends."""

    name = "writer"
    asked: list[str] = field(default_factory=list)
    failures: dict[str, BaseException] = field(default_factory=dict)
    endless: set[str] = field(default_factory=set)

    async def ping(self) -> None:
        """Answer."""

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelEvent, None]:
        """Write."""
        self.asked.append(prompt.question)
        if failure := self.failures.get(prompt.question):
            raise failure
        if prompt.question in self.endless:
            await asyncio.Event().wait()
        yield TextDelta("Ada Quill built the Skerry lighthouse [1].")
        yield UsageReport(TokenUsage(100, 1000))


@dataclass(frozen=True)
class Room:
    """A house that counts, and what answers ahead in it."""

    house: Archive
    model: Model
    ask: Asking
    ahead: Precomputing

    async def asked(self, who: Principal, text: str, **options: Any) -> Answer:
        """Ask as somebody."""
        return await self.ask.answer(self.house.question(who, text, **options))

    async def popular(self, *texts: str) -> None:
        """Let one more person ask each question than the one after it, all of them two at least."""
        for place, text in enumerate(texts):
            for who in PEOPLE[: 3 if place == 0 else 2]:
                await self.asked(who, text)
        self.model.asked.clear()


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    model = Model()
    async with archive(tmp_path / "house", chat_model=model) as house:
        await house.add("lights.md", LIGHTS)
        yield furnished(house, model, house.services.ask.gate)


def furnished(house: Archive, model: Model, gate: SpendGate) -> Room:
    """Count what is asked, and pay through a gate."""
    services, ground = house.services, house.ground
    ask = replace(services.ask, gate=gate, popularity=Popularity(ground.personal.popular, 30, now))
    ahead = Precomputing(ground.catalog, ground.index, ground.graph, ground.personal.popular, ask, 20, 2000, now)
    return Room(house, model, ask, ahead)


def now() -> datetime:
    return datetime.now(UTC)


async def test_the_first_who_asks_after_a_change_is_answered_from_the_cache(room: Room) -> None:
    await room.popular(WHO, WHEN)
    await room.ahead.run()
    await room.house.add("more.md", MORE)
    assert await room.ahead.run() == 2
    assert room.model.asked == [WHO, WHEN]
    answer = await room.asked(PEOPLE[2], WHEN)
    assert (answer.cache_hit, answer.cache_level, answer.cost) == (True, "memory", Money())
    assert answer.version == await room.house.ground.index.version(BASE)


async def test_without_a_run_a_change_is_a_miss(room: Room) -> None:
    await room.popular(WHO)
    await room.house.add("more.md", MORE)
    assert not (await room.asked(PEOPLE[2], WHO)).cache_hit


async def test_a_base_that_did_not_change_is_left_alone_even_when_its_answers_are_gone(room: Room) -> None:
    await room.popular(WHO)
    assert await room.ahead.run() == 0  # what was asked is kept still
    await room.house.ground.cache.forget(BASE)
    assert await room.ahead.run() == 0
    assert room.model.asked == []


async def test_a_new_version_of_the_graph_is_a_change(room: Room) -> None:
    await room.popular(WHO)
    await room.ahead.run()
    await room.house.ground.graph.forget(BASE, (await room.house.ground.catalog.documents(BASE, 1))[0].id)
    await room.house.ground.graph.publish(BASE)
    await room.house.ground.cache.forget(BASE)
    assert await room.ahead.run() == 1


async def test_what_one_person_asks_is_not_answered_ahead(room: Room) -> None:
    for _ in range(3):
        await room.asked(PEOPLE[0], WHO)
    await room.house.add("more.md", MORE)
    assert await room.ahead.run() == 0


async def test_nothing_is_answered_while_a_document_is_being_read(room: Room) -> None:
    await room.popular(WHO)
    services = room.house.services
    job = await services.documents.upload(ARCHIVIST, BASE, "more.md", bytes_of(MORE.encode()))
    run = Run(services, job, MORE)
    while not run.is_over:
        document = await room.house.ground.catalog.document(BASE, job.document_id)
        assert document is not None
        if document.state is not DocumentState.READY:
            assert await room.ahead.run() == 0
        await run.step()
    assert await room.ahead.run() == 1


@pytest.mark.parametrize(("most", "answered"), [(1, [WHO]), (2, [WHO, WHEN]), (3, [WHO, WHEN, WHERE])])
async def test_no_more_are_answered_of_a_base_than_are_wanted(room: Room, most: int, answered: list[str]) -> None:
    await room.popular(WHO, WHERE, WHEN)
    await room.house.add("more.md", MORE)
    assert await replace(room.ahead, most=most).run() == len(answered)
    assert room.model.asked == answered


@pytest.mark.parametrize(("most", "runs"), [(1, [1, 1, 0]), (2, [2, 0, 0]), (3, [2, 0, 0])])
async def test_a_run_writes_no_more_than_its_bound_and_the_next_goes_on(
    room: Room, monkeypatch: pytest.MonkeyPatch, most: int, runs: list[int]
) -> None:
    monkeypatch.setattr(precomputing, "MOST_IN_A_RUN", most)
    await room.popular(WHO, WHEN)
    await room.house.add("more.md", MORE)
    assert [await room.ahead.run() for _ in runs] == runs
    assert room.model.asked == [WHO, WHEN]


async def test_a_run_that_is_cut_is_gone_on_with_and_pays_nothing_twice(room: Room) -> None:
    await room.popular(WHO, WHEN)
    await room.house.add("more.md", MORE)
    room.model.failures[WHEN] = asyncio.CancelledError()
    with pytest.raises(asyncio.CancelledError):
        await room.ahead.run()
    room.model.failures.clear()
    assert await room.ahead.run() == 1
    assert room.model.asked == [WHO, WHEN, WHEN]


async def test_a_model_that_is_away_is_asked_again_by_the_next_run(room: Room) -> None:
    await room.popular(WHO, WHEN)
    await room.house.add("more.md", MORE)
    room.model.failures[WHO] = ModelUnavailable("away")
    assert await room.ahead.run() == 0
    assert WHEN not in room.model.asked
    room.model.failures.clear()
    assert await room.ahead.run() == 2


@pytest.mark.parametrize("failure", [ContentBlocked("refused")])
async def test_a_question_that_is_refused_holds_up_no_other(room: Room, failure: KnowledgeError) -> None:
    await room.popular(WHO, WHEN)
    await room.house.add("more.md", MORE)
    room.model.failures[WHO] = failure
    assert await room.ahead.run() == 1
    room.model.asked.clear()
    assert await room.ahead.run() == 0
    assert room.model.asked == []


async def test_a_question_that_takes_too_long_holds_up_no_run(room: Room) -> None:
    await room.popular(WHO)
    await room.house.add("more.md", MORE)
    hurried = replace(room.ahead, seconds=0.0)
    assert await hurried.run() == 0
    assert await room.ahead.popular.answered(BASE) == await room.ahead.state(BASE)


async def test_a_question_that_a_model_does_not_finish_in_time_holds_up_no_other(room: Room) -> None:
    await room.popular(WHO, WHEN)
    await room.house.add("more.md", MORE)
    room.model.endless.add(WHO)
    await replace(room.ahead, seconds=2.0).run()
    assert await room.ahead.popular.answered(BASE) == await room.ahead.state(BASE)


async def test_an_answer_is_paid_by_the_tenant_and_a_spent_budget_ends_the_run(room: Room, tmp_path: Path) -> None:
    await room.popular(WHO, WHEN)
    await room.house.add("more.md", MORE)
    database = Database(tmp_path / "ledger.sqlite")
    # A call costs 1.1 dollars, and a little more is held for it: one fits, two do not.
    ledger = SqliteLedger(database, (Budget(GLOBAL, Period.DAILY, Money.of_usd(2)),))
    gate = SpendGate(ledger, PriceList({"writer": Price(1000.0, 1000.0)}))
    poor = furnished(room.house, room.model, gate)
    assert await poor.ahead.run() == 1
    calls = await ledger.settled(0, now().timestamp() + 1)
    assert [(each.tenant, each.user, each.feature, each.cost) for each in calls] == [
        ("heron", PRECOMPUTING, "chat", Money.of_usd(1.1))
    ]
    rich = furnished(room.house, room.model, room.ask.gate)
    room.model.asked.clear()
    assert await rich.ahead.run() == 1
    assert room.model.asked == [WHEN]
    database.close()


async def test_an_asker_who_comes_meanwhile_waits_for_the_same_answer(room: Room) -> None:
    await room.popular(WHO)
    await room.house.add("more.md", MORE)
    written, answer = await asyncio.gather(room.ahead.run(), room.asked(PEOPLE[0], WHO))
    assert room.model.asked == [WHO]
    assert written + (not answer.cache_hit) == 1


async def test_two_runs_at_once_write_each_answer_once(room: Room) -> None:
    await room.popular(WHO, WHEN)
    await room.house.add("more.md", MORE)
    assert sum(await asyncio.gather(room.ahead.run(), room.ahead.run())) == 2
    assert sorted(room.model.asked) == sorted([WHO, WHEN])


async def test_a_deleted_base_leaves_nothing_of_what_was_asked(room: Room) -> None:
    await room.popular(WHO)
    await room.ahead.run()
    popular = room.house.ground.personal.popular
    assert await popular.answered(BASE)
    await room.house.services.bases.delete(ARCHIVIST, BASE.id)
    assert list(await popular.latest(BASE, 10)) == []
    assert await popular.answered(BASE) == ""


async def test_whoever_sees_more_or_asks_elsewhere_gets_none_of_it_and_counts_for_none(room: Room) -> None:
    await room.popular(WHO)
    await room.house.add("secret.md", "# Skerry\n\nVictor Sable rebuilt the Skerry lighthouse.", SECRET)
    assert await room.ahead.run() == 1
    board = [replace(each, labels=each.labels | SECRET) for each in PEOPLE]
    stranger = replace(PEOPLE[0], tenant="stork")
    guest = replace(PEOPLE[0], role=Role.GUEST)
    only = replace(PEOPLE[0], labels=SECRET)
    for who in (board[0], stranger, guest, only):
        assert not (await room.asked(who, WHO)).cache_hit
    assert (await room.asked(PEOPLE[1], WHO)).cache_hit
    for who in board:
        await room.asked(who, WHERE)
    counted = await room.house.ground.personal.popular.latest(BASE, 100)
    assert WHERE not in {each.question.text for each in counted}
    answered = await room.asked(PEOPLE[0], WHO)
    assert {hit.document_name for hit in answered.hits} == {"lights.md"}
