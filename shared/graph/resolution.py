"""Decide which keys are one entity by what the texts state, reversibly."""

from collections import Counter
from collections.abc import Iterable, Mapping

from shared.domain.graph import AliasMention

MERGE = 0.92
"""Score from which a statement merges two keys; below it they stay two entities with a SAME_AS edge."""


def resolve(aliases: Iterable[AliasMention]) -> Mapping[str, str]:
    """Return the canonical key of every key that is merged into another; all other keys are their own.

    A key is compared with canonical keys alone and never through a third: where one statement says A is B and another
    says B is C, the stronger one holds and the other merges nothing. Stronger is the higher score, then the greater
    number of chunks that say so, then the order of the keys; so the result does not depend on the order of the
    statements. Contributions keep the raw keys: to undo a merge is to forget the statement and resolve again.
    """
    merges: dict[str, str] = {}
    canonical: set[str] = set()
    for alias, key in by_strength(aliases):
        if alias not in merges and alias not in canonical and key not in merges:
            merges[alias] = key
            canonical.add(key)
    return merges


def by_strength(aliases: Iterable[AliasMention]) -> list[tuple[str, str]]:
    """Return the pairs that are sure enough to merge, the strongest first."""
    scores: dict[tuple[str, str], float] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for each in aliases:
        pair = (each.alias, each.key)
        if each.score >= MERGE and each.alias != each.key:
            scores[pair] = max(each.score, scores.get(pair, 0.0))
            counts[pair] += 1
    return sorted(scores, key=lambda pair: (-scores[pair], -counts[pair], pair))
