"""The bounds of the answer cache that lives in the memory of one process."""

from dataclasses import replace

import pytest

from infra.local.answer_cache import MemoryAnswerCache
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import Answer, Hit, Question
from shared.domain.documents import Chunk
from shared.ports.answer_cache import AnswerCache
from tests.fakes.virtual_clock import VirtualClock

LABELS = frozenset({"everyone"})
QUESTION = Question(Principal("acme", "ana", LABELS), Scope(BaseKey("acme", "b1"), LABELS), "Who leads the plant?")
CHUNK = Chunk("c1", "d1", 0, "", (), "x" * 90, 1, 0, 90)


async def got(cache: AnswerCache, question: Question, version: int) -> Answer | None:
    kept = await cache.get(question, version)
    return kept.answer if kept else None


def answer(text: str = "Lin Xiaoyan [1]") -> Answer:
    return Answer(text, (), (), (), 1.0, "extractive")


def asked(text: str) -> Question:
    return replace(QUESTION, text=text)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def cache(clock: VirtualClock) -> MemoryAnswerCache:
    return MemoryAnswerCache(seconds=60, entries=3, clock=clock)


async def test_the_least_recently_used_answer_goes_first(cache: MemoryAnswerCache) -> None:
    for text in "abc":
        await cache.keep(asked(text), 1, answer())
    await cache.get(asked("a"), 1)
    await cache.keep(asked("d"), 1, answer())
    assert [await got(cache, asked(text), 1) is not None for text in "abcd"] == [True, False, True, True]


async def test_keeping_an_answer_again_replaces_it_and_takes_no_second_place(cache: MemoryAnswerCache) -> None:
    for text in "abcc":
        await cache.keep(asked(text), 1, answer())
    await cache.keep(asked("c"), 1, answer("new"))
    assert [await got(cache, asked(text), 1) for text in "abc"] == [answer(), answer(), answer("new")]


async def test_the_text_of_all_answers_and_hits_together_is_bounded(clock: VirtualClock) -> None:
    cache = MemoryAnswerCache(60, 100, characters=200, clock=clock)
    large = replace(answer("y" * 9), hits=(Hit(CHUNK, "d", 1.0),))  # 9 + 1 + 90 characters
    for text in "ab":
        await cache.keep(asked(text), 1, large)
    assert await got(cache, asked("a"), 1) is not None
    await cache.keep(asked("c"), 1, answer("z"))
    assert [await got(cache, asked(text), 1) is not None for text in "abc"] == [True, False, True]


@pytest.mark.parametrize(("characters", "kept"), [(4, False), (5, True)])
async def test_an_answer_that_never_fits_is_not_kept(clock: VirtualClock, characters: int, kept: bool) -> None:
    cache = MemoryAnswerCache(60, 100, characters=characters, clock=clock)
    await cache.keep(QUESTION, 1, answer("12345"))
    assert (await got(cache, QUESTION, 1) is not None) == kept


@pytest.mark.parametrize(("seconds", "entries"), [(0, 10), (60, 0)])
async def test_a_cache_of_no_time_or_no_places_keeps_nothing(clock: VirtualClock, seconds: float, entries: int) -> None:
    cache = MemoryAnswerCache(seconds, entries, clock=clock)
    await cache.keep(QUESTION, 1, answer())
    assert await got(cache, QUESTION, 1) is None
