"""The rows of a graph's chunks, and all of them end to end."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """What one chunk is about: numbers of entities, the evidence for each and what of it is borrowed from headings
    elsewhere, all of shape (entities,).

    `names` are the names it uses, and `named` says for whom; strings are shared, since a base repeats its names.
    """

    id: str
    document_id: str
    columns: NDArray[np.int32]
    evidence: NDArray[np.float32]
    borrowed: NDArray[np.float32]
    named: array[int]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Rows end to end. Shapes, with C rows and M edges: `sizes` (C,), the others (M,)."""

    rows: Sequence[Row]
    sizes: NDArray[np.int64]
    columns: NDArray[np.int32]
    evidence: NDArray[np.float32]
    borrowed: NDArray[np.float32]

    def followed(self, rows: Sequence[Row]) -> Edges:
        """Return the edges of `rows`, which are those of these rows that are left, in their order, and then new ones.

        What is left is cut out in one pass, so that a small change of a large base does not visit every row's arrays.
        """
        present = set(map(id, rows))
        left = np.fromiter((id(row) in present for row in self.rows), np.bool_, len(self.rows))
        kept = np.repeat(left, self.sizes)
        added = rows[int(left.sum()) :]
        sizes = np.fromiter((row.columns.size for row in added), np.int64, len(added))
        return Edges(
            rows,
            np.concatenate([self.sizes[left], sizes]),
            np.concatenate([self.columns[kept], *(row.columns for row in added)]),
            np.concatenate([self.evidence[kept], *(row.evidence for row in added)]),
            np.concatenate([self.borrowed[kept], *(row.borrowed for row in added)]),
        )


def no_edges() -> Edges:
    """Return the edges of a base without a row."""
    nothing = np.zeros(0, np.float32)
    return Edges((), np.zeros(0, np.int64), np.zeros(0, np.int32), nothing, nothing)
