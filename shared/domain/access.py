"""Who asks, and what they may read."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.domain.errors import AccessDenied
from shared.domain.roles import LIMITS, Feature, ModelClass, Role

EVERYONE = "everyone"
"""The access label that every principal of a tenant carries."""

INGESTION = "ingestion"
"""The user that reading documents is booked on."""

PRECOMPUTING = "precomputing"
"""The user that answers are booked on that nobody waits for."""

IN_BACKGROUND = frozenset({INGESTION, PRECOMPUTING})
"""Users who are nobody."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A person or service of one tenant, with the access labels it carries.

    Whoever `is_of_directory` signs in with another directory, which keeps the account.
    """

    tenant: str
    user: str
    labels: frozenset[str] = frozenset({EVERYONE})
    role: Role = Role.GUEST
    is_of_directory: bool = False

    def may_change(self, owner: str) -> bool:
        """Say whether the principal may change a thing of this owner: its own, or whatever it is as administrator."""
        return self.role is Role.ADMIN or (owner != "" and owner == self.user)

    def may(self, feature: Feature) -> bool:
        """Say whether the role may use this part of the service."""
        return feature in LIMITS[self.role].features

    def may_ask(self, model: ModelClass) -> bool:
        """Say whether the role may have its questions answered by such a model."""
        return model in LIMITS[self.role].models

    def check(self, feature: Feature) -> None:
        """Raise AccessDenied unless the role may use this part of the service."""
        if not self.may(feature):
            raise AccessDenied(f"the role {self.role} may not use {feature}", role=self.role, feature=feature)


def background(tenant: str, user: str = INGESTION) -> Principal:
    """Return who works for a tenant without being asked: reads its documents, judges names, answers ahead."""
    return Principal(tenant, user, role=Role.BACKGROUND)


def labels_of(user: str, groups: Iterable[str] = ()) -> frozenset[str]:
    """Return the access labels that somebody carries: everyone's, their own, and those of their groups."""
    return frozenset({EVERYONE, f"user:{user}", *(f"group:{each}" for each in groups)})


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

    def narrowed(self, used: frozenset[str]) -> "Scope":
        """Return the same view with those labels alone that open anything, where `used` are all that things carry.

        Whoever sees the same has the same scope then, whatever else they carry. One that opens nothing stays.
        """
        return Scope(self.base, self.labels & (used | {EVERYONE}) or self.labels)

    def may_read(self, access: frozenset[str]) -> bool:
        """Say whether a thing with these access labels is visible in this scope; nobody reads a thing without any."""
        return not self.labels.isdisjoint(access)
