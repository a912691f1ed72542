"""Write the sources of an answer as a list that people read, and find the marks that cite them."""

from collections.abc import Iterator, Sequence

from shared.answering.citations import CHECKED
from shared.answering.transcript import plain
from shared.domain.answers import Citation
from shared.text.scripts import language

LABELS = {"en": "Sources:", "zh": "来源："}

LONGEST_QUOTE = 200
"""Characters of a quote in the list."""


def source_list(text: str, citations: Sequence[Citation]) -> str:
    """Return what follows an answer: a list in Markdown of each source once; nothing where there are none."""
    first = {each.number: each for each in reversed(citations)}
    if not first:
        return ""
    lines = (line(first[number]) for number in sorted(first))
    return f"\n\n{LABELS[language(text)]}\n\n" + "\n".join(lines)


def line(citation: Citation) -> str:
    """Write one source; no mark of Markdown in it means anything."""
    hit, quote = citation.hit, " ".join(citation.quote.split())
    shown = quote if len(quote) <= LONGEST_QUOTE else quote[: LONGEST_QUOTE - 1].rstrip() + "…"
    return f"- [{citation.number}] {plain(hit.document_name)}, p. {hit.chunk.page}: “{plain(shown)}”"


def cited_marks(text: str, citations: Sequence[Citation]) -> Iterator[tuple[int, int, Citation]]:
    """Go through the marks of a checked answer: where each begins and ends, and what it cites."""
    known = {each.number: each for each in reversed(citations)}
    for mark in CHECKED.finditer(text):
        if citation := known.get(int(mark[1])):
            yield mark.start(1) - 1, mark.end(1) + 1, citation
