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
    return Row(str(number), number % 3, columns, evidence / 2, evidence / 4, array("i"), ())


def listed(edges: Edges) -> list[list[float]]:
    arrays = (edges.numbers, edges.documents, edges.sizes, edges.columns, edges.evidence, edges.borrowed)
    return [each.tolist() for each in arrays]


@given(SIZES, SIZES, st.data())
def test_edges_that_follow_a_change_are_those_that_are_joined_anew(
    first: list[int], added: list[int], draw: st.DataObject
) -> None:
    rows = {number: row(size, number) for number, size in enumerate(first)}
    gone = {number for number in rows if draw.draw(st.booleans())}
    again = {number for number in gone if draw.draw(st.booleans())}
    after = {number: each for number, each in rows.items() if number not in gone}
    after |= {number: row(2, number) for number in again}
    after |= {100 + number: row(size, number) for number, size in enumerate(added)}
    followed = no_edges().followed(rows, ()).followed(after, gone)
    assert list(followed.rows) == list(after.values())
    assert listed(followed) == listed(no_edges().followed(after, ()))


def test_edges_stand_row_by_row() -> None:
    edges = no_edges().followed({5: row(2, 5), 7: row(0, 7), 9: row(1, 9)}, ())
    assert listed(edges) == [[5, 7, 9], [2, 1, 0], [2, 0, 1], [5, 6, 9], [2.5, 3.0, 4.5], [1.25, 1.5, 2.25]]
