"""Check the citations of an answer against the passages it was written from."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from shared.answering.citation_marks import CitationMarks
from shared.answering.grounding import likeness, meaning
from shared.answering.statements import pieces
from shared.domain.answers import Citation, Hit
from shared.text.sentences import sentences

CHECKED = re.compile(r"[ \t]*\[(\d{1,9})\]")


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of an answer without its marks, and the numbers of the passages it cites."""

    text: str
    numbers: tuple[int, ...]


def check_citations(text: str, hits: Sequence[Hit]) -> tuple[str, tuple[Citation, ...], int]:
    """Return the text with its marks as [n] and none that cites nothing, its citations, and how many were removed.

    Passage n is `hits[n - 1]`. Each citation quotes the sentence of its passage that is most like the sentence it
    follows; the quote stands in the chunk's text character by character.
    """
    marks = CitationMarks(len(hits))
    clean = marks.feed(text) + marks.finish()
    citations = dict.fromkeys(
        Citation(number, hits[number - 1], best_quote(sentence.text, hits[number - 1].chunk.text))
        for sentence in cited_sentences(clean, len(hits))
        for number in sentence.numbers
    )
    return clean, tuple(citations), marks.removed


def cited_sentences(text: str, passages: int) -> list[CitedSentence]:
    """Return the sentences of a checked text; a mark belongs to the sentence that it stands in or behind."""
    plain, marks = without_marks(text, passages)
    spans = sentences(plain)
    numbers: list[list[int]] = [[] for _ in spans]
    starts = [span.start for span in spans]
    for place, number in marks:
        at = max(0, bisect_left(starts, place) - 1)
        if spans and number not in numbers[at]:
            numbers[at].append(number)
    return [CitedSentence(span.of(plain), tuple(cited)) for span, cited in zip(spans, numbers, strict=True)]


def without_marks(text: str, passages: int) -> tuple[str, list[tuple[int, int]]]:
    """Return the text without its marks, and each mark's place in that text with its number."""
    plain, marks, read = "", list[tuple[int, int]](), 0
    for match in CHECKED.finditer(text):
        if not 1 <= int(match.group(1)) <= passages:
            continue
        plain += text[read : match.start()]
        marks.append((len(plain), int(match.group(1))))
        read = match.end()
    return plain + text[read:], marks


def best_quote(sentence: str, passage: str) -> str:
    """Return the piece of the passage that is most like the sentence; the first of equals, "" of an empty passage."""
    if sentence in passage:
        return sentence
    wanted = meaning(sentence)
    return max(pieces(passage), key=lambda piece: likeness(wanted, meaning(piece)), default="")
