"""The contract of AnswerCache."""

from dataclasses import replace

import pytest

from infra.local.answer_cache import MemoryAnswerCache
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import Answer, Hit, Question, Turn
from shared.domain.documents import Chunk
from tests.fakes.virtual_clock import VirtualClock

BASE = BaseKey("acme", "b1")
LABELS = frozenset({"everyone"})
QUESTION = Question(Principal("acme", "ana", LABELS), Scope(BASE, LABELS), "Who leads the plant?")
CHUNK = Chunk("c1", "d1", 0, "", (), "x" * 90, 1, 0, 90)


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


async def test_the_same_question_at_the_same_version_gets_the_kept_answer(cache: MemoryAnswerCache) -> None:
    await cache.keep(QUESTION, 4, answer())
    assert await cache.get(QUESTION, 4) == answer()


@pytest.mark.parametrize(
    "other",
    [
        replace(QUESTION, text="Who leads the works?"),
        replace(QUESTION, principal=Principal("other", "ana", LABELS)),
        replace(QUESTION, principal=Principal("acme", "ana", LABELS | {"board"})),
        replace(QUESTION, scope=Scope(BaseKey("acme", "b2"), LABELS)),
        replace(QUESTION, scope=Scope(BaseKey("other", "b1"), LABELS)),
        replace(QUESTION, scope=Scope(BASE, LABELS | {"board"})),
        replace(QUESTION, history=(Turn("user", "Hello"),)),
        replace(QUESTION, top_k=9),
        replace(QUESTION, temperature=0.5),
        replace(QUESTION, use_graph=False),
    ],
)
async def test_whatever_may_change_an_answer_is_part_of_its_key(cache: MemoryAnswerCache, other: Question) -> None:
    await cache.keep(QUESTION, 4, answer())
    assert await cache.get(other, 4) is None


async def test_a_changed_base_has_no_old_answers(cache: MemoryAnswerCache) -> None:
    await cache.keep(QUESTION, 4, answer())
    assert await cache.get(QUESTION, 5) is None


async def test_users_of_one_tenant_with_the_same_labels_share_an_answer(cache: MemoryAnswerCache) -> None:
    await cache.keep(QUESTION, 4, answer())
    assert await cache.get(replace(QUESTION, principal=Principal("acme", "bo", LABELS)), 4) == answer()


async def test_an_answer_lives_until_its_time_is_over_and_no_longer(
    cache: MemoryAnswerCache, clock: VirtualClock
) -> None:
    await cache.keep(QUESTION, 4, answer())
    await clock.advance(59.9)
    assert await cache.get(QUESTION, 4) is not None
    await clock.advance(0.1)
    assert await cache.get(QUESTION, 4) is None


async def test_the_least_recently_used_answer_goes_first(cache: MemoryAnswerCache) -> None:
    for text in "abc":
        await cache.keep(asked(text), 1, answer())
    await cache.get(asked("a"), 1)
    await cache.keep(asked("d"), 1, answer())
    assert [await cache.get(asked(text), 1) is not None for text in "abcd"] == [True, False, True, True]


async def test_keeping_an_answer_again_replaces_it_and_takes_no_second_place(cache: MemoryAnswerCache) -> None:
    for text in "abcc":
        await cache.keep(asked(text), 1, answer())
    await cache.keep(asked("c"), 1, answer("new"))
    assert [await cache.get(asked(text), 1) for text in "abc"] == [answer(), answer(), answer("new")]


async def test_the_text_of_all_answers_and_hits_together_is_bounded(clock: VirtualClock) -> None:
    cache = MemoryAnswerCache(60, 100, characters=200, clock=clock)
    large = replace(answer("y" * 9), hits=(Hit(CHUNK, "d", 1.0),))  # 9 + 1 + 90 characters
    for text in "ab":
        await cache.keep(asked(text), 1, large)
    assert await cache.get(asked("a"), 1) is not None
    await cache.keep(asked("c"), 1, answer("z"))
    assert [await cache.get(asked(text), 1) is not None for text in "abc"] == [True, False, True]


@pytest.mark.parametrize(("characters", "kept"), [(4, False), (5, True)])
async def test_an_answer_that_never_fits_is_not_kept(clock: VirtualClock, characters: int, kept: bool) -> None:
    cache = MemoryAnswerCache(60, 100, characters=characters, clock=clock)
    await cache.keep(QUESTION, 1, answer("12345"))
    assert (await cache.get(QUESTION, 1) is not None) == kept


@pytest.mark.parametrize(("seconds", "entries"), [(0, 10), (60, 0)])
async def test_a_cache_of_no_time_or_no_places_keeps_nothing(clock: VirtualClock, seconds: float, entries: int) -> None:
    cache = MemoryAnswerCache(seconds, entries, clock=clock)
    await cache.keep(QUESTION, 1, answer())
    assert await cache.get(QUESTION, 1) is None


async def test_forgetting_a_base_drops_its_answers_and_no_others(cache: MemoryAnswerCache) -> None:
    other = replace(QUESTION, scope=Scope(BaseKey("other", "b1"), LABELS))
    await cache.keep(QUESTION, 1, answer())
    await cache.keep(other, 1, answer())
    await cache.forget(BASE)
    assert await cache.get(QUESTION, 1) is None
    assert await cache.get(other, 1) is not None
