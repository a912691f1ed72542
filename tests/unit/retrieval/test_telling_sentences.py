"""The sentence of a passage that tells most, and the order that its nearness makes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.answers import Hit
from shared.retrieval.telling_sentences import LONGEST, by_nearness, held_terms, telling_sentences
from tests.unit.answering.samples import hit

CRANE = "It rained. Ada Quill repairs the harbour crane. Soup is served at nine."


def hits(*texts: str) -> list[Hit]:
    return [replace(hit(text), score=1 / (1 + place)) for place, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("question", "passage", "sentence"),
    [
        ("Who repairs the crane?", CRANE, "Ada Quill repairs the harbour crane."),
        ("When is soup served?", CRANE, "Soup is served at nine."),
        ("volcanoes", CRANE, "It rained."),
        ("谁负责泵站？", "今天下雨。泵站由林晓燕负责。", "泵站由林晓燕负责。"),
        ("crane", "", ""),
        ("crane", "crane " * 200, ("crane " * 200)[:LONGEST]),
    ],
)
def test_the_sentence_that_holds_most_of_the_question_tells_most(question: str, passage: str, sentence: str) -> None:
    assert telling_sentences(question, hits(passage)) == [sentence]


def test_a_rare_word_of_the_question_tells_more_than_a_frequent_one() -> None:
    passages = hits("The crane. The winch.", "The crane works.", "A crane.")
    assert telling_sentences("crane winch", passages)[0] == "The winch."


def test_a_term_knows_who_holds_it() -> None:
    one, other = hits("the crane", "the winch")
    terms = held_terms("crane winch crane gantry", [one, other])
    assert [term.chunk_ids for term in terms] == [{one.chunk.id}, {other.chunk.id}, frozenset()]


def test_the_first_stays_and_the_nearer_of_equals_comes_next() -> None:
    passages = [replace(each, score=0.5) for each in hits("a crane", "b winch", "c winch")]
    order = by_nearness("winch", passages, [0.0, 0.1, 0.9])
    assert [each.chunk_id for each in order] == [passages[0].chunk.id, passages[2].chunk.id, passages[1].chunk.id]


def test_a_sentence_that_points_away_counts_as_one_that_is_not_near() -> None:
    passages = [replace(each, score=0.5) for each in hits("a crane", "b winch", "c winch")]
    assert by_nearness("winch", passages, [0, -1, -0.5]) == by_nearness("winch", passages, [0, 0, 0])


@given(st.text(max_size=80), st.lists(st.text(max_size=80), min_size=1, max_size=5, unique_by=lambda text: text[:20]))
def test_any_passages_keep_their_number(question: str, texts: list[str]) -> None:
    passages = hits(*texts)
    assert len(telling_sentences(question, passages)) == len(passages)
    order = by_nearness(question, passages, [0.5] * len(passages))
    assert sorted(each.chunk_id for each in order) == sorted(each.chunk.id for each in passages)
