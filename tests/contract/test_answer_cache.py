"""The contract of AnswerCache."""

from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from infra.azure.cosmos.answer_cache import CosmosAnswerCache
from infra.local.answer_cache import MemoryAnswerCache
from infra.local.sqlite import Database
from infra.local.stored_answers import Bounds, SqliteAnswerCache
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import Answer, Citation, Hit, Question, QuestionClass, Timings, Turn
from shared.domain.caching import Holding
from shared.domain.documents import Chunk
from shared.domain.filters import DateRange, PassageFilter
from shared.domain.graph import EntityType
from shared.domain.money import Money, TokenUsage
from shared.ports.answer_cache import AnswerCache
from shared.services.answer_levels import AnswerLevels
from tests.contract.odd_names import ODD_NAMES
from tests.contract.state_grounds import cosmos
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.virtual_clock import VirtualClock

BASE = BaseKey("acme", "b1")
LABELS = frozenset({"everyone"})
QUESTION = Question(Principal("acme", "ana", LABELS), Scope(BASE, LABELS), "Who leads the plant?")
HIT = Hit(Chunk("c1", "d1", 3, "手册", ("Plants", "East"), "Lin Xiaoyan 🙂 leads it.", 2, 10, 33), "a/b?.md", 0.75)


async def got(cache: AnswerCache, question: Question, version: int) -> Answer | None:
    kept = await cache.get(question, version)
    return kept.answer if kept else None


def answer(text: str = "Lin Xiaoyan [1]") -> Answer:
    return Answer(text, (), (), (), 1.0, "extractive")


def on_sqlite(database: Database, seconds: int, clock: VirtualClock, *, layered: bool) -> AnswerCache:
    """Keep answers in a file, with memory before it or without."""
    stored = SqliteAnswerCache(database, Bounds(seconds, 10), "house", clock)
    return AnswerLevels(MemoryAnswerCache(seconds, 10, clock=clock), stored) if layered else stored


Opening = Callable[[int], AnswerCache]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture(params=("memory", "sqlite", "levels", "azure"))
async def opened(request: pytest.FixtureRequest, clock: VirtualClock, tmp_path: Path) -> AsyncIterator[Opening]:
    """How a cache is opened that keeps answers for so many seconds."""
    if request.param == "memory":
        yield lambda seconds: MemoryAnswerCache(seconds, entries=10, clock=clock)
        return
    if request.param in ("sqlite", "levels"):
        with closing(Database(tmp_path / "answers.sqlite")) as database:
            yield lambda seconds: on_sqlite(database, seconds, clock, layered=request.param == "levels")
        return
    with CosmosServer(clock) as server:
        async with cosmos(server) as connection:
            yield lambda seconds: CosmosAnswerCache(connection, seconds, "house", clock)


@pytest.fixture
def cache(opened: Opening) -> AnswerCache:
    return opened(60)


async def test_the_same_question_at_the_same_version_gets_the_kept_answer(cache: AnswerCache) -> None:
    await cache.keep(QUESTION, 4, answer())
    assert await got(cache, QUESTION, 4) == answer()


async def test_an_answer_comes_back_with_everything_in_it(cache: AnswerCache) -> None:
    whole = Answer(
        "Lin Xiaoyan [1]", (Citation(1, HIT, "leads it"),), (HIT,), ("Lin Xiaoyan",), 0.5, "gpt-5-mini",
        TokenUsage(100, 20, 10, 5), Money(123_456_789), Timings(1.5, 2.0, 4.0), True, ("graph",), 2, 1,
        QuestionClass("comparison", "complex", "global"), True,
    )  # fmt: skip
    await cache.keep(QUESTION, 4, whole)
    assert await got(cache, QUESTION, 4) == whole


OTHERS = [
    replace(QUESTION, text="Who leads the works?"),
    replace(QUESTION, principal=Principal("other", "ana", LABELS)),
    replace(QUESTION, scope=Scope(BaseKey("acme", "b2"), LABELS)),
    replace(QUESTION, scope=Scope(BaseKey("other", "b1"), LABELS)),
    replace(QUESTION, scope=Scope(BASE, LABELS | {"board"})),
    replace(QUESTION, history=(Turn("user", "Hello"),)),
    replace(QUESTION, top_k=9),
    replace(QUESTION, temperature=0.5),
    replace(QUESTION, use_graph=False),
    replace(QUESTION, mode="ultimate"),
    replace(QUESTION, maximum_output_tokens=5),
    replace(QUESTION, style="Rhyme."),
    replace(QUESTION, priority="cost"),
    replace(QUESTION, use_compression=True),
    replace(QUESTION, compression_ratio=0.4),
    replace(QUESTION, use_self_rag=True),
    replace(QUESTION, use_community_reports=False),
    replace(QUESTION, use_query_rewriting=True),
    replace(QUESTION, use_query_expansion=True),
    replace(QUESTION, use_rerank=True),
    replace(QUESTION, use_meaning=False),
    replace(QUESTION, filters=PassageFilter(frozenset({EntityType.PERSON}))),
    replace(QUESTION, filters=PassageFilter(dates=DateRange(date(2025, 8, 14)))),
]


def test_every_field_of_a_question_is_tried() -> None:
    tried = {
        each.name
        for each in fields(Question)
        for other in OTHERS
        if getattr(other, each.name) != getattr(QUESTION, each.name)
    }
    assert tried == {each.name for each in fields(Question)} - {"use_cache"}


@pytest.mark.parametrize("other", OTHERS)
async def test_whatever_may_change_an_answer_is_part_of_its_key(cache: AnswerCache, other: Question) -> None:
    await cache.keep(QUESTION, 4, answer())
    assert await got(cache, other, 4) is None


async def test_a_changed_base_has_no_old_answers(cache: AnswerCache) -> None:
    await cache.keep(QUESTION, 4, answer())
    assert await got(cache, QUESTION, 5) is None


async def test_users_of_one_tenant_with_the_same_scope_share_an_answer(cache: AnswerCache) -> None:
    await cache.keep(QUESTION, 4, answer())
    for labels in (LABELS, LABELS | {"user:bo"}):
        assert await got(cache, replace(QUESTION, principal=Principal("acme", "bo", labels)), 4) == answer()


async def test_an_answer_lives_until_its_time_is_over_and_no_longer(cache: AnswerCache, clock: VirtualClock) -> None:
    await cache.keep(QUESTION, 4, answer())
    await clock.advance(59.9)
    assert await got(cache, QUESTION, 4) is not None
    await clock.advance(0.1)
    assert await got(cache, QUESTION, 4) is None


async def test_keeping_an_answer_again_replaces_it(cache: AnswerCache) -> None:
    for text in ("old", "new"):
        await cache.keep(QUESTION, 1, answer(text))
    assert await got(cache, QUESTION, 1) == answer("new")


async def test_a_cache_of_no_time_keeps_nothing(opened: Opening) -> None:
    cache = opened(0)
    await cache.keep(QUESTION, 1, answer())
    assert await got(cache, QUESTION, 1) is None


async def test_forgetting_a_base_drops_its_answers_and_no_others(cache: AnswerCache) -> None:
    other = replace(QUESTION, scope=Scope(BaseKey("other", "b1"), LABELS))
    await cache.keep(QUESTION, 1, answer())
    await cache.keep(other, 1, answer())
    await cache.forget(BASE)
    assert await got(cache, QUESTION, 1) is None
    assert await got(cache, other, 1) is not None


async def test_an_answer_is_kept_no_longer_than_it_had_left_elsewhere(cache: AnswerCache, clock: VirtualClock) -> None:
    await cache.keep(QUESTION, 1, answer(), 20)
    await clock.advance(5)
    kept = await cache.get(QUESTION, 1)
    assert kept
    assert kept.seconds == pytest.approx(15)
    await clock.advance(15)
    assert await cache.get(QUESTION, 1) is None


async def test_what_is_held_is_told_by_base(cache: AnswerCache) -> None:
    other = replace(QUESTION, scope=Scope(BaseKey("other", "b1"), LABELS))
    for question in (QUESTION, replace(QUESTION, text="Why?"), other):
        await cache.keep(question, 1, answer())
    held = await cache.holding([BASE])
    assert held.entries == 2
    assert held.bytes == 2 * (await cache.holding([other.scope.base])).bytes > 0
    assert await cache.holding([]) == await cache.holding([BaseKey("acme", "nowhere")]) == Holding()


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_an_answer_of_any_base_is_kept_and_found_literally(cache: AnswerCache, name: str) -> None:
    base = BaseKey(name, name)
    labels = frozenset({name})
    odd = replace(QUESTION, principal=Principal(name, name, labels), scope=Scope(base, labels), text=name)
    await cache.keep(odd, 1, answer(name))
    await cache.keep(QUESTION, 1, answer())
    assert await got(cache, odd, 1) == answer(name)
    await cache.forget(base)
    assert await got(cache, odd, 1) is None
    assert await got(cache, QUESTION, 1) == answer()
