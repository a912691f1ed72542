"""Rank chunks by the graph: seeds, walk, order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.domain.answers import ScoredChunk
from shared.domain.snapshot import GraphSnapshot
from shared.retrieval.fusion import ranked
from shared.retrieval.walk import CHUNK_SHARE, DAMPING, Paths, walked


def visible_entities(ways: Paths, entities: Sequence[int]) -> list[int]:
    """Return the entities that a readable chunk names, the rarest first."""
    seen = [each for each in entities if ways.frequencies[each]]
    return sorted(seen, key=lambda each: int(ways.frequencies[each]))


def ranked_by_graph(
    snapshot: GraphSnapshot, ways: Paths, chunks: Mapping[str, float], entities: Sequence[int], limit: int
) -> list[ScoredChunk]:
    """Rank chunks by a walk from these chunks (weights, together 1) and entities (1/n each); the best has score 1.

    A chunk that the graph does not know yet keeps the share of its own seed, as an isolated one does.
    """
    import numpy as np

    chunk_start = np.zeros(len(snapshot.chunk_ids), np.float32)
    entity_start = np.zeros(len(snapshot.entity_ids), np.float32)
    entity_start[entities] = [1 / ways.frequencies[each] for each in entities]
    chunk_share = CHUNK_SHARE if entities and chunks else float(not entities)
    entity_start *= (1 - chunk_share) / max(float(entity_start.sum()), 1e-9)
    unknown: dict[str, float] = {}
    for chunk_id, weight in chunks.items():
        if (row := snapshot.chunk_index.get(chunk_id)) is None:
            unknown[chunk_id] = (1 - DAMPING) * chunk_share * weight
        else:
            chunk_start[row] = chunk_share * weight
    scores = walked(ways, chunk_start, entity_start)
    rows = np.flatnonzero(scores > 0)
    if len(rows) > limit:
        rows = rows[np.argpartition(-scores[rows], limit - 1)[:limit]]
    known = zip(rows, scores[rows].tolist(), strict=True)
    found = unknown | {snapshot.chunk_ids[row]: score for row, score in known}
    return scaled(ranked(found)[:limit])


def scaled(scored: Sequence[ScoredChunk]) -> list[ScoredChunk]:
    """Divide by the best score."""
    return [ScoredChunk(each.chunk_id, each.score / scored[0].score) for each in scored]
