"""The labelled pairs of names, and what their figures rest on."""

from collections import Counter

from shared.domain.resolution import Band
from tests.bench.names import labelled_pairs, measure


def test_the_pairs_hold_same_and_different_names_of_both_languages() -> None:
    pairs = labelled_pairs()
    kinds = Counter((each.language, each.is_same, each.is_in_one_document) for each in pairs)
    assert len(pairs) >= 100
    assert len(set(pairs)) == len(pairs)
    assert {language for language, *_ in kinds} == {"en", "zh"}
    assert len(kinds) == 8
    assert min(kinds.values()) >= 8


def test_no_two_things_are_merged_without_a_statement() -> None:
    assert [each.names for each in labelled_pairs() if each.band() is Band.MERGED and not each.is_same] == []


def test_precision_and_recall_are_shares_per_band_and_language() -> None:
    found = list(measure())
    assert len(found) == 12
    assert all(0 <= each.value <= 1 for each in found)
