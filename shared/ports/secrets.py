"""Keeps what must not stand in a setting."""

from typing import Protocol


class Secrets(Protocol):
    """Secrets by name, which may change while the process runs."""

    async def ping(self) -> None:
        """Reach what keeps them, at no cost. Raises Unavailable, or BadSetting for what an operator has to mend."""
        ...

    async def secret(self, name: str) -> str:
        """Return the present value. Raises BadSetting where there is none of that name, or StoreUnavailable."""
        ...
