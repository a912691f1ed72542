"""A published version as it is under the access labels of this moment: what merges for everybody, and the arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from infra.azure.gremlin.published import Published
from shared.domain.access import Scope
from shared.domain.graph import entity_id
from shared.domain.snapshot import HEADING_EVIDENCE, GraphSnapshot
from shared.graph.grounds import Access
from shared.graph.knowledge_of_names import Grounds, grounds, merges_held
from shared.graph.resolution import merges


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One version for readers. `grounds` say who may know of which decision, `keys_by_id` finds a canonical key."""

    published: Published
    access: Mapping[str, Access]
    grounds: Grounds
    merges: Mapping[str, str]
    snapshot: GraphSnapshot
    keys_by_id: Mapping[str, str]

    def canonical(self, key: str) -> str:
        """Return the key that an entity is known by."""
        return self.merges.get(key, key)

    def spelled(self, keys: Collection[str]) -> list[str]:
        """Return canonical keys with all that merge into them."""
        return [*keys, *(alias for alias, key in self.merges.items() if key in keys)]

    def readable(self, scope: Scope) -> NDArray[np.bool_]:
        """Say of every chunk (C,) whether a scope may read it."""
        visible = np.array([scope.may_read(labels) for labels in self.snapshot.access_sets], np.bool_)
        mask: NDArray[np.bool_] = visible[self.snapshot.chunk_access]
        return mask


def shown(published: Published, access: Mapping[str, Access], before: Shown | None) -> Shown:
    """Show a version under access labels; what stays as it was `before` is not made again."""
    speaking = grounds(published.decided.said, access)
    decisions = [each.decision for each in published.decided.resolutions]
    present = set(access.values())
    # Where all documents have the same labels, whoever may read anything may read all of it.
    held = merges_held(decisions, speaking, present) if len(present) > 1 else merges(decisions)
    if before is not None and before.published is published and before.merges == held:
        snapshot, keys_by_id = before.snapshot, before.keys_by_id
    else:
        snapshot, keys_by_id = merged(published, held)
    chunk_access, access_sets = labelled(published, access)
    snapshot = replace(snapshot, chunk_access=chunk_access, access_sets=access_sets)
    return Shown(published, access, speaking, held, snapshot, keys_by_id)


def labelled(
    published: Published, access: Mapping[str, Access]
) -> tuple[NDArray[np.int32], tuple[frozenset[str], ...]]:
    """Return each chunk's index of access labels, and the labels; a document the index does not know has none."""
    sets: dict[frozenset[str], int] = {frozenset(): 0}
    of_documents = [sets.setdefault(access.get(each, frozenset()), len(sets)) for each in published.documents]
    return np.array(of_documents, np.int32)[published.chunk_documents], tuple(sets)


def merged(published: Published, into: Mapping[str, str]) -> tuple[GraphSnapshot, Mapping[str, str]]:
    """Build the snapshot in which keys are merged, without labels, and the canonical key of each entity's id."""
    numbers = dict(published.keys)
    for key in into.values():  # a name that no passage uses may be the canonical one
        numbers.setdefault(key, len(numbers))
    canonical = np.arange(len(numbers))
    for alias, key in into.items():
        if alias in numbers:
            canonical[numbers[alias]] = numbers[key]
    rows, columns, evidence, borrowed = weighed(published, canonical)
    used = np.unique(columns)
    places = np.full(len(numbers), -1, np.int32)
    places[used] = np.arange(len(used), dtype=np.int32)
    spelled = list(numbers)
    keys = [spelled[number] for number in used.tolist()]
    ids = [entity_id(published.base, key) for key in keys]
    index = dict(zip(keys, range(len(keys)), strict=True))
    aliases = {alias: index[key] for alias, key in into.items() if key in index}
    count = len(published.chunks)
    snapshot = GraphSnapshot(
        published.version,
        published.chunks,
        published.chunk_index,
        tuple(ids),
        names_of(published, canonical, keys, used),
        index | aliases,
        np.searchsorted(rows, np.arange(count + 1)).astype(np.int64),
        places[columns],
        evidence,
        borrowed,
        published.chunk_documents,
        np.zeros(count, np.int32),
        (frozenset(),),
    )
    return snapshot, dict(zip(ids, keys, strict=True))


def weighed(
    published: Published, canonical: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    """Return the row, the entity, the evidence and what of it is borrowed, of every edge, as GraphSnapshot says."""
    width = max(len(canonical), 1)
    rows = np.repeat(np.arange(len(published.chunks)), np.diff(published.row_starts))
    edges, place = np.unique(rows * width + canonical[published.columns], return_inverse=True)
    counts = np.bincount(place, published.counts, len(edges)).astype(np.float64)
    headed = np.bincount(place, published.headed, len(edges)) > 0
    linked = np.bincount(place, published.linked, len(edges)) > 0
    borrowed = linked * (of_mentions(counts + 1) - of_mentions(counts))
    evidence = of_mentions(counts) + HEADING_EVIDENCE * headed + borrowed
    return edges // width, edges % width, evidence.astype(np.float32), borrowed.astype(np.float32)


def of_mentions(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the evidence of so many mentions each."""
    return (1 + np.log(np.maximum(counts, 1))) * (counts > 0)


def names_of(
    published: Published, canonical: NDArray[np.int64], keys: Sequence[str], used: NDArray[np.int64]
) -> tuple[str, ...]:
    """Return the name of each entity that most chunks use, the first in the alphabet of equals."""
    width = max(len(published.names), 1)
    height = max(len(canonical), 1)
    own = ~published.vote_linked
    named = canonical[published.vote_keys[own]] * width + published.vote_names[own]
    in_chunks = np.unique(published.vote_rows[own].astype(np.int64) * (height * width) + named)
    pairs, counts = np.unique(in_chunks % (height * width), return_counts=True)
    order = np.lexsort((pairs, -counts, pairs // width))
    entities, first = np.unique((pairs // width)[order], return_index=True)
    best = dict(zip(entities.tolist(), (pairs % width)[order][first].tolist(), strict=True))
    return tuple(
        published.names[best[number]] if number in best else key
        for number, key in zip(used.tolist(), keys, strict=True)
    )
