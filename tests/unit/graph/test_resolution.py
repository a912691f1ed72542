"""Laws of deciding which keys are one entity."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.graph import AliasMention
from shared.graph.resolution import MERGE, resolve

KEYS = st.sampled_from("abcdef")
STATEMENTS = st.lists(st.builds(AliasMention, KEYS, KEYS, st.sampled_from([0.8, 0.91, 0.92, 0.95, 0.97]), st.just("")))


def says(alias: str, key: str, score: float = 0.95) -> AliasMention:
    return AliasMention(alias, key, score, "")


@pytest.mark.parametrize(("score", "merges"), [(MERGE, {"a": "b"}), (MERGE - 0.001, {})])
def test_only_a_sure_statement_merges(score: float, merges: dict[str, str]) -> None:
    assert resolve([says("a", "b", score)]) == merges


def test_no_key_is_merged_through_a_third() -> None:
    assert resolve([says("a", "b", 0.97), says("b", "c", 0.95)]) == {"a": "b"}


def test_the_stronger_of_two_statements_holds() -> None:
    assert resolve([says("a", "b", 0.93), says("a", "c", 0.95)]) == {"a": "c"}
    assert resolve([says("a", "b", 0.93), says("b", "a", 0.95)]) == {"b": "a"}


def test_of_two_equally_sure_statements_the_more_frequent_holds() -> None:
    assert resolve([says("a", "b"), says("a", "c"), says("a", "c")]) == {"a": "c"}


def test_forgetting_a_statement_undoes_its_merge() -> None:
    both = [says("a", "b", 0.97), says("b", "c", 0.95)]
    assert resolve(both[1:]) == {"b": "c"}


@given(STATEMENTS, st.randoms())
def test_the_order_of_the_statements_changes_nothing(statements: list[AliasMention], random: object) -> None:
    shuffled = list(statements)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert resolve(statements) == resolve(shuffled)


@given(STATEMENTS)
def test_a_canonical_key_is_its_own(statements: list[AliasMention]) -> None:
    merges = resolve(statements)
    assert not set(merges.values()) & merges.keys()
