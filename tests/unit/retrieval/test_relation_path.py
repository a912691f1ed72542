"""The chain of relations between two entities."""

from shared.domain.graph import Relation, RelationType
from shared.retrieval.relation_path import relation_path


def relation(source: str, target: str, confidence: float = 0.9) -> Relation:
    return Relation(source, target, RelationType.PART_OF, confidence, ("chunk",))


A_B, B_C, C_D = relation("a", "b"), relation("b", "c"), relation("c", "d")


def test_a_chain_leads_through_what_lies_between() -> None:
    assert relation_path([A_B, B_C, C_D], "a", {"d"}) == (A_B, B_C, C_D)


def test_relations_are_followed_against_their_direction_too() -> None:
    assert relation_path([A_B, B_C], "c", {"a"}) == (B_C, A_B)


def test_the_nearest_target_is_enough() -> None:
    assert relation_path([A_B, B_C, C_D], "a", {"b", "d"}) == (A_B,)


def test_of_two_ways_of_one_length_the_surer_one_is_shown() -> None:
    doubtful = relation("a", "d", 0.2), relation("d", "c", 0.2)
    assert relation_path([*doubtful, A_B, B_C], "a", {"c"}) == (A_B, B_C)


def test_what_does_not_hang_together_has_no_path() -> None:
    assert relation_path([A_B], "a", {"d"}) == ()
    assert relation_path([], "a", {"a"}) == ()
    assert relation_path([relation("a", "b", 0.0)], "a", {"b"}) != ()


def test_a_ring_ends() -> None:
    assert relation_path([A_B, B_C, relation("c", "a")], "a", {"x"}) == ()
