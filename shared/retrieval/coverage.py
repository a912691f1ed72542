"""Let the best passages together answer all of a question instead of its first half several times."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

from shared.domain.answers import HeldTerm, ScoredChunk

CONSIDERED = 20
"""Chunks of the walk that are weighed against each other; 10 lose five points on questions over long documents."""

EXPONENT = 0.5
"""On the walk's score: evens out how far the first hop stands above the second (0.3 to 0.6 differ by half a point)."""

LEAST_COVERAGE = 0.1
"""What a chunk counts that adds no term of the question; 0.05 loses a point on HotpotQA, 0.3 three on our own set."""

ENOUGH = 3
"""Chunks of one document that weigh what they weigh: the second hop of a question often stands in another one."""

FURTHER = 0.8
"""What each further chunk of a document weighs, once for every one that goes beyond (0.6 to 0.9 differ by a point)."""


def covering(
    scored: Sequence[ScoredChunk], terms: Sequence[HeldTerm], documents: Mapping[str, Hashable]
) -> list[ScoredChunk]:
    """Order the best chunks by how much of the question each adds to those before it; the first stays the first.

    A chunk weighs score^0.5 * (0.1 + the share of the question's rarity that no chunk before it holds): greedy
    coverage in the manner of xQuAD (Santos, Macdonald and Ounis 2010) with the question's own terms as its aspects.
    From the fourth chunk of a document on it weighs less. `documents` says which document a chunk is of; one that it
    does not know is a document by itself. Scores are dealt anew in the new order, so that they fall along the list.
    """
    left = [(each, each.score**EXPONENT, documents.get(each.chunk_id, each.chunk_id)) for each in scored[:CONSIDERED]]
    uncovered = [term for term in terms if term.chunk_ids]
    total = sum(term.rarity for term in terms) or 1.0
    shown: Counter[Hashable] = Counter()
    weighs: dict[Hashable, float] = {}
    ordered: list[ScoredChunk] = []
    while left:
        gains = [
            weight * weighs.get(document, 1.0) * (LEAST_COVERAGE + (added(uncovered, each) / total if uncovered else 0))
            for each, weight, document in left
        ]
        best, _, document = left.pop(gains.index(max(gains)) if ordered else 0)
        ordered.append(best)
        uncovered = without(uncovered, best.chunk_id)
        shown[document] += 1
        if shown[document] >= ENOUGH:
            weighs[document] = weighs.get(document, 1.0) * FURTHER
    ordered += scored[CONSIDERED:]
    return [ScoredChunk(chunk.chunk_id, place.score) for chunk, place in zip(ordered, scored, strict=True)]


def added(uncovered: Sequence[HeldTerm], chunk: ScoredChunk) -> float:
    """Return the rarity of the uncovered terms that a chunk holds."""
    return sum(term.rarity for term in uncovered if chunk.chunk_id in term.chunk_ids)


def without(terms: Sequence[HeldTerm], chunk_id: str) -> list[HeldTerm]:
    """Return the terms that a chunk does not hold."""
    return [term for term in terms if chunk_id not in term.chunk_ids]
