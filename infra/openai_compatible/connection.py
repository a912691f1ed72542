"""Connect to an OpenAI-compatible server, and say its errors in the words of the error tree."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from infra.keys import Key
from infra.openai_compatible.event_reader import EventReader
from infra.openai_compatible.patience import Patience, asked_wait
from infra.openai_compatible.refusal import Refusal, refusal_of
from shared.domain.errors import (
    ContentBlocked,
    DeadlineExceeded,
    KnowledgeError,
    ModelUnavailable,
    RateLimited,
)

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession

MOST_CONNECTIONS = 20_000
"""Calls at once."""

IDLE_SECONDS = 5.0
"""How long a connection is kept for the next call; servers close theirs at their own time, many of them soon."""

LONGEST_ANSWER = 64_000_000
"""Bytes of an answer in one piece: 128 vectors of 3,072 numbers take 8 million as JSON."""

LONGEST_REFUSAL = 100_000
"""Bytes that are read of an answer which says why nothing was done."""

LAST_SECONDS = 0.2
"""How long the end of a stream is waited for behind its last event, so that the connection serves again."""

DONE = b"[DONE]"
"""What a server writes behind its last event."""

WRONG_KEY = (401, 403)


@dataclass
class Connection:
    """Asks one server, over connections that are opened with the first call and kept for the next one."""

    base_url: str
    key: Key = field(repr=False)
    patience: Patience
    _session: ClientSession | None = None

    async def ask(self, path: str, body: object) -> Any:
        """Post JSON as the patience says, and return what the server answers, read as JSON."""
        response = await self._answered("POST", path, body)
        try:
            return json.loads(await bounded(response, LONGEST_ANSWER))
        finally:
            response.close()

    async def stream(self, path: str, body: object) -> AsyncGenerator[Any, None]:
        """Do the same, and yield each event of a stream, read as JSON; closing this ends the call.

        Raises ModelUnavailable where an event says that the server failed.
        """
        response = await self._answered("POST", path, body)
        reader = EventReader()
        try:
            async for received in response.content.iter_any():
                for written in reader.feed(received):
                    if written == DONE:
                        await to_the_end(response)
                        return
                    yield event_of(written)
        finally:
            response.close()

    async def ping(self) -> None:
        """Ask for the list of models, which costs nothing; a server that keeps none has answered too."""
        async with translated():
            try:
                (await self._answered("GET", "/models", None)).close()
            except Refusal as refusal:
                if refusal.status != 404:
                    raise

    async def close(self) -> None:
        """End the connections that are kept open for the next call."""
        if self._session is not None:
            await self._session.close()

    async def _answered(self, method: str, path: str, body: object) -> ClientResponse:
        """Return an answer that has begun well."""
        written = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return await self.patience.make(partial(self._with_a_good_key, method, path, written))

    async def _with_a_good_key(self, method: str, path: str, body: bytes | None) -> ClientResponse:
        """Make a request, and once more where the key is refused and may have been replaced."""
        try:
            return await self._request(method, path, body)
        except Refusal as refusal:
            if isinstance(self.key, str) or refusal.status not in WRONG_KEY:
                raise
            self.key.refused()
        return await self._request(method, path, body)

    async def _request(self, method: str, path: str, body: bytes | None) -> ClientResponse:
        session = await self._opened()
        key = self.key if isinstance(self.key, str) else await self.key()
        headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {key}"} if key else {})
        response = await session.request(method, self.base_url.rstrip("/") + path, data=body, headers=headers)
        if response.status < 400:
            return response
        try:
            raise refusal_of(response.status, response.headers, await bounded(response, LONGEST_REFUSAL, cut=True))
        finally:
            response.close()

    async def _opened(self) -> ClientSession:
        """Return the session; the import behind the first one happens on a thread and does not hold the event loop."""
        if self._session is None:
            await asyncio.to_thread(importing)
            # Another first call may have opened one meanwhile. The proxy is looked up once: the client itself would
            # change threads twice for it with each call.
            self._session = self._session or session_of(self.patience.seconds, proxy_of(self.base_url))
        return self._session


def importing() -> None:
    """Load the client."""
    import aiohttp  # noqa: F401


def proxy_of(address: str) -> str | None:
    """Return the proxy that the environment names for an address, None where it names none."""
    scheme, host = urlsplit(address).scheme, urlsplit(address).hostname or ""
    proxies = getproxies()
    return None if proxy_bypass(host) else proxies.get(scheme) or proxies.get("all")


def session_of(seconds: float, proxy: str | None) -> ClientSession:
    """Open a session whose every wait for a sign of life is bounded."""
    from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

    connector = TCPConnector(limit=MOST_CONNECTIONS, keepalive_timeout=IDLE_SECONDS)
    timeout = ClientTimeout(total=None, sock_connect=seconds, sock_read=seconds)
    return ClientSession(connector=connector, timeout=timeout, cookie_jar=DummyCookieJar(), proxy=proxy)


async def bounded(response: ClientResponse, limit: int, *, cut: bool = False) -> bytes:
    """Read a body. Raises ModelUnavailable where it is longer than the limit, unless it is to be cut there."""
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > limit:
            if cut:
                break
            raise ModelUnavailable(f"the model's answer has more than {limit} bytes")
    return bytes(body)


async def to_the_end(response: ClientResponse) -> None:
    """Read what follows the last event, which is nothing, so that the connection can be kept."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_SECONDS):
            while await response.content.readany():
                pass


def event_of(written: bytes) -> Any:
    """Read an event. Raises ModelUnavailable for one that says that the server failed."""
    event = json.loads(written)
    if isinstance(event, dict) and event.get("error"):
        raise ModelUnavailable(f"the model's stream ended in an error: {event['error']}"[:500])
    return event


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """Raise what goes wrong in the block as RateLimited, DeadlineExceeded, ContentBlocked or ModelUnavailable."""
    try:
        yield
    except KnowledgeError:
        raise
    except Exception as error:
        # What a transport and the reading of an answer may raise has no closed list.
        raise translation(error) from error


def translation(error: Exception) -> KnowledgeError:
    """Return an error of the transport, of the server or of reading an answer in the words of the error tree."""
    if isinstance(error, TimeoutError):
        return DeadlineExceeded("the model did not answer in time")
    if isinstance(error, Refusal):
        return refused(error)
    return ModelUnavailable(f"the model's answer cannot be read: {type(error).__name__}: {error}"[:500])


def refused(refusal: Refusal) -> KnowledgeError:
    """Return what a status of the server means; the wait that it asks for goes along."""
    status, wait = refusal.status, asked_wait(refusal)
    details: dict[str, object] = {"retry_after": wait} if wait else {}
    if status == 429:
        return RateLimited("the model takes no more calls for now", **details)
    if refusal.code == "content_filter":
        return ContentBlocked("the model's content filter refused the question or its passages")
    if status in (408, 504):
        return DeadlineExceeded("the model did not answer in time", **details)
    if status in (401, 403, 404):
        return ModelUnavailable(
            f"the model's server refuses the key, the model or the address: HTTP {status}", status=status
        )
    return ModelUnavailable(f"the model's server answered with HTTP {status}", status=status, **details)
