"""Turn a base's rows into the snapshot that is walked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from infra.local.graph_store.memory import Memory
from shared.domain.snapshot import GraphSnapshot


@dataclass(frozen=True, slots=True, eq=False)
class EntityIndex(Mapping[str, int]):
    """Finds an entity's index by key, through the numbers that keys have in memory; nothing is copied per version."""

    numbers: Mapping[str, int]
    merges: Mapping[str, str]
    places: NDArray[np.int32]

    def __getitem__(self, key: str) -> int:
        number = self.numbers[self.merges.get(key, key)]
        if number >= len(self.places) or self.places[number] < 0:
            raise KeyError(key)
        return int(self.places[number])

    def __iter__(self) -> Iterator[str]:
        return (key for key in [*self.numbers, *self.merges] if key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def assembled(memory: Memory) -> GraphSnapshot:
    """Build the snapshot of a base, with those entities alone that a chunk reaches."""
    entities, edges = memory.entities, memory.edges
    used = np.flatnonzero(np.bincount(edges.columns, minlength=len(entities.keys)))
    places = np.full(len(entities.keys), -1, np.int32)
    places[used] = np.arange(len(used), dtype=np.int32)
    chunk_ids = tuple([row.id for row in edges.rows])
    chunk_access, access_sets = labelled(memory)
    return GraphSnapshot(
        version=memory.version,
        chunk_ids=chunk_ids,
        chunk_index=dict(zip(chunk_ids, range(len(chunk_ids)), strict=True)),
        entity_ids=tuple(map(entities.ids.__getitem__, used.tolist())),
        entity_names=tuple(map(entities.names.__getitem__, used.tolist())),
        entity_index=EntityIndex(entities.numbers, memory.merges, places),
        row_starts=np.append(0, np.cumsum(edges.sizes)),
        columns=places[edges.columns],
        evidence=edges.evidence,
        borrowed=edges.borrowed,
        chunk_documents=edges.documents,
        chunk_access=chunk_access,
        access_sets=access_sets,
    )


def rows_naming(snapshot: GraphSnapshot, entities: Collection[int]) -> list[int]:
    """Return the rows of the chunks that name one of the entities."""
    places = np.flatnonzero(np.isin(snapshot.columns, list(entities)))
    rows: list[int] = np.unique(np.searchsorted(snapshot.row_starts, places, side="right") - 1).tolist()
    return rows


def relabelled(memory: Memory, snapshot: GraphSnapshot) -> GraphSnapshot:
    """Give a snapshot the access labels of this moment: what is closed to a reader must not wait for a version."""
    chunk_access, access_sets = labelled(memory)
    return replace(snapshot, chunk_access=chunk_access, access_sets=access_sets)


def labelled(memory: Memory) -> tuple[NDArray[np.int32], tuple[frozenset[str], ...]]:
    """Return each chunk's index of access labels, and the labels; a document the index does not know has none."""
    sets: dict[frozenset[str], int] = {frozenset(): 0}
    numbers = {document: sets.setdefault(labels, len(sets)) for document, labels in memory.access.items()}
    of_documents = np.array([numbers.get(document, 0) for document in memory.documents], np.int32)
    return of_documents[memory.edges.documents], tuple(sets)
