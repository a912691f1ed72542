"""Reads secrets from Azure Key Vault."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from infra.azure.attempts import NO_REPEATS, Attempts, status_of
from shared.domain.errors import BadSetting

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.keyvault.secrets.aio import SecretClient


NOBODYS = "readiness-probe"
"""The name of a secret that is not there. The role that reads secrets may not list them in every vault."""


@dataclass
class KeyVaultSecrets:
    """Implements the port Secrets over one vault; `read_seconds` bounds one wait for a sign of life."""

    endpoint: str
    credential: AsyncTokenCredential
    read_seconds: float = 5.0
    attempts: Attempts = field(default_factory=lambda: Attempts("the key vault", 15.0))
    _client: SecretClient | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def secret(self, name: str) -> str:
        """See the port."""
        client = await self._opened()

        async def ask() -> str:
            value = (await client.get_secret(name)).value
            if not isinstance(value, str):
                raise ValueError("the answer has no value")
            return value

        try:
            return await self.attempts.make(ask)
        except Exception as error:
            if status_of(error) == 404:
                raise BadSetting(f"there is no secret {name!r} in the vault {self.endpoint}") from error
            raise

    async def ping(self) -> None:
        """See the port: asking for a secret that nobody keeps shows that the vault and the identity are well."""
        with suppress(BadSetting):
            await self.secret(NOBODYS)

    async def close(self) -> None:
        """End the connections that are kept open for the next request."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    async def _opened(self) -> SecretClient:
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._open)
            return self._client

    def _open(self) -> SecretClient:
        from azure.keyvault.secrets.aio import SecretClient

        waits: dict[str, Any] = {"connection_timeout": self.read_seconds, "read_timeout": self.read_seconds}
        return SecretClient(self.endpoint, self.credential, **NO_REPEATS, **waits)
