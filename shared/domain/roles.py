"""What each role may use, and how much of it."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Literal


class Role(StrEnum):
    """What a principal is to the service; `background` is its own work, which nobody asks for and nobody is given."""

    ADMIN = "admin"
    USER = "user"
    GUEST = "guest"
    BACKGROUND = "background"


GivenRole = Literal[Role.ADMIN, Role.USER, Role.GUEST]
"""A role that somebody can be given."""

GIVEN_ROLES: tuple[GivenRole, ...] = (Role.ADMIN, Role.USER, Role.GUEST)
"""They all, the highest first."""


class Feature(StrEnum):
    """A part of the service that a role may use or not: `embedding` takes documents in, `operations` runs it all."""

    CHAT = "chat"
    GRAPHRAG = "graphrag"
    EMBEDDING = "embedding"
    OPERATIONS = "operations"


class ModelClass(StrEnum):
    """A kind of model that a role may have its calls answered by."""

    SMALL_CHAT = "small chat"
    LARGE_CHAT = "large chat"
    EMBEDDING = "embedding"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one role may use: requests per UTC day, US dollars per UTC month, features and kinds of models."""

    requests_per_day: int
    monthly_usd: float
    features: frozenset[Feature]
    models: frozenset[ModelClass]


LIMITS: dict[Role, Limits] = {
    Role.ADMIN: Limits(10_000, 1_000, frozenset(Feature), frozenset(ModelClass)),
    Role.USER: Limits(
        1_000,
        100,
        frozenset({Feature.GRAPHRAG, Feature.EMBEDDING, Feature.CHAT}),
        frozenset({ModelClass.SMALL_CHAT, ModelClass.EMBEDDING}),
    ),
    Role.GUEST: Limits(100, 10, frozenset({Feature.CHAT}), frozenset({ModelClass.SMALL_CHAT})),
    # It makes no requests, and what its tenant and everybody may spend bounds it. Ahead of people it answers with all
    # that they may use.
    Role.BACKGROUND: Limits(0, inf, frozenset({Feature.GRAPHRAG}), frozenset(ModelClass)),
}
"""The one table of roles."""
