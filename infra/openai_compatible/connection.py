"""Connect to an OpenAI-compatible server, and say its errors in the words of the error tree."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import (
    ContentBlocked,
    DeadlineExceeded,
    KnowledgeError,
    ModelUnavailable,
    RateLimited,
)

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

Key = str | Callable[[], Awaitable[str]]
"""An API key, or what fetches a token for each call (Azure's managed identity)."""

RETRIES = 2
"""Times the SDK repeats a call that failed before its first byte, with back-off or as long as the server asks for."""

NO_KEY = "none"
"""What is sent to a server that asks for no key; the SDK wants one."""


@dataclass
class Connection:
    """One client of a server, opened with the first call, since importing the SDK takes a second."""

    base_url: str
    key: Key
    timeout_seconds: float
    retries: int = RETRIES
    _client: AsyncOpenAI | None = None

    async def client(self) -> AsyncOpenAI:
        """Return the SDK's client; the import happens on a thread and does not hold the event loop."""
        if self._client is None:
            opened = await asyncio.to_thread(self._open)
            # Two first calls may open one each; all but one of them are dropped unused.
            self._client = self._client or opened
        return self._client

    def _open(self) -> AsyncOpenAI:
        from openai import AsyncOpenAI

        return AsyncOpenAI(
            base_url=self.base_url,
            api_key=self.key or NO_KEY,
            timeout=self.timeout_seconds,
            max_retries=self.retries,
        )

    async def ping(self) -> None:
        """Ask for the list of models, which costs nothing; a server that keeps none has answered too."""
        from openai import NotFoundError

        async with translated():
            try:
                await (await self.client()).models.list()
            except NotFoundError:
                return

    async def close(self) -> None:
        """End the connections that are kept open for the next call."""
        if self._client is not None:
            await self._client.close()


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """Raise what goes wrong in the block as RateLimited, DeadlineExceeded, ContentBlocked or ModelUnavailable."""
    try:
        yield
    except KnowledgeError:
        raise
    except Exception as error:
        # The SDK lets errors of its transport and of parsing through as they are, so the block has no closed list.
        raise translation(error) from error


def translation(error: Exception) -> KnowledgeError:
    """Return an error of the SDK, of its transport or of reading an answer in the words of the error tree."""
    from httpx2 import TimeoutException
    from openai import APIStatusError, APITimeoutError

    if isinstance(error, APITimeoutError | TimeoutException):
        return DeadlineExceeded("the model did not answer in time")
    if isinstance(error, APIStatusError):
        return refusal(error)
    return ModelUnavailable(f"the model's answer cannot be read: {type(error).__name__}: {error}"[:500])


def refusal(error: APIStatusError) -> KnowledgeError:
    """Return what a status of the server means."""
    if error.status_code == 429:
        return RateLimited(
            "the model takes no more calls for now", **retry_after(error.response.headers.get("retry-after"))
        )
    if error.code == "content_filter":
        return ContentBlocked("the model's content filter refused the question or its passages")
    if error.status_code in (408, 504):
        return DeadlineExceeded("the model did not answer in time")
    if error.status_code in (401, 403, 404):
        return ModelUnavailable(
            f"the model's server refuses the key, the model or the address: HTTP {error.status_code}",
            status=error.status_code,
        )
    return ModelUnavailable(f"the model's server answered with HTTP {error.status_code}", status=error.status_code)


def retry_after(header: str | None) -> dict[str, float]:
    """Return the seconds that a server asks to wait, where it says them as a number."""
    try:
        return {"retry_after": max(0.0, float(header))} if header else {}
    except ValueError:
        return {}
