"""The one identity that the process calls services with: its managed identity, or a developer's sign-in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shared.domain.errors import Unavailable

if TYPE_CHECKING:
    from types import TracebackType

    from azure.core.credentials import AccessToken, TokenCredential
    from azure.identity.aio import DefaultAzureCredential

OTHERS = ("environment", "workload_identity", "shared_token_cache", "visual_studio_code", "powershell")
"""Ways to sign in that a forgotten variable or file could switch on unnoticed; `az` and `azd` are left."""


@dataclass
class ProcessIdentity:
    """A token credential as `azure.identity.aio` has them, opened with the first token, since its import is slow."""

    client_id: str
    _credential: DefaultAzureCredential | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """Return a token; the SDK keeps it until shortly before it expires. Raises ClientAuthenticationError."""
        return await (await self._opened()).get_token(*scopes, **options)

    async def close(self) -> None:
        """End the connections to where tokens come from."""
        if self._credential is not None:
            credential, self._credential = self._credential, None
            await credential.close()

    async def __aenter__(self) -> ProcessIdentity:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.close()

    async def _opened(self) -> DefaultAzureCredential:
        async with self._opening:
            if self._credential is None:
                self._credential = await asyncio.to_thread(self._open)
            return self._credential

    def _open(self) -> DefaultAzureCredential:
        from azure.identity.aio import DefaultAzureCredential

        return DefaultAzureCredential(**ways_in(self.client_id))


def blocking_identity(client_id: str) -> TokenCredential:
    """Return the same identity for an SDK that works on threads of its own."""
    from azure.identity import DefaultAzureCredential

    credential: TokenCredential = DefaultAzureCredential(**ways_in(client_id))
    return credential


def ways_in(client_id: str) -> dict[str, Any]:
    """Return the options of the SDK that leave these ways to sign in."""
    return {"managed_identity_client_id": client_id or None, **{f"exclude_{each}_credential": True for each in OTHERS}}


@dataclass(frozen=True)
class IdentityToken:
    """Gives the identity's token for one service; implements KeySource."""

    identity: ProcessIdentity
    scope: str

    async def __call__(self) -> str:
        """Return a token that is valid still. Raises Unavailable."""
        from azure.core.exceptions import AzureError

        try:
            return (await self.identity.get_token(self.scope)).token
        except AzureError as error:
            raise Unavailable(f"there is no token for {self.scope}: {type(error).__name__}") from error

    def refused(self) -> None:
        """Do nothing: the SDK keeps tokens for as long as they are valid, and a role takes minutes to arrive."""
