"""Find out which of its chunks carries each sentence of a community report."""

from collections.abc import Mapping, Sequence

from shared.answering.grounding import CARRIED, meaning, share_held
from shared.domain.documents import Chunk
from shared.text.sentences import sentences

SHORTEST = 8
"""Characters of a sentence of a report; a shorter one stands in others by chance and tells nothing alone."""


def carried_report(report: str, chunks: Sequence[Chunk]) -> Mapping[str, str]:
    """Return what of the report each chunk carries, by its id, one sentence a line; what none carries is left out.

    A sentence of a chunk that the report quotes word for word is carried by that chunk. What is left of the report, a
    model's own words, is carried by the chunk that holds most of a sentence's terms, and at least CARRIED of them.
    """
    left = " ".join(report.split())
    carried: dict[str, list[str]] = {chunk.id: [] for chunk in chunks}
    for chunk in chunks:
        for line in sorted(lines(chunk.text), key=len, reverse=True):
            if line in left:
                carried[chunk.id].append(line)
                left = left.replace(line, "\n", 1)
    held = {chunk.id: meaning(chunk.headed_text) for chunk in chunks}
    for said in lines(left):
        best = max(held, key=lambda id: share_held(said, held[id]), default=None)
        if best is not None and share_held(said, held[best]) >= CARRIED:
            carried[best].append(said)
    return {id: "\n".join(said) for id, said in carried.items() if said}


def lines(text: str) -> list[str]:
    """Return the sentences of a text, each on one line."""
    found = (" ".join(span.of(text).split()) for span in sentences(text))
    return [line for line in found if len(line) >= SHORTEST]
