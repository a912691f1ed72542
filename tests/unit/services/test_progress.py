"""Following documents: what a listener hears, how many may listen, and when it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.local.catalog import SqliteCatalog
from infra.local.sqlite import Database
from shared.domain.access import BaseKey, Principal
from shared.domain.documents import Document, DocumentState, KnowledgeBase, document_id
from shared.domain.errors import NotFound, RateLimited
from shared.domain.step_times import StepTimes
from shared.services import progress
from shared.services.knowledge_bases import KnowledgeBases
from shared.services.progress import LONGEST, OVERLAP, Listeners, Progress

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BASE = BaseKey("heron", "handbook")
ADA = Principal("heron", "ada")


class Scene:
    """A register, a clock that a pause moves, and the changes that happen during pauses."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(folder / "knowledge.sqlite")
        self.catalog = SqliteCatalog(self.database)
        self.now = NOW
        self.pauses: list[float] = []
        self.during: list[list[Document]] = []
        bases = KnowledgeBases(self.catalog, None, lambda: self.now)  # type: ignore[arg-type]
        self.progress = Progress(self.catalog, bases, lambda: self.now, wait=self.pause)

    async def pause(self, seconds: float) -> None:
        """Let time pass and the next changes happen."""
        await asyncio.sleep(0)
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)
        for each in self.during.pop(0) if self.during else []:
            await self.catalog.keep_document(each)

    async def heard(self, since: datetime = NOW, who: Principal = ADA) -> list[tuple[str, str]]:
        """Follow to the end and return names and states."""
        return [(each.name, each.state.value) async for each in self.progress.follow(who, BASE.id, since)]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    made = Scene(tmp_path)
    await made.catalog.create_base(KnowledgeBase(BASE, "Handbook", "", frozenset({"everyone"}), NOW))
    yield made
    made.database.close()


def document(name: str, state: str, seconds: float, *labels: str) -> Document:
    made = Document(BASE, document_id(BASE, name), name, '"1"', DocumentState(state), NOW, NOW)
    return replace(made, updated_at=NOW + timedelta(seconds=seconds), access=frozenset(labels or ("everyone",)))


async def test_every_change_is_told_once_and_in_order(scene: Scene) -> None:
    scene.during = [
        [document("a.md", "received", 0.1)],
        [document("a.md", "parsing", 0.7), document("b.md", "received", 0.6)],
        [],
        [document("a.md", "ready", 2.0)],
    ]
    assert await scene.heard() == [
        ("a.md", "received"), ("b.md", "received"), ("a.md", "parsing"), ("a.md", "ready"),
    ]  # fmt: skip


async def test_a_change_that_was_written_late_is_told_all_the_same(scene: Scene) -> None:
    late = OVERLAP.total_seconds() - 1
    scene.during = [[document("a.md", "ready", 10.0)], [document("b.md", "ready", 10.0 - late)]]
    assert await scene.heard() == [("a.md", "ready"), ("b.md", "ready")]


async def test_whoever_comes_back_hears_what_they_missed(scene: Scene) -> None:
    for name, seconds in (("old.md", -60.0), ("missed.md", -20.0)):
        await scene.catalog.keep_document(document(name, "ready", seconds))
    assert await scene.heard(NOW - timedelta(seconds=30)) == [("missed.md", "ready")]


async def test_nobody_hears_of_a_document_they_may_not_read(scene: Scene) -> None:
    scene.during = [[document("closed.md", "ready", 0.1, "group:board"), document("open.md", "ready", 0.2)]]
    assert await scene.heard() == [("open.md", "ready")]


async def test_the_stream_ends_when_the_base_is_closed_or_gone(scene: Scene) -> None:
    followed = scene.progress.follow(ADA, BASE.id, NOW)
    await scene.catalog.keep_document(document("a.md", "ready", 0.1))
    assert (await anext(followed)).name == "a.md"
    await scene.catalog.delete_base(BASE)
    with pytest.raises(NotFound):
        await anext(followed)
    assert not scene.progress.listeners.present


async def test_a_listener_is_served_for_a_while_and_looks_less_often_while_nothing_happens(scene: Scene) -> None:
    assert await scene.heard() == []
    assert scene.pauses[:5] == [1.0, 2.0, 4.0, 4.0, 4.0]
    assert LONGEST <= scene.now - NOW < LONGEST + timedelta(seconds=5)


async def test_more_changes_than_a_page_holds_are_all_told(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PAGE", 4)
    together = [document(f"{number}.md", "ready", 1.0 + number // 3) for number in range(10)]
    scene.during = [together]
    assert {name for name, _ in await scene.heard()} == {each.name for each in together}


async def test_there_are_only_so_many_listeners() -> None:
    listeners = Listeners(most=3, most_of_one=2)
    with listeners.place(ADA), listeners.place(ADA):
        with pytest.raises(RateLimited), listeners.place(ADA):
            pass
        with listeners.place(Principal("heron", "ben")), pytest.raises(RateLimited):
            listeners.check(Principal("stork", "cid"))
        listeners.check(Principal("stork", "cid"))
    assert not listeners.present


async def test_a_listener_that_leaves_gives_its_place_back(scene: Scene) -> None:
    await scene.catalog.keep_document(document("a.md", "ready", 0.1))
    async with aclosing(scene.progress.follow(ADA, BASE.id, NOW)) as followed:
        await anext(followed)
        assert scene.progress.listeners.present.total() == 1
    assert scene.progress.listeners.present.total() == 0


def test_time_is_put_down_to_the_step_it_was_spent_in() -> None:
    times = StepTimes().spent("received", 1).spent("parsing", 2).spent("indexing", 3).spent("indexing", 0.5)
    assert times == StepTimes(1, 2, 3.5)
    assert times.spent("graph", -1).spent("ready", 9) == times
    assert times.begun_anew() == StepTimes(received=1)


async def test_a_listener_who_is_sent_off_leaves_in_the_middle_of_a_pause(scene: Scene) -> None:
    pausing = asyncio.Event()

    async def endless(_: float) -> None:
        pausing.set()
        await asyncio.Event().wait()

    scene.progress = replace(scene.progress, wait=endless)
    listening = asyncio.ensure_future(scene.heard())
    async with asyncio.timeout(60):
        await pausing.wait()
        scene.progress.listeners.send_off()
        assert await listening == []
    assert not scene.progress.listeners.exits


async def test_a_pause_that_fails_ends_the_following(scene: Scene) -> None:
    async def failing(_: float) -> None:
        raise OSError("no clock")

    scene.progress = replace(scene.progress, wait=failing)
    with pytest.raises(OSError, match="no clock"):
        await scene.heard()
