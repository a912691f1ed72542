"""Laws of communities."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from shared.domain.graph import Relation, RelationType
from shared.domain.snapshot import GraphSnapshot
from shared.graph.communities import connected, find_communities, supporting_chunks


def snapshot_of(*chunks: list[int], entities: int) -> GraphSnapshot:
    """Return a graph of chunks that each name these entities."""
    names = tuple(f"e{number}" for number in range(entities))
    ids = tuple(f"c{number}" for number in range(len(chunks)))
    columns = np.array([column for chunk in chunks for column in chunk], np.int32)
    return GraphSnapshot(
        version=1,
        chunk_ids=ids,
        chunk_index={each: place for place, each in enumerate(ids)},
        entity_ids=names,
        entity_names=names,
        entity_index={each: place for place, each in enumerate(names)},
        row_starts=np.cumsum([0, *map(len, chunks)], dtype=np.int64),
        columns=columns,
        evidence=np.ones(len(columns), np.float32),
        borrowed=np.zeros(len(columns), np.float32),
        chunk_documents=np.arange(len(chunks), dtype=np.int32),
        chunk_access=np.zeros(len(chunks), np.int32),
        access_sets=(frozenset({"everyone"}),),
    )


def relation(source: int, target: int) -> Relation:
    return Relation(f"e{source}", f"e{target}", RelationType.USES, 0.9, ())


def test_entities_that_share_chunks_are_a_community() -> None:
    graph = snapshot_of([0, 1, 2], [0, 1, 2], [3, 4], [3, 4], entities=5)
    assert [set(each) for each in find_communities(graph, [])] == [{0, 1, 2}, {3, 4}]


def test_relations_join_what_no_chunk_joins() -> None:
    graph = snapshot_of([0], [1], entities=2)
    assert find_communities(graph, []) == []
    joined = find_communities(graph, [relation(0, 1)] * 5)
    assert [set(each) for each in joined] == [{0, 1}]


def test_members_come_with_the_most_mentioned_first() -> None:
    graph = snapshot_of([0, 1], [0, 1], [1], [2, 3], [2, 3], entities=4)
    assert find_communities(graph, []) == [(1, 0), (2, 3)]


@pytest.mark.parametrize("graph", [snapshot_of(entities=0), snapshot_of([0], entities=1), snapshot_of([], entities=2)])
def test_a_graph_without_two_linked_entities_has_no_community(graph: GraphSnapshot) -> None:
    assert find_communities(graph, []) == []


def test_a_relation_to_an_entity_that_is_not_published_is_left_out() -> None:
    graph = snapshot_of([0, 1], entities=2)
    assert find_communities(graph, [relation(0, 7)]) == find_communities(graph, []) == [(0, 1)]


def test_the_same_graph_has_the_same_communities() -> None:
    random = np.random.default_rng(7)
    chunks = [np.unique(random.integers(0, 300, 6)).tolist() for _ in range(400)]
    graph = snapshot_of(*chunks, entities=300)
    edges = [relation(int(one), int(other)) for one, other in random.integers(0, 300, (200, 2))]
    first = find_communities(graph, edges)
    assert first == find_communities(graph, edges)
    members = [entity for each in first for entity in each]
    assert len(members) == len(set(members))


def test_a_community_that_does_not_hang_together_is_taken_apart() -> None:
    path = csr_matrix(np.diag(np.ones(4), 1) + np.diag(np.ones(4), -1))
    assert connected(path, np.array([0, 0, 1, 0, 0])).tolist() == [0, 0, 1, 2, 2]
    assert connected(path, np.array([0, 0, 0, 1, 1])).tolist() == [0, 0, 0, 1, 1]


def test_the_chunks_with_the_most_evidence_support_a_community() -> None:
    graph = snapshot_of([0], [0, 1], [2], entities=3)
    assert supporting_chunks(graph, (0, 1), 5) == [1, 0]
    assert supporting_chunks(graph, (0, 1), 1) == [1]
