"""Who asks, and what they may read."""

from dataclasses import dataclass

from shared.domain.errors import AccessDenied

EVERYONE = "everyone"
"""The access label that every principal of a tenant carries."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A person or service of one tenant, with the access labels it carries."""

    tenant: str
    user: str
    labels: frozenset[str] = frozenset({EVERYONE})


@dataclass(frozen=True, slots=True)
class BaseKey:
    """Which knowledge base: the tenant it belongs to and its id there."""

    tenant: str
    id: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What one reader may see of one knowledge base: the things that carry at least one of the labels.

    Raises AccessDenied when built without a label, so that a forgotten filter is an error and never an open door.
    """

    base: BaseKey
    labels: frozenset[str]

    def __post_init__(self) -> None:
        if not self.labels:
            raise AccessDenied("a search needs at least one access label")

    def may_read(self, access: frozenset[str]) -> bool:
        """Say whether a thing with these access labels is visible in this scope; nobody reads a thing without any."""
        return not self.labels.isdisjoint(access)
