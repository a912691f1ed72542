"""Who is counted for which question, and how often that is written; and which questions are the popular ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.access import EVERYONE, BaseKey, Principal, Scope
from shared.domain.answer_key import same_for_all
from shared.domain.answers import Question
from shared.domain.conversations import Owner
from shared.domain.errors import StoreUnavailable
from shared.domain.popular import Asked, most_asked
from shared.domain.roles import Role
from shared.services import popularity
from shared.services.popularity import AGAIN, Popularity

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
BASE = BaseKey("heron", "handbook")
ADA = Principal("heron", "ada", frozenset({EVERYONE, "user:ada"}), Role.USER)
BEN = replace(ADA, user="ben", labels=frozenset({EVERYONE, "user:ben"}))
PLAIN = Question(ADA, Scope(BASE, frozenset({EVERYONE})), "Who leads the plant?")


@dataclass
class Store:
    """Remembers what it is to count, or is away."""

    counted: list[Asked] = field(default_factory=list)
    is_away: bool = False

    async def count(self, asked: Asked) -> None:
        """Count."""
        if self.is_away:
            raise StoreUnavailable("away")
        self.counted.append(asked)

    async def latest(self, base: BaseKey, limit: int) -> Sequence[Asked]:
        """Return what was counted."""
        return [each for each in self.counted if each.question.scope.base == base][:limit]

    async def asked_by(self, owner: Owner) -> Sequence[Asked]:
        """Return what was counted of somebody."""
        return [each for each in self.counted if each.owner == owner]

    async def forget(self, base: BaseKey) -> None:
        """Forget."""
        self.counted = [each for each in self.counted if each.question.scope.base != base]


@dataclass
class Clock:
    """Stands still until it is set."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.now


async def test_an_asker_is_counted_under_their_name_and_the_question_under_nobodys() -> None:
    store = Store()
    await Popularity(store, 30, Clock()).note(PLAIN)
    (asked,) = store.counted
    assert asked == Asked(Owner("heron", "ada"), same_for_all(PLAIN), NOW, NOW + timedelta(days=30))
    assert asked.question.principal == Principal("heron", "")


async def test_asking_again_is_written_once_an_hour() -> None:
    store, clock = Store(), Clock()
    counting = Popularity(store, 30, clock)
    for passed in (timedelta(0), AGAIN - timedelta(seconds=1), AGAIN):
        clock.now = NOW + passed
        await counting.note(PLAIN)
        await counting.note(replace(PLAIN, principal=BEN))
    assert [(each.owner.user, each.at) for each in store.counted] == [
        ("ada", NOW), ("ben", NOW), ("ada", NOW + AGAIN), ("ben", NOW + AGAIN)
    ]  # fmt: skip


async def test_what_is_somebodys_own_is_not_counted() -> None:
    store = Store()
    await Popularity(store, 30, Clock()).note(replace(PLAIN, scope=Scope(BASE, frozenset({EVERYONE, "group:crew"}))))
    assert store.counted == []


async def test_a_store_that_is_away_costs_no_answer_and_is_told_the_next_time() -> None:
    store = Store(is_away=True)
    counting = Popularity(store, 30, Clock())
    await counting.note(PLAIN)
    store.is_away = False
    await counting.note(PLAIN)
    assert len(store.counted) == 1


@pytest.mark.parametrize(("most", "written"), [(3, 3), (2, 6)])
async def test_what_was_written_lately_is_remembered_within_bounds(
    monkeypatch: pytest.MonkeyPatch, most: int, written: int
) -> None:
    monkeypatch.setattr(popularity, "MOST_REMEMBERED", most)
    store = Store()
    counting = Popularity(store, 30, Clock())
    for _ in range(2):
        for number in range(3):
            await counting.note(replace(PLAIN, text=f"Question {number}?"))
    assert len(store.counted) == written
    assert len(counting.lately) == most


def asked(text: str, user: str, minute: int = 0) -> Asked:
    at = NOW + timedelta(minutes=minute)
    return Asked(Owner("heron", user), same_for_all(replace(PLAIN, text=text)), at, at + timedelta(days=30))


def test_most_askers_come_first_then_the_latest_and_one_asker_is_none() -> None:
    of_three = [asked("three", user) for user in ("ada", "ben", "cleo")]
    earlier = [asked("earlier", user, minute) for user, minute in (("ada", 1), ("ben", 2))]
    later = [asked("later", user, minute) for user, minute in (("ada", 0), ("ben", 3))]
    alone = [asked("alone", "ada", minute) for minute in (5, 6, 7)]
    everything = [*alone, *earlier, *of_three, *later]
    assert [each.text for each in most_asked(everything, 10)] == ["three", "later", "earlier"]
    assert [each.text for each in most_asked(everything, 2)] == ["three", "later"]
    assert most_asked(everything, 0) == most_asked([], 5) == []


def test_the_same_words_with_other_options_are_another_question() -> None:
    first, second = asked("how", "ada"), asked("how", "ben")
    assert most_asked([first, replace(second, question=replace(second.question, top_k=3))], 5) == []
    assert most_asked([first, second], 5) == [first.question]
