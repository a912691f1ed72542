"""What a retriever loses with each part."""

import numpy as np

from infra.local.command_line.ablations import Without, without_headings, without_names
from shared.domain.snapshot import HEADING_EVIDENCE, GraphSnapshot
from tests.contract.passages import BASE
from tests.unit.retrieval.test_walk import snapshot

GRAPH = snapshot({"a": {"ada": 2.0, "bay": HEADING_EVIDENCE + 1.5}})


class Published:
    """A graph store that publishes what it is told to."""

    def __init__(self) -> None:
        self.version = GRAPH

    async def snapshot(self, base: object) -> GraphSnapshot:
        return self.version


def test_without_headings_a_heading_is_one_mention_more() -> None:
    assert without_headings(GRAPH).evidence.tolist() == [2.0, 2.5]


def test_without_names_no_entity_is_known_and_every_edge_stays() -> None:
    assert not without_names(GRAPH).entity_index
    assert np.array_equal(without_names(GRAPH).evidence, GRAPH.evidence)


async def test_the_same_snapshot_is_changed_once_and_the_next_one_anew() -> None:
    published = Published()
    lacking = Without(published, without_names)
    first = await lacking.snapshot(BASE)
    assert await lacking.snapshot(BASE) is first
    published.version = without_headings(GRAPH)
    assert await lacking.snapshot(BASE) is not first
