"""Citations that were checked, and the confidence that follows from them."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.answering.citation_marks import LONGEST_MARK, CitationMarks
from shared.answering.citations import check_citations
from shared.answering.confidence import confidence
from shared.answering.extractive_answer import extractive_answer
from shared.answering.no_evidence import no_evidence
from shared.domain.answers import Passage, Prompt
from tests.unit.answering.samples import hit

HITS = (
    hit("The pump runs at 40 bar. It was installed in 2019 by Ana Silva."),
    hit("石峤工厂由林晓燕负责。她于2021年上任。"),
    hit("Loom 3 | 30 days | Wang Lei\nLoom 4 | 45 days | He Muchuan", title="Maintenance"),
)
TEXTS = st.text(st.sampled_from("[]【】^,，;- \t\n†0123456789ab。."), max_size=60)


@pytest.mark.parametrize(
    ("written", "clean", "removed"),
    [
        ("The pump runs [1].", "The pump runs [1].", 0),
        ("The pump runs [1][2].", "The pump runs [1][2].", 0),
        ("The pump runs [1, 2].", "The pump runs [1][2].", 0),
        ("The pump runs 【1】。", "The pump runs [1]。", 0),
        ("The pump runs 【2†source】.", "The pump runs [2].", 0),
        ("The pump runs [^1].", "The pump runs [1].", 0),
        ("The pump runs [1-3].", "The pump runs [1][2][3].", 0),
        ("The pump runs [１，２].", "The pump runs [1][2].", 0),
        ("The pump runs [1, 1].", "The pump runs [1].", 0),
        ("The pump runs [3].", "The pump runs [3].", 0),
        ("The pump runs [4].", "The pump runs.", 1),
        ("The pump runs [0].", "The pump runs.", 1),
        ("The pump runs [2, 9].", "The pump runs [2].", 1),
        ("The pump runs [99999999999999999999].", "The pump runs.", 1),
        ("The pump runs [2-99].", "The pump runs [2][3].", 1),
        ("[[9]1] and [[9]8]", "[1] and", 3),
        ("A list [a], [], [ ] and [x1]", "A list [a], [], [ ] and [x1]", 0),
        ("An open [1", "An open [1", 0),
    ],
)
def test_marks_are_read_in_every_form_and_those_of_no_passage_are_taken_out(
    written: str, clean: str, removed: int
) -> None:
    text, _, count = check_citations(written, HITS)
    assert (text, count) == (clean, removed)


@given(TEXTS, st.lists(st.integers(0, 60)), st.integers(0, 3))
def test_however_a_stream_is_cut_the_same_text_comes_out(text: str, cuts: list[int], count: int) -> None:
    marks, out, places = CitationMarks(count), "", sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    for start, end in itertools.pairwise(places):
        out += marks.feed(text[start:end])
    out += marks.finish()
    assert (out, marks.removed) == (check_citations(text, HITS[:count])[0], check_citations(text, HITS[:count])[2])


@given(TEXTS, st.integers(0, 3))
def test_no_mark_of_a_passage_that_is_not_there_ever_comes_out(text: str, count: int) -> None:
    marks, out = CitationMarks(count), ""
    for character in text:
        out += marks.feed(character)
        assert all(1 <= int(number) <= count for number in re.findall(r"\[(\d+)\]", out))
    out += marks.finish()
    assert all(1 <= int(number) <= count for number in re.findall(r"\[(\d+)\]", out))
    assert check_citations(out, HITS[:count])[0] == out


def test_text_without_brackets_is_passed_on_at_once_and_brackets_never_for_long() -> None:
    marks = CitationMarks(1)
    assert marks.feed("The pump") == "The pump"
    assert marks.feed(" [") == ""
    assert marks.feed("1") == ""
    assert marks.feed("]") == " [1]"
    assert marks.feed("[" * LONGEST_MARK) == ""
    assert marks.feed("[") == ""
    assert marks.feed("9]") == "9]"


def test_a_citation_quotes_the_sentence_that_is_most_like_the_one_it_follows() -> None:
    written = "Ana Silva installed the pump in 2019 [1]. 林晓燕负责石峤工厂。[2] Loom 4 is due every 45 days [3]."
    _, citations, _ = check_citations(written, HITS)
    assert [(each.number, each.quote) for each in citations] == [
        (1, "It was installed in 2019 by Ana Silva."),
        (2, "石峤工厂由林晓燕负责。"),
        (3, "Loom 4 | 45 days | He Muchuan"),
    ]


def test_a_mark_behind_a_full_stop_belongs_to_the_sentence_before_it() -> None:
    _, citations, _ = check_citations("The pump runs at 40 bar. [1] It was installed in 2019. [1]", HITS)
    assert [each.quote for each in citations] == [
        "The pump runs at 40 bar.",
        "It was installed in 2019 by Ana Silva.",
    ]


def test_the_same_quote_is_one_citation() -> None:
    _, citations, _ = check_citations("It runs at 40 bar [1]. The pump runs at 40 bar [1].", HITS)
    assert len(citations) == 1


@given(st.text(max_size=80), st.lists(st.text(max_size=120), min_size=1, max_size=3))
def test_every_citation_exists_and_its_quote_stands_in_its_chunk(text: str, texts: list[str]) -> None:
    hits = [hit(each) for each in texts]
    _, citations, _ = check_citations(f"{text} [1] {text}[{len(hits)}]", hits)
    assert {each.number for each in citations} <= {1, len(hits)}
    assert all(each.hit is hits[each.number - 1] and each.quote in each.hit.chunk.text for each in citations)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("The pump runs at 40 bar [1].", 1.0),
        ("The pump runs at 40 bar [2].", 0.0),
        ("The pump runs at 40 bar.", 0.0),
        ("The pump runs at 40 bar [1]. The moon is made of green cheese [1].", 0.5),
        ("Maintenance of Loom 4 is due in 45 days [3].", 1.0),
        ("石峤工厂由林晓燕负责 [2]。", 1.0),
        ("---", 0.0),
        ("", 0.0),
        (no_evidence("Who?"), 0.0),
    ],
)
def test_confidence_is_the_share_of_sentences_that_their_passages_carry(written: str, expected: float) -> None:
    assert confidence(written, HITS) == expected


@pytest.mark.parametrize(("held", "carried"), [(5, 0.0), (6, 1.0)])
def test_a_sentence_is_carried_from_six_terms_in_ten_on(held: int, carried: float) -> None:
    words = ["alder", "birch", "cedar", "dogwood", "elm", "fir", "ginkgo", "hazel", "ivy", "juniper"]
    assert confidence(f"{' '.join(words)} [1].", [hit(" ".join(words[:held]))]) == carried


def test_an_extractive_answer_has_full_confidence_and_quotes_itself() -> None:
    shown = tuple(Passage(number, "", each.chunk.text) for number, each in enumerate(HITS, start=1))
    pieces = extractive_answer(Prompt("When was the pump installed, and by whom?", shown))
    text, citations, removed = check_citations("".join(pieces), HITS)
    assert removed == 0
    assert confidence(text, HITS) == 1.0
    assert all(citation.quote in text for citation in citations)
