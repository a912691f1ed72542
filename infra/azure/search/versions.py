"""What counts the versions of a base, since a search index has no counter of its own."""

from typing import Protocol

from shared.domain.access import BaseKey


class Versions(Protocol):
    """One number per knowledge base, raised atomically; it outlives the base's last document."""

    async def current(self, base: BaseKey) -> int:
        """Return the version of a base; 0 before the first."""
        ...

    async def raise_version(self, base: BaseKey) -> int:
        """Count one more change and return the new version; no number is given twice."""
        ...
