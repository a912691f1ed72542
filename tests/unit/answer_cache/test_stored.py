"""The answer cache that outlives the process: its bounds, its restart, and what it does with others' answers."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from infra.local.sqlite import Database
from infra.local.stored_answers import Bounds, SqliteAnswerCache
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import Answer, Question
from tests.fakes.virtual_clock import VirtualClock

LABELS = frozenset({"everyone"})
BASE = BaseKey("acme", "b1")
QUESTION = Question(Principal("acme", "ana", LABELS), Scope(BASE, LABELS), "Who leads the plant?")
ANSWER = Answer("Lin Xiaoyan [1]", (), (), (), 1.0, "extractive")

FEW = Bounds(60, 3)

Opening = Callable[..., SqliteAnswerCache]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def opened(tmp_path: Path, clock: VirtualClock) -> Iterator[Opening]:
    """How the cache of one file is opened, and opened again."""
    with closing(Database(tmp_path / "knowledge.sqlite")) as database:
        yield lambda bounds=FEW, origin="house": SqliteAnswerCache(database, bounds, origin, clock)


def asked(text: str) -> Question:
    return replace(QUESTION, text=text)


async def there(cache: SqliteAnswerCache, texts: str) -> str:
    """Which of the questions have an answer."""
    return "".join([text for text in texts if await cache.get(asked(text), 1)])


async def test_an_answer_is_there_after_a_restart_and_ends_when_it_would_have(tmp_path: Path) -> None:
    clock = VirtualClock()
    for left in (60, 35, None):
        with closing(Database(tmp_path / "knowledge.sqlite")) as database:
            cache = SqliteAnswerCache(database, Bounds(60, 3), "house", clock)
            if left == 60:
                await cache.keep(QUESTION, 1, ANSWER)
            kept = await cache.get(QUESTION, 1)
            assert (kept and (kept.answer, round(kept.seconds))) == (left and (ANSWER, left))
        await clock.advance(25 if left == 60 else 35)


async def test_an_answer_of_other_models_is_not_found(opened: Opening) -> None:
    await opened().keep(QUESTION, 1, ANSWER)
    assert await opened(origin="other").get(QUESTION, 1) is None
    assert await opened().get(QUESTION, 1)


async def test_what_ends_soonest_goes_first_where_there_are_too_many(opened: Opening, clock: VirtualClock) -> None:
    cache = opened()
    for text in "abcd":
        await cache.keep(asked(text), 1, ANSWER)
        await clock.advance(1)
    assert await there(cache, "abcd") == "bcd"


async def test_the_bytes_of_all_answers_are_bounded(opened: Opening, clock: VirtualClock) -> None:
    await opened(Bounds(60, 10)).keep(asked("a"), 1, ANSWER)
    one = (await opened().holding([BASE])).bytes
    for most, kept in ((2 * one, "ab"), (2 * one - 1, "b"), (one - 1, "")):
        cache = opened(Bounds(60, 10, most))
        await cache.forget(BASE)
        for text in "ab":
            await cache.keep(asked(text), 1, ANSWER)
        assert await there(cache, "ab") == kept


async def test_what_has_ended_makes_room(opened: Opening, clock: VirtualClock) -> None:
    cache = opened(Bounds(60, 10))
    for text in "abc":
        await cache.keep(asked(text), 1, ANSWER)
    await clock.advance(60)
    await cache.keep(asked("d"), 1, ANSWER)
    assert (await cache.holding([BASE])).entries == 1


async def test_keeping_again_and_forgetting_leave_the_sums_right(opened: Opening) -> None:
    cache = opened()
    for text in "aaabcb":
        await cache.keep(asked(text), 1, ANSWER)
    assert await there(cache, "abc") == "abc"
    await cache.forget(BASE)
    for text in "def":
        await cache.keep(asked(text), 1, ANSWER)
    assert await there(cache, "abcdef") == "def"


@pytest.mark.parametrize("bounds", [Bounds(0, 3), Bounds(60, 0), Bounds(60, 3, 0)])
async def test_a_cache_of_no_time_no_places_or_no_bytes_keeps_nothing(opened: Opening, bounds: Bounds) -> None:
    cache = opened(bounds)
    await cache.keep(QUESTION, 1, ANSWER)
    assert await cache.get(QUESTION, 1) is None
    assert (await cache.holding([BASE])).entries == 0


async def test_text_that_no_utf8_can_hold_is_kept(opened: Opening) -> None:
    odd = replace(ANSWER, text="\ud800 half a character")
    await opened().keep(QUESTION, 1, odd)
    kept = await opened().get(QUESTION, 1)
    assert kept
    assert kept.answer == odd
