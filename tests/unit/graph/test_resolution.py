"""Laws of deciding which keys are one entity."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.access import EVERYONE
from shared.domain.graph import AliasMention
from shared.domain.resolution import Band, Verdict
from shared.graph.resolution import LIKELY, MERGE, holds_for_all, merges, resolve, unordered

KEYS = st.sampled_from("abcdef")
STATEMENTS = st.lists(st.builds(AliasMention, KEYS, KEYS, st.sampled_from([0.8, 0.91, 0.92, 0.95, 0.97]), st.just("")))


def says(alias: str, key: str, score: float = 0.95) -> AliasMention:
    return AliasMention(alias, key, score, "")


def merged(statements: list[AliasMention]) -> dict[str, str]:
    return merges(resolve(statements))


@pytest.mark.parametrize(("score", "merges"), [(MERGE, {"a": "b"}), (MERGE - 0.001, {})])
def test_only_a_sure_statement_merges(score: float, merges: dict[str, str]) -> None:
    assert merged([says("a", "b", score)]) == merges


def test_no_key_is_merged_through_a_third() -> None:
    assert merged([says("a", "b", 0.97), says("b", "c", 0.95)]) == {"a": "b"}


def test_the_stronger_of_two_statements_holds() -> None:
    assert merged([says("a", "b", 0.93), says("a", "c", 0.95)]) == {"a": "c"}
    assert merged([says("a", "b", 0.93), says("b", "a", 0.95)]) == {"b": "a"}


def test_of_two_equally_sure_statements_the_more_frequent_holds() -> None:
    assert merged([says("a", "b"), says("a", "c"), says("a", "c")]) == {"a": "c"}


def test_forgetting_a_statement_undoes_its_merge() -> None:
    both = [says("a", "b", 0.97), says("b", "c", 0.95)]
    assert merged(both[1:]) == {"b": "c"}


@given(STATEMENTS, st.randoms())
def test_the_order_of_the_statements_changes_nothing(statements: list[AliasMention], random: object) -> None:
    shuffled = list(statements)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert resolve(statements) == resolve(shuffled)


@given(STATEMENTS)
def test_a_canonical_key_is_its_own(statements: list[AliasMention]) -> None:
    found = merged(statements)
    assert not set(found.values()) & found.keys()


def test_what_is_likely_is_an_edge_and_what_is_less_is_nothing() -> None:
    (found,) = resolve([says("a", "b", LIKELY), says("c", "d", LIKELY - 0.001)])
    assert (found.pair, found.band) == (("a", "b"), Band.SAME_AS)


def test_what_could_only_merge_through_a_third_stays_an_edge() -> None:
    found = {each.pair: each.band for each in resolve([says("a", "b", 0.97), says("b", "c", 0.95)])}
    assert found == {("a", "b"): Band.MERGED, ("b", "c"): Band.SAME_AS}


def test_a_model_decides_what_nothing_else_is_sure_of() -> None:
    verdicts = {("a", "b"): Verdict.SAME, ("c", "d"): Verdict.DIFFERENT, ("e", "f"): Verdict.DIFFERENT}
    found = resolve([says("b", "a", 0.8), says("c", "d", 0.8), says("e", "f")], verdicts)
    assert {each.pair: each.band for each in found} == {
        ("b", "a"): Band.MERGED,
        ("c", "d"): Band.APART,
        ("e", "f"): Band.MERGED,
    }


def test_what_was_undone_makes_room_for_the_next_best() -> None:
    both = [says("a", "b", 0.97), says("a", "c", 0.95)]
    assert merges(resolve(both, undone=[("a", "b")])) == {"a": "c"}


@given(STATEMENTS, st.lists(st.tuples(KEYS, KEYS)))
def test_what_a_person_has_undone_never_merges(statements: list[AliasMention], undone: list[tuple[str, str]]) -> None:
    ordered = [unordered(*pair) for pair in undone]
    found = resolve(statements, dict.fromkeys(ordered, Verdict.SAME), ordered)
    assert not {unordered(*pair) for pair in merges(found).items()} & set(ordered)


CREW, ALL = frozenset({"group:crew"}), frozenset({EVERYONE})


@pytest.mark.parametrize(
    ("support", "present", "holds"),
    [
        ([ALL], [ALL, CREW], True),
        ([CREW], [ALL, CREW], False),
        ([CREW], [CREW], True),
        ([CREW | {"b"}], [CREW, frozenset({"b"})], True),
        ([CREW], [CREW, frozenset({"b"})], False),
        ([], [], False),
        ([frozenset()], [frozenset()], False),
    ],
)
def test_a_decision_holds_for_all_where_all_may_read_a_support(
    support: list[frozenset[str]], present: list[frozenset[str]], holds: bool
) -> None:
    assert holds_for_all(support, present) is holds
