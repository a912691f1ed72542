"""Communities and walks on a planted graph of 100,000 nodes and 500,000 edges, by processor time and by the clock.

Nodes fall into 2,000 blocks, a fifth of each block are chunks and the rest entities; degrees follow a power law, and
70 % of the edges stay inside a block. `of_mentions` has an edge wherever a chunk names an entity, `with_relations` has
three such edges to two between entities. The walk has no relations, so it is measured over mentions alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray
from sknetwork.clustering import get_modularity

from shared.domain.access import EVERYONE
from shared.domain.graph import Relation, RelationType
from shared.domain.snapshot import GraphSnapshot
from shared.graph.communities import adjacency, clustered, find_communities
from shared.retrieval.seeds import LEAST_RELEVANCE, SEED_CHUNKS
from shared.retrieval.walk import paths, walked
from tests.bench.base import SCOPE
from tests.bench.corpus import SEED
from tests.bench.figures import Figure, show

NODES, EDGES, BLOCKS = 100_000, 500_000, 2_000
CHUNKS = NODES // 5
INSIDE = 0.7
TAIL = 1.5
"""Pareto shape of the weights that ends are drawn by: degrees then fall off with an exponent of 2.5."""

RUNS, WALKS = 5, 50

Pairs = NDArray[np.int64]


@dataclass(frozen=True)
class Timed:
    """Seconds of each run, by the clock and of the processor."""

    wall: list[float]
    processor: list[float]


class Planted:
    """Blocks of nodes with weights; nodes below CHUNKS are chunks."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(SEED)
        self.blocks = self.random.permutation(np.arange(NODES) % BLOCKS)
        self.weights = self.random.pareto(TAIL, NODES) + 1

    def edges(self, sources: slice, count: int) -> Pairs:
        """Return distinct edges, (count, 2), from these nodes to entities, in a random order."""
        inside = round(count * INSIDE)
        drawn = [self.drawn(sources, inside, is_inside=True), self.drawn(sources, count - inside, is_inside=False)]
        return self.random.permutation(np.concatenate(drawn))

    def drawn(self, sources: slice, count: int, *, is_inside: bool) -> Pairs:
        """Draw ends by weight until there are enough distinct edges, inside blocks or between them."""
        targets = slice(CHUNKS, NODES)
        codes = np.zeros(0, np.int64)
        while len(codes) < count:
            starts = self.by_weight(sources, self.random.random(count))
            within = self.blocks[starts] if is_inside else self.random.integers(0, BLOCKS, count)
            ends = self.by_weight_in_block(targets, within)
            kept = (starts != ends) & ((self.blocks[starts] == self.blocks[ends]) == is_inside)
            codes = np.unique(np.concatenate([codes, starts[kept] * NODES + ends[kept]]))
        return np.stack(np.divmod(self.random.permutation(codes)[:count], NODES), axis=1)

    def by_weight(self, nodes: slice, shares: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the nodes at these shares of their weight."""
        heights = np.cumsum(self.weights[nodes])
        return nodes.start + np.searchsorted(heights, shares * heights[-1])

    def by_weight_in_block(self, nodes: slice, blocks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a node of each of these blocks."""
        order = nodes.start + np.argsort(self.blocks[nodes], kind="stable")
        heights = np.cumsum(self.weights[order])
        bounds = np.searchsorted(self.blocks[order], np.arange(BLOCKS + 1))
        levels = np.concatenate([[0.0], heights])[bounds]
        shares = levels[blocks] + self.random.random(len(blocks)) * (levels[blocks + 1] - levels[blocks])
        return order[np.searchsorted(heights, shares).clip(0, len(order) - 1)]


def measure() -> Iterator[Figure]:
    """Find communities without and with relations, then walk."""
    planted = Planted()
    all_nodes = slice(CHUNKS, NODES)
    mentions = snapshot_of(planted.edges(slice(0, CHUNKS), EDGES))
    yield communities("of_mentions", mentions, [])
    mixed = snapshot_of(planted.edges(slice(0, CHUNKS), EDGES * 3 // 5))
    yield communities("with_relations", mixed, relations_of(planted.edges(all_nodes, EDGES * 2 // 5)))
    yield from walks(mentions, planted.random)


def snapshot_of(mentions: Pairs) -> GraphSnapshot:
    """Return a version of a graph in which these chunks name these entities once each."""
    chunks, columns = mentions[np.lexsort(mentions.T[::-1])].T
    ids = tuple(f"chunk{number:06}" for number in range(CHUNKS))
    entities = tuple(f"entity{number:06}" for number in range(CHUNKS, NODES))
    return GraphSnapshot(
        version=1,
        chunk_ids=ids,
        chunk_index={id: place for place, id in enumerate(ids)},
        entity_ids=entities,
        entity_names=entities,
        entity_index={id: place for place, id in enumerate(entities)},
        row_starts=np.searchsorted(chunks, np.arange(CHUNKS + 1)).astype(np.int64),
        columns=(columns - CHUNKS).astype(np.int32),
        evidence=np.ones(len(columns), np.float32),
        borrowed=np.zeros(len(columns), np.float32),
        chunk_documents=(np.arange(CHUNKS) // 20).astype(np.int32),
        chunk_access=np.zeros(CHUNKS, np.int32),
        access_sets=(frozenset({EVERYONE}),),
    )


def relations_of(pairs: Pairs) -> list[Relation]:
    """Return a relation between each two entities."""
    ends = [[f"entity{end:06}" for end in column] for column in pairs.T.tolist()]
    return [Relation(*pair, RelationType.USES, 0.9, ()) for pair in zip(*ends, strict=True)]


def communities(name: str, snapshot: GraphSnapshot, relations: list[Relation]) -> Figure:
    """Time the communities of a graph."""
    timed = repeated(lambda: find_communities(snapshot, relations), RUNS)
    matrix = adjacency(snapshot, relations)
    labels = clustered(matrix)
    about = {"nodes": NODES, "edges": len(snapshot.columns) + len(relations), "synthetic": "all of it"}
    found = {"communities": len(np.unique(labels)), "modularity": float(get_modularity(matrix, labels))}
    return Figure(f"communities_{name}", median(timed.wall), "s", {**times(timed, 1), **found, **about})


def walks(snapshot: GraphSnapshot, random: np.random.Generator) -> Iterator[Figure]:
    """Time what a version costs once, and the walk of each question."""
    prepared = repeated(lambda: paths(snapshot, SCOPE), RUNS)
    about = {"nodes": NODES, "edges": len(snapshot.columns), "synthetic": "all of it"}
    yield Figure("walk_prepared", 1000 * median(prepared.wall), "ms", {**times(prepared, 1000), **about})
    ways = paths(snapshot, SCOPE)
    starts = iter([start(random) for _ in range(WALKS)])
    timed = repeated(lambda: walked(ways, *next(starts)), WALKS)
    yield Figure("walk", 1000 * median(timed.wall), "ms", {**times(timed, 1000), **about})


def start(random: np.random.Generator) -> tuple[NDArray[np.float32], ...]:
    """Return where the walk of one question begins: chunks, entities, and how relevant each chunk is."""
    chunks, entities = np.zeros(CHUNKS, np.float32), np.zeros(NODES - CHUNKS, np.float32)
    relevance = np.full(CHUNKS, LEAST_RELEVANCE, np.float32)
    found = random.choice(CHUNKS, SEED_CHUNKS, replace=False)
    chunks[found], relevance[found] = 0.5 / SEED_CHUNKS, 1
    entities[random.choice(NODES - CHUNKS, 2, replace=False)] = 0.25
    return chunks, entities, relevance


def repeated(work: Callable[[], object], runs: int) -> Timed:
    """Do the same a few times."""
    timed = Timed([], [])
    for _ in range(runs):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        timed.wall.append(time.perf_counter() - wall)
        timed.processor.append(time.process_time() - processor)
    return timed


def times(timed: Timed, per_second: int) -> dict[str, object]:
    """Return what stands beside a median by the clock."""
    return {
        "fastest": per_second * min(timed.wall),
        "processor": per_second * median(timed.processor),
        "fastest_processor": per_second * min(timed.processor),
    }


if __name__ == "__main__":
    show(measure())
