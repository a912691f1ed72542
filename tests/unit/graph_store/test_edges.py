"""Laws of the edges that follow a base from version to version."""

from array import array

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from infra.local.graph_store.edges import Edges, Row, no_edges

SIZES = st.lists(st.integers(0, 4), max_size=8)


def row(size: int, number: int) -> Row:
    columns = np.arange(number, number + size, dtype=np.int32)
    evidence = columns.astype(np.float32)
    return Row(str(number), "document", columns, evidence / 2, evidence / 4, array("i"), ())


def listed(edges: Edges) -> list[list[float]]:
    return [edges.sizes.tolist(), edges.columns.tolist(), edges.evidence.tolist(), edges.borrowed.tolist()]


@given(SIZES, SIZES, st.data())
def test_edges_that_follow_a_change_are_those_that_are_joined_anew(
    first: list[int], added: list[int], draw: st.DataObject
) -> None:
    rows = [row(size, number) for number, size in enumerate(first)]
    left = [each for each in rows if draw.draw(st.booleans())]
    rows_after = left + [row(size, 100 + number) for number, size in enumerate(added)]
    followed = no_edges().followed(rows).followed(rows_after)
    assert list(followed.rows) == rows_after
    assert listed(followed) == listed(no_edges().followed(rows_after))


def test_edges_stand_row_by_row() -> None:
    edges = no_edges().followed([row(2, 5), row(0, 7), row(1, 9)])
    assert listed(edges) == [[2, 0, 1], [5, 6, 9], [2.5, 3.0, 4.5], [1.25, 1.5, 2.25]]
