"""Explain how two entities hang together: the surest chain of relations between them."""

import heapq
import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import count

from shared.domain.graph import Relation

LEAST_CONFIDENCE = 1e-6
"""Keeps the logarithm of a confidence finite."""


def relation_path(relations: Sequence[Relation], start: str, targets: Collection[str]) -> tuple[Relation, ...]:
    """Return the chain from `start` to the nearest of the targets with the largest product of confidences.

    Relations are followed in both directions (Dijkstra's algorithm over -ln confidence, plus 1 per step, so that a
    short chain wins over a long one that is barely surer). Empty where no target can be reached.
    """
    neighbours: defaultdict[str, list[tuple[str, Relation]]] = defaultdict(list)
    for relation in relations:
        neighbours[relation.source].append((relation.target, relation))
        neighbours[relation.target].append((relation.source, relation))
    ticket = count()
    waiting: list[tuple[float, int, str, tuple[Relation, ...]]] = [(0.0, next(ticket), start, ())]
    seen: set[str] = set()
    while waiting:
        cost, _, place, path = heapq.heappop(waiting)
        if place in seen:
            continue
        if place in targets and path:
            return path
        seen.add(place)
        for end, relation in neighbours[place]:
            if end not in seen:
                step = 1 - math.log(max(relation.confidence, LEAST_CONFIDENCE))
                heapq.heappush(waiting, (cost + step, next(ticket), end, (*path, relation)))
    return ()
