"""Find the communities of a graph: entities that texts mention together and relate to each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from shared.domain.graph import Relation
from shared.domain.snapshot import GraphSnapshot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TOLERANCE = 1e-2
"""Gain in modularity below which a pass over the nodes is the last: a third less time than the default, the same
communities."""

SMALLEST = 2
"""Entities of a community; a single one has nothing to report that its own chunks do not say."""


def find_communities(snapshot: GraphSnapshot, relations: Iterable[Relation]) -> list[tuple[int, ...]]:
    """Return communities as indexes of the snapshot's entities, the largest first, the most mentioned members first.

    They are found on the graph of chunks and entities itself, with the relations between entities added: a projection
    to entities alone would need an edge for each pair that shares a chunk. Weights are evidence and confidence, both
    times ln(1 + chunks / chunks that mention the rarer end), so that what is everywhere ties nothing together.
    """
    chunks, entities = len(snapshot.chunk_ids), len(snapshot.entity_ids)
    if not len(snapshot.columns) or entities < SMALLEST:
        return []
    labels = clustered(adjacency(snapshot, relations))[chunks:].tolist()
    members: defaultdict[int, list[int]] = defaultdict(list)
    for entity in most_mentioned(snapshot):
        members[labels[entity]].append(entity)
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
    known = list(relations)

    def ends(name: str) -> NDArray[np.int64]:
        return np.fromiter(map(places.get, map(attrgetter(name), known), repeat(-1)), np.int64, len(known))

    sources, targets = ends("source"), ends("target")
    confidences = np.fromiter(map(attrgetter("confidence"), known), np.float64, len(known))
    inside = (sources >= 0) & (targets >= 0)
    return sources[inside], targets[inside], confidences[inside]


def clustered(matrix: Any) -> NDArray[np.int64]:
    """Return the community of each node: Louvain's, taken apart where one does not hang together.

    Leiden makes sure of that by a second search at every level, in nearly twice the time and for the same modularity.
    """
    from sknetwork.clustering import Louvain

    # Of a symmetric matrix Newman's modularity is Dugué's, and spares the pass over directions.
    louvain = Louvain(
        tol_optimization=TOLERANCE,
        modularity="newman",
        sort_clusters=False,
        return_probs=False,
        return_aggregate=False,
    )
    return connected(matrix, louvain.fit_predict(matrix))


def connected(matrix: Any, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the parts that communities fall into when the edges between them are cut; each is a community."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    edges = matrix.tocoo()
    inside = labels[edges.row] == labels[edges.col]
    within = coo_matrix((edges.data[inside], (edges.row[inside], edges.col[inside])), shape=matrix.shape)
    parts: NDArray[np.int64] = connected_components(within, directed=False)[1]
    return parts
