"""Answers that instances share are named alike in all of them."""

import subprocess
import sys
from dataclasses import dataclass, make_dataclass

from infra.answer_json import shape_of

SCRIPT = """
from infra.answer_name import answer_name
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import Question
from shared.domain.filters import PassageFilter
from shared.domain.graph import EntityType
labels = frozenset({"everyone", "group:crew", "group:board"})
scope = Scope(BaseKey("acme", "b1"), labels)
filters = PassageFilter(frozenset(EntityType))
print(answer_name(Question(Principal("acme", "ana", labels), scope, "Who?", filters=filters), 1, "house"))
"""


def test_a_question_has_one_name_in_every_process() -> None:
    names = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(names) == 1


@dataclass
class Inner:
    text: str


@dataclass
class Renamed:
    words: str


def test_a_field_that_changes_deep_inside_changes_the_shape() -> None:
    def holding(inner: type) -> type:
        return make_dataclass("Outer", [("parts", tuple[inner, ...])])  # type: ignore[valid-type]

    Renamed.__name__ = "Inner"
    assert shape_of(holding(Inner)) == "Outer(parts: (Inner(text: <class 'str'>), ...))"
    assert shape_of(holding(Inner)) != shape_of(holding(Renamed))
