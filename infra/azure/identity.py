"""The one identity that the process calls services with: its managed identity, or a developer's sign-in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shared.domain.errors import DeadlineExceeded, Unavailable

if TYPE_CHECKING:
    from types import TracebackType

    from azure.core.credentials import AccessToken
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.identity.aio import DefaultAzureCredential

OTHERS = ("environment", "workload_identity", "shared_token_cache", "visual_studio_code", "powershell")
"""Ways to sign in that a forgotten variable or file could switch on unnoticed; `az` and `azd` are left."""

TOKEN_SECONDS = 15.0
"""Longest wait for a token: the platform gives one in milliseconds, `az` on a busy machine takes seconds."""


@dataclass
class ProcessIdentity:
    """A token credential as `azure.identity.aio` has them, opened with the first token, since its import is slow.

    `seconds` bound each wait for a token; the SDK's own bounds count from the last byte that came, and leave minutes.
    """

    client_id: str
    seconds: float = TOKEN_SECONDS
    _credential: DefaultAzureCredential | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """Return a token; the SDK keeps it until shortly before it expires. Raises AzureError."""
        return await token_of(await self._opened(), self.seconds, *scopes, **options)

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


@dataclass(frozen=True)
class BlockingIdentity:
    """The same identity for an SDK that works on threads of its own, where no event loop runs."""

    client_id: str
    seconds: float = TOKEN_SECONDS

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """Return a token; the SDK that asks keeps it until shortly before it expires. Raises AzureError."""
        return asyncio.run(self._asked(*scopes, **options))

    async def _asked(self, *scopes: str, **options: Any) -> AccessToken:
        # Opened here and not on a thread: at the end of a process, when the last is told, none can be started.
        from azure.identity.aio import DefaultAzureCredential

        async with DefaultAzureCredential(**ways_in(self.client_id)) as credential:
            return await token_of(credential, self.seconds, *scopes, **options)


async def token_of(credential: AsyncTokenCredential, seconds: float, *scopes: str, **options: Any) -> AccessToken:
    """Return a token of a credential. Raises AzureError: ServiceResponseTimeoutError where none came in time."""
    from azure.core.exceptions import ServiceResponseTimeoutError

    try:
        async with asyncio.timeout(seconds):
            return await credential.get_token(*scopes, **options)
    except TimeoutError as error:
        raise ServiceResponseTimeoutError("no token came in time") from error


def ways_in(client_id: str) -> dict[str, Any]:
    """Return the options of the SDK that leave these ways to sign in."""
    return {"managed_identity_client_id": client_id or None, **{f"exclude_{each}_credential": True for each in OTHERS}}


@dataclass(frozen=True)
class IdentityToken:
    """Gives the identity's token for one service; implements KeySource."""

    identity: ProcessIdentity
    scope: str

    async def __call__(self) -> str:
        """Return a token that is valid still. Raises DeadlineExceeded where none came in time, or Unavailable."""
        from azure.core.exceptions import AzureError, ServiceResponseTimeoutError

        try:
            return (await self.identity.get_token(self.scope)).token
        except ServiceResponseTimeoutError as error:
            raise DeadlineExceeded(f"no token for {self.scope} came in time") from error
        except AzureError as error:
            raise Unavailable(f"there is no token for {self.scope}: {type(error).__name__}") from error

    def refused(self) -> None:
        """Do nothing: the SDK keeps tokens for as long as they are valid, and a role takes minutes to arrive."""
