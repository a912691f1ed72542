"""Reads secrets from the environment, and from a file `.env` that may change while the process runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.domain.errors import BadSetting


@dataclass(frozen=True)
class EnvironmentSecrets:
    """Implements the port Secrets; `environment` returns the variables as they are now."""

    environment: Callable[[], Mapping[str, str]]

    async def ping(self) -> None:
        """Return: the environment is there."""

    async def secret(self, name: str) -> str:
        """See the port."""
        value = self.environment().get(name, "")
        if not value:
            raise BadSetting(f"there is no secret {name!r}: neither the environment nor .env has it")
        return value
