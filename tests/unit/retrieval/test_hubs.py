"""Entities that too many passages name."""

from shared.domain.access import EVERYONE, BaseKey, Scope
from shared.domain.snapshot import GraphSnapshot
from shared.retrieval.hubs import MOST_PASSAGES
from shared.retrieval.hubs import hubs as hubs_along
from shared.retrieval.walk import paths
from tests.unit.retrieval.test_walk import snapshot

READER = Scope(BaseKey("t", "b"), frozenset({EVERYONE}))
CREW = Scope(BaseKey("t", "b"), frozenset({EVERYONE, "group:crew"}))


def hubs(seen: GraphSnapshot, scope: Scope) -> frozenset[str]:
    """Return the hubs that a scope sees."""
    return hubs_along(seen, paths(seen, scope))


def naming(passages: int) -> dict[str, dict[str, float]]:
    """Make passages that all name Ada, and each something of its own."""
    return {f"c{number}": {"ada": 1.0, f"own{number}": 1.0} for number in range(passages)}


def test_an_entity_is_a_hub_from_one_passage_more_than_the_most_on() -> None:
    assert hubs(snapshot(naming(MOST_PASSAGES)), READER) == frozenset()
    assert hubs(snapshot(naming(MOST_PASSAGES + 1)), READER) == {"ada"}


def test_passages_that_may_not_be_read_make_no_hub() -> None:
    hidden = snapshot(naming(MOST_PASSAGES + 1), secret="c0")
    assert hubs(hidden, READER) == frozenset()
    assert hubs(hidden, CREW) == {"ada"}


def test_an_empty_base_has_none() -> None:
    assert hubs(snapshot({}), READER) == frozenset()
