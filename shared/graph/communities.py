"""Find the communities of a graph: entities that texts mention together and relate to each other."""

from __future__ import annotations

import sys
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from shared.domain.graph import Relation
from shared.domain.snapshot import GraphSnapshot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SEED = 20250918
"""Makes Leiden give the same communities for the same graph."""

TOLERANCE = 1e-2
"""Gain in modularity below which a pass of Leiden ends: a third less time than the default, the same communities."""

one_at_a_time = threading.Lock()

SMALLEST = 2
"""Entities of a community; a single one has nothing to report that its own chunks do not say."""


def find_communities(snapshot: GraphSnapshot, relations: Iterable[Relation]) -> list[tuple[int, ...]]:
    """Return communities as indexes of the snapshot's entities, the largest first, the most mentioned members first.

    Leiden runs on the graph of chunks and entities itself, with the relations between entities added: a projection to
    entities alone would need an edge for each pair that shares a chunk. Weights are evidence and confidence, both
    times ln(1 + chunks / chunks that mention the rarer end), so that what is everywhere ties nothing together.
    """
    chunks, entities = len(snapshot.chunk_ids), len(snapshot.entity_ids)
    if not len(snapshot.columns) or entities < SMALLEST:
        return []
    labels = clustered(adjacency(snapshot, relations))
    members: defaultdict[int, list[int]] = defaultdict(list)
    for entity in most_mentioned(snapshot):
        members[int(labels[chunks + entity])].append(entity)
    found = [tuple(each) for each in members.values() if len(each) >= SMALLEST]
    return sorted(found, key=lambda each: (-len(each), each))


def supporting_chunks(snapshot: GraphSnapshot, members: Sequence[int], limit: int) -> list[int]:
    """Return the indexes of the chunks with the most evidence for the members, best first, at most `limit`."""
    import numpy as np

    is_member = np.zeros(len(snapshot.entity_ids), bool)
    is_member[list(members)] = True
    rows = np.repeat(np.arange(len(snapshot.chunk_ids)), np.diff(snapshot.row_starts))
    evidence = np.where(is_member[snapshot.columns], snapshot.evidence, 0)
    totals = np.bincount(rows, evidence, minlength=len(snapshot.chunk_ids))
    best = np.argsort(-totals, kind="stable")[:limit]
    return [int(chunk) for chunk in best if totals[chunk] > 0]


def mention_share(snapshot: GraphSnapshot, members: Sequence[int]) -> float:
    """Return the share in [0, 1] of all mentions that are of the members."""
    import numpy as np

    return float(np.isin(snapshot.columns, list(members)).mean()) if len(snapshot.columns) else 0.0


def most_mentioned(snapshot: GraphSnapshot) -> list[int]:
    """Return the entities by the number of chunks that mention them, most first, then by index."""
    import numpy as np

    counts = np.bincount(snapshot.columns, minlength=len(snapshot.entity_ids))
    order: list[int] = np.argsort(-counts, kind="stable").tolist()
    return order


def adjacency(snapshot: GraphSnapshot, relations: Iterable[Relation]) -> Any:
    """Return the symmetric matrix of chunks, then entities, both directions of every edge."""
    import numpy as np
    from scipy import sparse

    chunks, entities = len(snapshot.chunk_ids), len(snapshot.entity_ids)
    counts = np.bincount(snapshot.columns, minlength=entities)
    rarity = np.log1p(chunks / np.maximum(counts, 1))
    sources, targets, confidences = ends_of(snapshot, relations)
    weights = confidences * np.minimum(rarity[sources], rarity[targets])
    rows = np.repeat(np.arange(chunks), np.diff(snapshot.row_starts))
    half = sparse.coo_matrix(
        (
            np.concatenate([snapshot.evidence * rarity[snapshot.columns], weights]),
            (np.concatenate([rows, sources + chunks]), np.concatenate([snapshot.columns, targets]) + chunks),
        ),
        shape=(chunks + entities, chunks + entities),
    ).tocsr()
    return half + half.T


def ends_of(
    snapshot: GraphSnapshot, relations: Iterable[Relation]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the sources, targets (indexes of entities) and confidences of the relations inside the snapshot."""
    import numpy as np

    places = {entity: place for place, entity in enumerate(snapshot.entity_ids)}
    known = [
        (places[each.source], places[each.target], each.confidence)
        for each in relations
        if each.source in places and each.target in places
    ]
    sources, targets, confidences = zip(*known, strict=True) if known else ((), (), ())
    return np.array(sources, np.int64), np.array(targets, np.int64), np.array(confidences, np.float64)


def clustered(matrix: Any) -> NDArray[np.int64]:
    """Return the community of each node by Leiden's algorithm over modularity."""
    from sknetwork.clustering import Leiden

    # Its refinement draws from the C library's rand(), which no argument seeds and all threads share.
    with one_at_a_time:
        c_library().srand(SEED)
        labels: NDArray[np.int64] = Leiden(tol_optimization=TOLERANCE).fit_predict(matrix)
    return labels


def c_library() -> Any:
    """Return the C library that this process runs on."""
    import ctypes

    return ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
