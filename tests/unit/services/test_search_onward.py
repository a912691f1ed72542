"""Further searches: which ones, and how what they find is put together."""

import pytest

from shared.answering.question_class import question_class
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import Hit, Question, Retrieval
from shared.services.search_onward import further_searches, merged
from tests.unit.answering.samples import hit

WHO = Principal("local", "ann")
BUILT = Retrieval((hit("The Tern-3 buoy is built at the Shiqiao plant."),))
TWO_HOPS = "Who leads the plant that builds the Tern-3 buoy?"


def question(text: str, mode: str = "balanced") -> Question:
    return Question(WHO, Scope(BaseKey("local", "base"), WHO.labels), text, mode=mode)


def scored(*scores: float, name: str) -> tuple[Hit, ...]:
    return tuple(Hit(hit(f"{name}{place}").chunk, "document.md", score) for place, score in enumerate(scores))


@pytest.mark.parametrize(
    ("text", "mode", "searches"),
    [
        (TWO_HOPS, "balanced", ("leads Shiqiao",)),
        (TWO_HOPS, "simple", ()),
        ("Where is the Tern-3 buoy sold?", "balanced", ()),
        ("Where is the Tern-3 buoy sold?", "ultimate", ("sold Shiqiao",)),
        ("Which is older, the Tern-3 or the Tern-2?", "simple", ()),
    ],
)
def test_what_is_searched_for_next_follows_from_mode_and_class(text: str, mode: str, searches: tuple[str, ...]) -> None:
    assert further_searches(question(text, mode), question_class(text), BUILT) == searches


def test_a_comparison_is_searched_for_once_per_side() -> None:
    text = "Which is older, the Tern-3 or the Tern-2?"
    one, other = further_searches(question(text), question_class(text), BUILT)
    assert "Tern-3" in one
    assert "Tern-2" not in one
    assert "Tern-2" in other
    assert "Tern-3" not in other


def test_each_search_gives_its_best_in_turn_and_a_passage_stands_once() -> None:
    first, second = scored(1.0, 0.4, name="a"), scored(1.0, 0.9, name="b")
    found = merged([Retrieval(first, ("Ann",), ("1",), "graph"), Retrieval((*second, first[0]), ("Bo",), ("2",))], 4)
    assert [each.chunk.text for each in found.hits] == ["a0", "b0", "a1", "b1"]
    assert (found.entities, found.entity_ids, found.method, found.searches) == (("Ann", "Bo"), ("1", "2"), "graph", 2)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_scores_fall_along_the_list_and_the_limit_holds(limit: int) -> None:
    hits = merged([Retrieval(scored(1.0, 0.2, name="a")), Retrieval(scored(1.0, 0.9, name="b"))], limit).hits
    assert len(hits) == limit
    assert [each.score for each in hits] == sorted((each.score for each in hits), reverse=True)
