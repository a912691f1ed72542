"""People and programs that another directory knows."""

from typing import Protocol

from shared.domain.access import Principal


class Directory(Protocol):
    """Reads tokens that a directory elsewhere has written."""

    async def ping(self) -> None:
        """Have the directory's keys, or get them. Raises StoreUnavailable."""
        ...

    async def principal(self, token: str) -> Principal | None:
        """Return whom a token speaks for, or None where it claims to be of no such directory.

        Raises NotSignedIn for one that is not good, or StoreUnavailable where the directory's keys cannot be had.
        """
        ...
