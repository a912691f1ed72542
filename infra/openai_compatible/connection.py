"""Connect to an OpenAI-compatible server, and say its errors in the words of the error tree."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from infra.keys import Key
from infra.openai_compatible.patience import Patience, asked_wait
from shared.domain.errors import (
    ContentBlocked,
    DeadlineExceeded,
    KnowledgeError,
    ModelUnavailable,
    RateLimited,
)

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

Result = TypeVar("Result")

MOST_CONNECTIONS, MOST_IDLE = 20_000, 1_000
"""Calls at once, and connections that wait for the next one; with its own 1,000 the SDK lets the others wait."""

NO_KEY = "none"
"""What is sent to a server that asks for no key; the SDK wants one."""


@dataclass
class Connection:
    """One client of a server, opened with the first call, since importing the SDK takes a second."""

    base_url: str
    key: Key = field(repr=False)
    patience: Patience
    _client: AsyncOpenAI | None = None

    async def client(self) -> AsyncOpenAI:
        """Return the SDK's client; the import happens on a thread and does not hold the event loop."""
        if self._client is None:
            opened = await asyncio.to_thread(self._open)
            # Two first calls may open one each; all but one of them are dropped unused.
            self._client = self._client or opened
        return self._client

    def _open(self) -> AsyncOpenAI:
        from httpx2 import Limits
        from openai import AsyncOpenAI, DefaultAioHttpClient

        limits = Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=MOST_IDLE)
        return AsyncOpenAI(
            http_client=DefaultAioHttpClient(limits=limits, timeout=self.patience.seconds),
            base_url=self.base_url,
            api_key=self.key or NO_KEY,
            timeout=self.patience.seconds,
            # The SDK waits as long as it is asked to, or less than that, and knows no deadline.
            max_retries=0,
        )

    async def ask(self, request: Callable[[AsyncOpenAI], Awaitable[Result]]) -> Result:
        """Make a request as the patience says, and once more where the key is refused and may have been replaced."""
        client = await self.client()
        return await self.patience.make(partial(self._answered, client, request))

    async def _answered(self, client: AsyncOpenAI, request: Callable[[AsyncOpenAI], Awaitable[Result]]) -> Result:
        from openai import AuthenticationError, PermissionDeniedError

        try:
            return await request(client)
        except (AuthenticationError, PermissionDeniedError):
            if isinstance(self.key, str):
                raise
            self.key.refused()
        return await request(client)

    async def ping(self) -> None:
        """Ask for the list of models, which costs nothing; a server that keeps none has answered too."""
        from openai import NotFoundError

        async with translated():
            try:
                await self.ask(lambda client: client.models.list())
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

    if isinstance(error, APITimeoutError | TimeoutException) and has_waited(error):
        return DeadlineExceeded("the model did not answer in time")
    if isinstance(error, APIStatusError):
        return refusal(error)
    return ModelUnavailable(f"the model's answer cannot be read: {type(error).__name__}: {error}"[:500])


def has_waited(error: BaseException | None) -> bool:
    """Say whether a wait lies behind an error; the transport calls refused and torn connections timeouts too."""
    return error is not None and (isinstance(error, TimeoutError) or has_waited(error.__cause__))


def refusal(error: APIStatusError) -> KnowledgeError:
    """Return what a status of the server means; the wait that it asks for goes along."""
    status, wait = error.status_code, asked_wait(error)
    details: dict[str, object] = {"retry_after": wait} if wait else {}
    if status == 429:
        return RateLimited("the model takes no more calls for now", **details)
    if error.code == "content_filter":
        return ContentBlocked("the model's content filter refused the question or its passages")
    if status in (408, 504):
        return DeadlineExceeded("the model did not answer in time", **details)
    if status in (401, 403, 404):
        return ModelUnavailable(
            f"the model's server refuses the key, the model or the address: HTTP {status}", status=status
        )
    return ModelUnavailable(f"the model's server answered with HTTP {status}", status=status, **details)
