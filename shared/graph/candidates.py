"""What the finders of names hand to each other before a name becomes a mention."""

from typing import NamedTuple

from shared.domain.graph import EntityType


class Candidate(NamedTuple):
    """Characters `start` up to `end` of a text may name an entity of this type."""

    start: int
    end: int
    type: EntityType
    confidence: float
