"""Let the best passages together answer all of a question instead of its first half several times."""

from collections.abc import Sequence

from shared.domain.answers import HeldTerm, ScoredChunk

CONSIDERED = 20
"""Chunks of the walk that are weighed against each other; 10 lose five points on questions over long documents."""

EXPONENT = 0.5
"""On the walk's score: evens out how far the first hop stands above the second (0.3 to 0.6 differ by half a point)."""

LEAST_COVERAGE = 0.1
"""What a chunk counts that adds no term of the question; 0.05 loses a point on HotpotQA, 0.3 three on our own set."""


def covering(scored: Sequence[ScoredChunk], terms: Sequence[HeldTerm]) -> list[ScoredChunk]:
    """Order the best chunks by how much of the question each adds to those before it; the first stays the first.

    A chunk weighs score^0.5 * (0.1 + the share of the question's rarity that no chunk before it holds): greedy
    coverage in the manner of xQuAD (Santos, Macdonald and Ounis 2010) with the question's own terms as its aspects.
    Scores are dealt anew in the new order, so that they fall along the list.
    """
    left, ordered = list(scored[:CONSIDERED]), list(scored[:1])
    uncovered = without([term for term in terms if term.chunk_ids], left[0].chunk_id) if left else []
    total = sum(term.rarity for term in terms) or 1.0
    left = left[1:]
    while left and uncovered:
        gains = [each.score**EXPONENT * (LEAST_COVERAGE + added(uncovered, each) / total) for each in left]
        best = left.pop(gains.index(max(gains)))
        ordered.append(best)
        uncovered = without(uncovered, best.chunk_id)
    ordered += left
    ordered += scored[CONSIDERED:]
    return [ScoredChunk(chunk.chunk_id, place.score) for chunk, place in zip(ordered, scored, strict=True)]


def added(uncovered: Sequence[HeldTerm], chunk: ScoredChunk) -> float:
    """Return the rarity of the uncovered terms that a chunk holds."""
    return sum(term.rarity for term in uncovered if chunk.chunk_id in term.chunk_ids)


def without(terms: Sequence[HeldTerm], chunk_id: str) -> list[HeldTerm]:
    """Return the terms that a chunk does not hold."""
    return [term for term in terms if chunk_id not in term.chunk_ids]
