"""The keys that programs sign in with."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.service_keys import ServiceKey


class ServiceKeys(Protocol):
    """The register of service keys."""

    async def keep(self, key: ServiceKey) -> None:
        """Add a key."""
        ...

    async def key(self, tenant: str, id: str) -> ServiceKey | None:
        """Return a key, or None."""
        ...

    async def keys(self, tenant: str, limit: int, after: str = "") -> Sequence[ServiceKey]:
        """Return keys of the tenant in order of id; `after` is the last id of the page before."""
        ...

    async def remove(self, tenant: str, id: str) -> None:
        """Forget a key; one that is not there is no error."""
        ...
