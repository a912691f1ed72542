"""Keys that services are called with."""

from typing import Protocol


class KeySource(Protocol):
    """What gives the key, or the token, for each call to a service."""

    async def __call__(self) -> str:
        """Return the key for the next call."""
        ...

    def refused(self) -> None:
        """Take note that the service refused the last one."""
        ...


Key = str | KeySource
"""A key, or what gives one for each call."""
