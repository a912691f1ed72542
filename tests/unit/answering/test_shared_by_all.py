"""Which questions may be counted and answered ahead."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shared.answering.shared_by_all import LONGEST, is_shared_by_all
from shared.domain.access import EVERYONE, BaseKey, Principal, Scope, background
from shared.domain.answers import Question, Turn
from shared.domain.filters import DateRange, PassageFilter
from shared.domain.graph import EntityType
from shared.domain.roles import Role

BASE = BaseKey("heron", "handbook")
ADA = Principal("heron", "ada", frozenset({EVERYONE, "user:ada"}), Role.USER)
PLAIN = Question(ADA, Scope(BASE, frozenset({EVERYONE})), "Who leads the plant?")


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"text": "x" * LONGEST},
        {"principal": replace(ADA, role=Role.ADMIN)},
        {"top_k": 3, "temperature": 1.0, "use_graph": False, "mode": "ultimate", "priority": "small"},
    ],
    ids="-".join,
)
def test_a_plain_question_of_what_all_may_read_is_counted(more: dict[str, Any]) -> None:
    assert is_shared_by_all(replace(PLAIN, **more))


@pytest.mark.parametrize(
    "more",
    [
        {"text": "x" * (LONGEST + 1)},
        {"history": (Turn("user", "Hello"),)},
        {"style": "Rhyme."},
        {"filters": PassageFilter(frozenset({EntityType.PERSON}))},
        {"filters": PassageFilter(dates=DateRange(date(2026, 1, 1)))},
        {"use_cache": False},
        {"scope": Scope(BASE, frozenset({EVERYONE, "group:board"}))},
        {"scope": Scope(BASE, frozenset({"group:board"}))},
        {"principal": replace(ADA, role=Role.GUEST)},
        {"principal": background("heron")},
    ],
    ids="-".join,
)
def test_what_is_somebodys_own_is_not_counted(more: dict[str, Any]) -> None:
    assert not is_shared_by_all(replace(PLAIN, **more))
