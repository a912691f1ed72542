"""Turn a base's rows into the snapshot that is walked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import overload

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


@dataclass(frozen=True, slots=True, eq=False)
class Picked(Sequence[str]):
    """The strings with these numbers, each looked up when it is asked for: few of a version's entities ever are."""

    every: Sequence[str]
    numbers: NDArray[np.int64]

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...

    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return Picked(self.every, self.numbers[place])
        return self.every[int(self.numbers[place])]

    def __iter__(self) -> Iterator[str]:
        return map(self.every.__getitem__, self.numbers.tolist())

    def __len__(self) -> int:
        return len(self.numbers)


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
        entity_ids=Picked(entities.ids, used),
        entity_names=Picked(entities.names.copy(), used),  # a name may be another in the next version
        entity_index=EntityIndex(entities.numbers, memory.merges, places),
        row_starts=np.append(0, np.cumsum(edges.sizes)),
        columns=places[edges.columns],
        evidence=edges.evidence,
        borrowed=edges.borrowed,
        chunk_documents=edges.documents,
        chunk_access=chunk_access,
        access_sets=access_sets,
    )


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
