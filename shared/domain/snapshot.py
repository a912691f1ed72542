"""One published version of a knowledge base's graph as arrays, ready to be walked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HEADING_EVIDENCE = 12.0
"""What a heading adds to the evidence that a chunk is about an entity; from 5 to 20 differ by a point."""


@dataclass(frozen=True, slots=True, eq=False)
class GraphSnapshot:
    """Chunks and entities as one bipartite graph in compressed sparse rows, one row per chunk.

    Shapes, with C chunks, E entities and M edges: `row_starts` (C+1,), `columns` (M,) indexes of entities, rising
    within a row, `evidence` (M,): 1 + ln(mentions), plus HEADING_EVIDENCE under a heading that names the entity.
    Rarity is not in it: that is counted over the chunks a reader may see. `borrowed` (M,) is the part of the evidence
    that rests on a heading elsewhere which names the entity, and counts only for who may see one. `chunk_documents`
    (C,) is equal for the chunks of one document and no others. `chunk_access` (C,) indexes `access_sets`, so that a
    walk can be masked before it starts. `entity_index` finds an entity's index by its normalised name or by a merged
    alias of it.
    """

    version: int
    chunk_ids: tuple[str, ...]
    chunk_index: Mapping[str, int]
    entity_ids: Sequence[str]
    entity_names: Sequence[str]
    entity_index: Mapping[str, int]
    row_starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    evidence: NDArray[np.float32]
    borrowed: NDArray[np.float32]
    chunk_documents: NDArray[np.int32]
    chunk_access: NDArray[np.int32]
    access_sets: tuple[frozenset[str], ...]

    def entities_of(self, chunk_id: str) -> tuple[str, ...]:
        """Return the ids of the entities that a chunk names; an unknown chunk names none."""
        row = self.chunk_index.get(chunk_id)
        if row is None:
            return ()
        return tuple(
            self.entity_ids[column] for column in self.columns[self.row_starts[row] : self.row_starts[row + 1]]
        )

    def documents_of(self, chunk_ids: Sequence[str]) -> dict[str, int]:
        """Return a number of the document of each chunk that the snapshot knows."""
        rows = {id: row for id in chunk_ids if (row := self.chunk_index.get(id)) is not None}
        return {id: int(self.chunk_documents[row]) for id, row in rows.items()}
