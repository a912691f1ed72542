"""Who may know of a decision about two names, and which of them hold for everybody."""

from datetime import UTC, datetime

import pytest

from shared.domain.access import EVERYONE, BaseKey, Scope
from shared.domain.graph import entity_id
from shared.domain.resolution import Band, Decider, Decision, Resolution, SameAs
from shared.graph.knowledge_of_names import Said, edges, grounds, known, merges_held

BASE = BaseKey("heron", "default")
OPEN, CREW = frozenset({EVERYONE}), frozenset({"group:crew"})
LABELS = {"open": OPEN, "secret": CREW}
READER, SAILOR = Scope(BASE, OPEN), Scope(BASE, OPEN | CREW)


def decision(band: Band = Band.MERGED, decider: Decider = Decider.STATEMENT, score: float = 0.95) -> Decision:
    return Decision("hrs", "heron rescue society", score, band, decider, "acronym")


def stated(document: str, score: float = 0.95) -> Said:
    return Said("hrs", "heron rescue society", score, "acronym", (document,), (document,))


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ([stated("open")], True),
        ([stated("secret")], False),
        ([stated("secret"), stated("open", 0.8)], False),
        ([stated("secret"), stated("open")], True),
        ([stated("gone")], False),
        ([], False),
    ],
)
def test_a_merge_holds_by_what_everybody_may_read_alone(said: list[Said], holds: bool) -> None:
    merges = merges_held([decision()], grounds(said, LABELS), {OPEN, CREW})
    assert merges == ({"hrs": "heron rescue society"} if holds else {})


def test_what_is_no_merge_holds_for_nobody() -> None:
    speaking = grounds([stated("open")], LABELS)
    assert merges_held([decision(Band.SAME_AS), decision(Band.APART)], speaking, {OPEN, CREW}) == {}


def test_a_model_s_word_counts_by_the_passages_that_it_was_given_over() -> None:
    word = Said("heron rescue society", "hrs", 0.0, "", ("open",), ("secret",))
    judged = decision(decider=Decider.MODEL, score=0.8)
    assert merges_held([judged], grounds([stated("open", 0.8), word], LABELS), {OPEN, CREW}) == {}
    opened = Said("heron rescue society", "hrs", 0.0, "", ("open",), ("open",))
    assert merges_held([judged], grounds([stated("secret", 0.8), opened], LABELS), {OPEN, CREW}) != {}


def test_a_hidden_merge_is_an_edge_to_who_may_read_its_ground_and_nothing_to_others() -> None:
    made = Resolution("id", decision(), datetime(2026, 1, 2, tzinfo=UTC))
    speaking = grounds([stated("secret")], LABELS)
    assert [*known(READER, [made], speaking, {})] == []
    assert [each.decision.band for each in known(SAILOR, [made], speaking, {})] == [Band.SAME_AS]
    merged = {"hrs": "heron rescue society"}
    assert [each.decision.band for each in known(SAILOR, [made], speaking, merged)] == [Band.MERGED]


def test_an_edge_joins_entities_and_the_likeliest_comes_first() -> None:
    pairs = [("relief", "hrs", 0.8), ("relief", "heron rescue society", 0.85), ("x", "y", 0.9), ("hrs", "y", 0.7)]
    made = [
        Resolution("id", Decision(one, other, score, Band.SAME_AS, Decider.RULE, ""), datetime(2026, 1, 2, tzinfo=UTC))
        for one, other, score in pairs
    ]
    ids = {key: entity_id(BASE, key) for key in ("relief", "heron rescue society", "x", "y")}
    society = ids["heron rescue society"]
    merges = {"hrs": "heron rescue society"}
    found = edges(BASE, made, merges, 10)
    assert [each.score for each in found] == [0.9, 0.85, 0.7]
    assert SameAs(*sorted((ids["relief"], society)), 0.85) in found
    assert edges(BASE, made, merges, 1) == found[:1]
    assert edges(BASE, made[:1], {"hrs": "relief"}, 10) == []
