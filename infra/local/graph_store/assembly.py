"""Turn a base's edges into the snapshot that is walked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infra.local.graph_store.memory import GAZETTEER, HEADING, TEXT, Memory
from shared.domain.snapshot import HEADING_EVIDENCE, GraphSnapshot


@dataclass(frozen=True, slots=True, eq=False)
class EntityIndex(Mapping[str, int]):
    """Finds an entity's index by key through the numbers that keys have in memory; nothing is copied per version."""

    numbers: Mapping[str, int]
    places: NDArray[np.int64]

    def __getitem__(self, key: str) -> int:
        number = self.numbers[key]
        if number >= len(self.places) or self.places[number] < 0:
            raise KeyError(key)
        return int(self.places[number])

    def __iter__(self) -> Iterator[str]:
        return (key for key in list(self.numbers) if key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def assembled(memory: Memory) -> GraphSnapshot:
    """Build the snapshot of a base: entities in the order of their keys' arrival, those alone that an edge reaches."""
    canonical = canonical_keys(memory)
    used, edge_entities = np.unique(canonical[memory.edge_keys], return_inverse=True)
    places = np.full(len(canonical), -1, np.int64)
    places[used] = np.arange(len(used))
    order = np.argsort(memory.chunks)
    edge_rows = order[np.searchsorted(memory.chunks[order], memory.edge_chunks)]
    row_starts, columns, evidence = compressed(memory, edge_rows, edge_entities, len(used))
    chunk_access, access_sets = labelled(memory)
    chunk_ids = memory.chunk_ids.tolist()
    return GraphSnapshot(
        version=memory.version,
        chunk_ids=tuple(chunk_ids),
        chunk_index=dict(zip(chunk_ids, range(len(chunk_ids)), strict=True)),
        entity_ids=tuple(map(memory.entity_ids.texts.__getitem__, used.tolist())),
        entity_names=best_names(memory, edge_entities, len(used)),
        entity_index=EntityIndex(memory.keys.numbers, places[canonical]),
        row_starts=row_starts,
        columns=columns,
        evidence=evidence,
        chunk_access=chunk_access,
        access_sets=access_sets,
    )


def canonical_keys(memory: Memory) -> NDArray[np.int64]:
    """Return for each key's number that of the key it merges into, mostly its own."""
    canonical = np.arange(len(memory.keys.texts))
    for key, into in memory.merges.items():
        canonical[memory.keys.number(key)] = memory.keys.number(into)
    return canonical


def compressed(
    memory: Memory, rows: NDArray[np.int64], entities: NDArray[np.int64], width: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """Join the edges of one chunk and entity, and give them their evidence, as GraphSnapshot says.

    A heading's name in the text counts as one mention, however the text spells it.
    """
    pairs, place = np.unique(rows * max(width, 1) + entities, return_inverse=True)
    said = np.where(memory.edge_sources == TEXT, memory.edge_counts, 0)
    mentions = np.bincount(place, said, len(pairs))
    mentions += np.bincount(place, memory.edge_sources == GAZETTEER, len(pairs)) > 0
    headed = np.bincount(place, memory.edge_sources == HEADING, len(pairs)) > 0
    evidence = np.where(mentions > 0, 1 + np.log(np.maximum(mentions, 1)), 0) + HEADING_EVIDENCE * headed
    starts = np.searchsorted(pairs, np.arange(len(memory.chunks) + 1) * max(width, 1))
    return starts, (pairs % max(width, 1)).astype(np.int32), evidence.astype(np.float32)


def best_names(memory: Memory, entities: NDArray[np.int64], width: int) -> tuple[str, ...]:
    """Choose for each entity the name that most chunks use, the first in the alphabet among equals."""
    texts, size = memory.names.texts, max(len(memory.names.texts), 1)
    spelled = memory.edge_sources != GAZETTEER
    pairs, counts = np.unique(entities[spelled] * size + memory.edge_names[spelled], return_counts=True)
    owners = pairs // size
    most = np.zeros(width, np.int64)
    np.maximum.at(most, owners, counts)
    best: list[str] = [""] * width
    for owner, name in zip(*(each[counts == most[owners]].tolist() for each in (owners, pairs % size)), strict=True):
        text = texts[name]
        best[owner] = min(best[owner] or text, text)
    return tuple(best)


def labelled(memory: Memory) -> tuple[NDArray[np.int32], tuple[frozenset[str], ...]]:
    """Return each chunk's index of access labels, and the labels; a document the index does not know has none."""
    sets = {frozenset[str](): 0}
    for labels in memory.access.values():
        sets.setdefault(labels, len(sets))
    by_document = [sets[memory.access.get(id, frozenset())] for id in memory.document_ids.texts]
    return np.array(by_document, np.int32)[memory.documents], tuple(sets)
