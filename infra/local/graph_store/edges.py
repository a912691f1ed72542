"""The rows of a graph's chunks, and all of them end to end."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """What one chunk is about: numbers of entities, the evidence for each and what of it is borrowed from headings
    elsewhere, all of shape (entities,).

    `document` is the number of its document; `names` are the names it uses, and `named` says for whom. Strings are
    shared, since a base repeats its names.
    """

    id: str
    document: int
    columns: NDArray[np.int32]
    evidence: NDArray[np.float32]
    borrowed: NDArray[np.float32]
    named: array[int]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Rows end to end; `numbers` are those of the chunks.

    Shapes, with C rows and M edges: `numbers`, `documents` and `sizes` (C,), the others (M,).
    """

    rows: Sequence[Row]
    numbers: NDArray[np.int64]
    documents: NDArray[np.int32]
    sizes: NDArray[np.int64]
    columns: NDArray[np.int32]
    evidence: NDArray[np.float32]
    borrowed: NDArray[np.float32]

    def followed(self, rows: Mapping[int, Row], gone: Collection[int]) -> Edges:
        """Return the edges of `rows` by chunk, which are these rows but for the chunks `gone`, and then new ones.

        What is left is cut out in one pass, so that a small change of a large base does not visit every row.
        """
        left = np.isin(self.numbers, list(gone), invert=True)
        kept = np.repeat(left, self.sizes)
        listed = list(rows.values())
        added = listed[int(left.sum()) :]
        return Edges(
            listed,
            np.fromiter(rows, np.int64, len(rows)),
            np.append(self.documents[left], np.array([row.document for row in added], np.int32)),
            np.append(self.sizes[left], np.array([row.columns.size for row in added], np.int64)),
            np.concatenate([self.columns[kept], *(row.columns for row in added)]),
            np.concatenate([self.evidence[kept], *(row.evidence for row in added)]),
            np.concatenate([self.borrowed[kept], *(row.borrowed for row in added)]),
        )


def no_edges() -> Edges:
    """Return the edges of a base without a row."""
    none, nothing = np.zeros(0, np.int32), np.zeros(0, np.float32)
    return Edges((), np.zeros(0, np.int64), none, np.zeros(0, np.int64), none, nothing, nothing)
