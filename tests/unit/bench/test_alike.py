"""The labelled pairs of questions, and what holds of them whatever the embedder says."""

from collections import Counter

from shared.likeness.likeness import ALIKE, core, likeness
from tests.bench.alike import PAIRS_OF_THE_RULES, question_pairs, shares


def test_there_are_paraphrases_and_look_alikes_of_every_kind_in_both_languages() -> None:
    pairs = list(question_pairs())
    kinds = Counter((each.language, each.kind) for each in pairs)
    assert len(pairs) >= 500
    assert len({each.questions for each in pairs}) == len(pairs)
    assert {kind for _, kind in kinds} == {
        *("paraphrase", "number", "name", "negation", "date", "comparison", "unit"),
        *("question word", "thing", "action", "detail"),
    }
    assert len(kinds) == 22
    assert min(kinds.values()) >= 8
    assert 0.4 < sum(each.held_out for each in pairs) / len(pairs) < 0.6


def test_no_embedder_makes_more_than_one_look_alike_in_a_hundred_pass() -> None:
    pairs = [each for each in question_pairs() if not each.is_same]
    assert sum(each.is_answered(1.0) for each in pairs) <= len(pairs) / 100


def test_the_rules_answer_most_of_the_pairs_they_were_made_with_and_no_look_alike() -> None:
    pairs = list(question_pairs(PAIRS_OF_THE_RULES))
    same = [each for each in pairs if each.is_same]
    assert len(same) > 700
    assert sum(each.is_answered(1.0) for each in same) > 0.8 * len(same)
    assert [each.questions for each in pairs if not each.is_same and each.is_answered(1.0)] == []


def test_likeness_does_not_depend_on_which_question_came_first() -> None:
    for pair in (*question_pairs(), *question_pairs(PAIRS_OF_THE_RULES)):
        one, other = map(core, pair.questions)
        assert (likeness(one, other, 0.9) >= ALIKE) == (likeness(other, one, 0.9) >= ALIKE)


def test_shares_are_of_all_pairs_and_of_those_held_out() -> None:
    pairs = list(question_pairs())
    found = list(shares("pairs", pairs, [each.is_same for each in pairs]))
    assert [each.value for each in found] == [100, 0] * 6
