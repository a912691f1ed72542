"""Memory before the shared cache, and what is counted."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf

import pytest

from infra.local.answer_cache import MemoryAnswerCache
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import Answer, Question
from shared.domain.caching import CacheFigures, Holding, Kept, LevelFigures, Savings
from shared.domain.errors import StoreUnavailable
from shared.domain.money import Money, TokenUsage
from shared.services.answer_levels import AnswerLevels
from tests.fakes.virtual_clock import VirtualClock

LABELS = frozenset({"everyone"})
BASE = BaseKey("acme", "b1")
QUESTION = Question(Principal("acme", "ana", LABELS), Scope(BASE, LABELS), "Who leads the plant?")
FOREIGN = replace(QUESTION, principal=Principal("other", "eve", LABELS), scope=Scope(BaseKey("other", "b1"), LABELS))
ANSWER = Answer("Lin [1]", (), (), (), 1.0, "small", usage=TokenUsage(100, 20), cost=Money(5))


class Away:
    """A shared cache whose store is away."""

    async def get(self, question: Question, version: int) -> Kept | None:
        raise StoreUnavailable("away")

    async def keep(self, question: Question, version: int, answer: Answer, seconds: float = inf) -> None:
        raise StoreUnavailable("away")

    async def forget(self, base: BaseKey) -> None:
        raise StoreUnavailable("away")

    async def holding(self, bases: Sequence[BaseKey]) -> Holding:
        raise StoreUnavailable("away")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def far(clock: VirtualClock) -> MemoryAnswerCache:
    return MemoryAnswerCache(60, 10, clock=clock)


@pytest.fixture
def levels(far: MemoryAnswerCache, clock: VirtualClock) -> AnswerLevels:
    return AnswerLevels(MemoryAnswerCache(60, 10, clock=clock), far)


def counted(figures: CacheFigures) -> dict[str, int]:
    return {"misses": figures.misses, **{each.name: each.saved.hits for each in figures.levels}}


async def test_what_another_instance_kept_comes_from_the_shared_level_once(
    levels: AnswerLevels, far: MemoryAnswerCache
) -> None:
    await far.keep(QUESTION, 1, ANSWER)
    for _ in range(3):
        kept = await levels.get(QUESTION, 1)
        assert kept
        assert kept.answer == ANSWER
    assert counted(await levels.figures("acme", [BASE])) == {"misses": 0, "memory": 2, "shared": 1}


async def test_an_answer_does_not_live_longer_for_passing_through_memory(
    levels: AnswerLevels, far: MemoryAnswerCache, clock: VirtualClock
) -> None:
    await far.keep(QUESTION, 1, ANSWER)
    await clock.advance(59)
    assert await levels.get(QUESTION, 1)
    await clock.advance(1)
    assert await levels.get(QUESTION, 1) is None


async def test_a_forgotten_base_is_forgotten_on_both_levels(levels: AnswerLevels, far: MemoryAnswerCache) -> None:
    await levels.keep(QUESTION, 1, ANSWER)
    await levels.forget(BASE)
    assert await levels.get(QUESTION, 1) is None
    assert await far.get(QUESTION, 1) is None


async def test_savings_are_what_the_answer_cost_the_first_time(levels: AnswerLevels) -> None:
    await levels.get(QUESTION, 1)
    await levels.keep(QUESTION, 1, ANSWER)
    for _ in range(2):
        await levels.get(QUESTION, 1)
    figures = await levels.figures("acme", [BASE])
    held = Holding(1, len("Lin [1]"))
    assert figures.levels == (
        LevelFigures("memory", Savings(2, 240, Money(10)), held),
        LevelFigures("shared", Savings(), held),
    )
    assert figures.hit_rate == pytest.approx(2 / 3)


async def test_a_tenant_sees_its_own_figures_alone(levels: AnswerLevels) -> None:
    for question in (QUESTION, QUESTION, FOREIGN):
        await levels.get(question, 1)
    assert (await levels.figures("acme", [])).misses == 2
    assert (await levels.figures("other", [])).misses == 1
    assert (await levels.figures("third", [])).hit_rate == 0


async def test_a_shared_cache_that_is_away_costs_hits_and_no_answer(clock: VirtualClock) -> None:
    levels = AnswerLevels(MemoryAnswerCache(60, 10, clock=clock), Away())
    assert await levels.get(QUESTION, 1) is None
    await levels.keep(QUESTION, 1, ANSWER)
    assert await levels.get(QUESTION, 1)


async def test_what_cannot_be_forgotten_does_not_pass_for_forgotten(clock: VirtualClock) -> None:
    levels = AnswerLevels(MemoryAnswerCache(60, 10, clock=clock), Away())
    with pytest.raises(StoreUnavailable):
        await levels.forget(BASE)
