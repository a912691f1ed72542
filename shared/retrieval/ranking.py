"""Rank chunks by the graph: seeds, walk, order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from shared.domain.answers import ScoredChunk
from shared.domain.snapshot import GraphSnapshot
from shared.retrieval.fusion import ranked
from shared.retrieval.seeds import CHUNK_SHARE, LEAST_RELEVANCE, RELEVANCE_SHARPNESS, chunk_seeds
from shared.retrieval.walk import DAMPING, Paths, walked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TINY = 1e-9
"""Keeps a division by a sum of nothing from failing."""


def visible_entities(ways: Paths, entities: Sequence[int]) -> list[int]:
    """Return the entities that a readable chunk names, the rarest first."""
    seen = [each for each in entities if ways.frequencies[each]]
    return sorted(seen, key=lambda each: int(ways.frequencies[each]))


def ranked_by_graph(
    snapshot: GraphSnapshot, ways: Paths, fused: Sequence[ScoredChunk], entities: Sequence[int], limit: int
) -> list[ScoredChunk]:
    """Rank chunks by a walk from the best that search found and from the question's entities; the best has score 1.

    A chunk that the graph does not know yet keeps the share of its own seed, as one that stands alone does.
    """
    import numpy as np

    seeds = chunk_seeds(fused)
    share = (CHUNK_SHARE if entities else 1.0) if seeds else 0.0
    chunk_start, unknown = start_at_chunks(snapshot, {id: share * weight for id, weight in seeds.items()})
    entity_start = np.zeros(len(snapshot.entity_ids), np.float32)
    entity_start[list(entities)] = [1 / ways.frequencies[each] for each in entities]
    entity_start *= (1 - share) / max(float(entity_start.sum()), TINY)
    scores = walked(ways, chunk_start, entity_start, relevance(snapshot, fused))
    rows = np.flatnonzero(scores > 0)
    if len(rows) > limit:
        rows = rows[np.argpartition(-scores[rows], limit - 1)[:limit]]
    known = zip(rows.tolist(), scores[rows].tolist(), strict=True)
    return scaled(ranked(unknown | {snapshot.chunk_ids[row]: score for row, score in known})[:limit])


def start_at_chunks(
    snapshot: GraphSnapshot, weights: Mapping[str, float]
) -> tuple[NDArray[np.float32], dict[str, float]]:
    """Lay weights on the graph's chunks; return them, and what unknown chunks score."""
    import numpy as np

    start = np.zeros(len(snapshot.chunk_ids), np.float32)
    known = {row: weight for id, weight in weights.items() if (row := snapshot.chunk_index.get(id)) is not None}
    start[list(known)] = list(known.values())
    return start, {id: (1 - DAMPING) * weights[id] for id in weights if id not in snapshot.chunk_index}


def relevance(snapshot: GraphSnapshot, fused: Sequence[ScoredChunk]) -> NDArray[np.float32]:
    """Return how much each chunk of the graph attracts the walk, in (0, 1]."""
    import numpy as np

    known = [(row, each.score) for each in fused if (row := snapshot.chunk_index.get(each.chunk_id)) is not None]
    found = np.full(len(snapshot.chunk_ids), LEAST_RELEVANCE**RELEVANCE_SHARPNESS, np.float32)
    if known:
        rows, scores = (np.array(each) for each in zip(*known, strict=True))
        found[rows] = np.maximum(LEAST_RELEVANCE, scores / max(fused[0].score, TINY)) ** RELEVANCE_SHARPNESS
    return found


def scaled(scored: Sequence[ScoredChunk]) -> list[ScoredChunk]:
    """Divide by the best score."""
    return [ScoredChunk(each.chunk_id, each.score / scored[0].score) for each in scored]
