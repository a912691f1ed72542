"""Fusing what words and meaning found."""

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.answers import ScoredChunk
from shared.retrieval.fusion import CJK_MEANING, LATIN_MEANING, meaning_weight, weighed

LISTS = st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(-1, 30)), max_size=6, unique_by=lambda each: each[0])


def scored(*pairs: tuple[str, float]) -> list[ScoredChunk]:
    return [ScoredChunk(*pair) for pair in sorted(pairs, key=lambda pair: -pair[1])]


def ids(chunks: list[ScoredChunk]) -> list[str]:
    return [each.chunk_id for each in chunks]


def test_meaning_weighs_more_in_latin_script_than_in_chinese() -> None:
    assert meaning_weight("Who leads the harbour?") == LATIN_MEANING
    assert meaning_weight("谁领导港口？") == CJK_MEANING
    assert CJK_MEANING < meaning_weight("谁领导 Harbour？") < LATIN_MEANING


def test_a_chunk_that_leads_both_lists_has_score_one() -> None:
    fused = weighed(scored(("a", 9.0), ("b", 3.0)), scored(("a", 0.8), ("c", 0.2)), 2.5)
    assert ids(fused)[0] == "a"
    assert fused[0].score == 1.0


def test_the_weight_decides_between_two_leaders() -> None:
    words, meaning = scored(("a", 9.0), ("b", 3.0)), scored(("b", 0.8), ("a", 0.2))
    assert ids(weighed(words, meaning, 2.5))[0] == "b"
    assert ids(weighed(words, meaning, 0.1))[0] == "a"


def test_one_empty_list_leaves_the_order_of_the_other() -> None:
    words = scored(("a", 9.0), ("b", 5.0), ("c", 1.0))
    assert ids(weighed(words, [], 2.5)) == ["a", "b", "c"]
    assert weighed([], [], 2.5) == []


@given(LISTS, LISTS, st.floats(0, 10))
def test_fused_scores_fall_and_stay_within_zero_and_one(
    first: list[tuple[str, float]], second: list[tuple[str, float]], weight: float
) -> None:
    fused = weighed(scored(*first), scored(*second), weight)
    assert sorted(ids(fused)) == sorted({each for each, _ in first + second})
    assert [each.score for each in fused] == sorted((each.score for each in fused), reverse=True)
    assert all(-1e-9 <= each.score <= 1 + 1e-9 for each in fused)
