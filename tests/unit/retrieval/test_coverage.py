"""Passages that answer a question together."""

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.answers import HeldTerm, ScoredChunk
from shared.retrieval.coverage import CONSIDERED, ENOUGH, covering


def term(*chunk_ids: str, rarity: float = 1.0) -> HeldTerm:
    return HeldTerm(rarity, frozenset(chunk_ids))


def scored(*chunk_ids: str) -> list[ScoredChunk]:
    return [ScoredChunk(id, 1.0 / (place + 1)) for place, id in enumerate(chunk_ids)]


def order(chunks: list[ScoredChunk], *terms: HeldTerm) -> list[str]:
    return [each.chunk_id for each in covering(chunks, terms, {})]


def test_a_chunk_that_answers_what_is_left_goes_before_one_that_repeats() -> None:
    assert order(scored("a", "b", "c"), term("a", "b"), term("a", "b"), term("c")) == ["a", "c", "b"]


def test_the_first_stays_first_whatever_others_hold() -> None:
    assert order(scored("a", "b"), term("b"), term("b"))[0] == "a"


def test_without_terms_the_order_stays() -> None:
    assert order(scored("a", "b", "c")) == ["a", "b", "c"]


def test_a_rare_term_draws_more_than_a_frequent_one() -> None:
    assert order(scored("a", "b", "c"), term("b", rarity=0.1), term("c", rarity=5.0)) == ["a", "c", "b"]


def test_nothing_moves_from_behind_the_considered() -> None:
    ids = [f"c{place:02}" for place in range(CONSIDERED + 1)]
    assert order(scored(*ids), term(ids[CONSIDERED - 1]))[1] == ids[CONSIDERED - 1]
    assert order(scored(*ids), term(ids[CONSIDERED])) == ids


def test_another_document_goes_before_the_fourth_chunk_of_one_and_not_before_the_third() -> None:
    chunks = [ScoredChunk(id, 1.0) for id in ("a1", "a2", "a3", "a4", "b1")]
    documents = {each.chunk_id: each.chunk_id[0] for each in chunks}
    assert [each.chunk_id for each in covering(chunks, [], documents)] == ["a1", "a2", "a3", "b1", "a4"]
    assert ENOUGH == 3


def test_a_fourth_chunk_that_adds_to_the_answer_goes_before_another_document() -> None:
    chunks = [ScoredChunk(id, 1.0) for id in ("a1", "a2", "a3", "a4", "b1")]
    documents = {each.chunk_id: each.chunk_id[0] for each in chunks}
    found = covering(chunks, [term("a2"), term("a3"), term("a4")], documents)
    assert [each.chunk_id for each in found] == ["a1", "a2", "a3", "a4", "b1"]


def test_chunks_of_one_document_alone_keep_their_order() -> None:
    chunks = scored(*"abcdefg")
    assert covering(chunks, [], dict.fromkeys("abcdefg", 1)) == chunks


def test_of_nothing_comes_nothing() -> None:
    assert covering([], [term("a")], {}) == []


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.lists(st.frozensets(st.sampled_from("abcdefgh"))))
def test_the_same_chunks_come_back_with_the_same_falling_scores(ids: list[str], holders: list[frozenset[str]]) -> None:
    chunks = scored(*ids)
    found = covering(chunks, [HeldTerm(1.0, each) for each in holders], dict.fromkeys(ids[::2], "a document"))
    assert sorted(each.chunk_id for each in found) == sorted(ids)
    assert [each.score for each in found] == [each.score for each in chunks]
