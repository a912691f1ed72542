"""Finds the entities that so many passages name that one of them says little of them."""

from shared.domain.snapshot import GraphSnapshot
from shared.retrieval.walk import Paths

MOST_PASSAGES = 25
"""Passages that may name an entity before it is a hub; with 100 a base of 10,000 passages takes four times as long."""


def hubs(snapshot: GraphSnapshot, ways: Paths) -> frozenset[str]:
    """Return the ids of the entities that more than `MOST_PASSAGES` passages name, as the ways through it see them."""
    return frozenset(snapshot.entity_ids[place] for place in (ways.frequencies > MOST_PASSAGES).nonzero()[0].tolist())
