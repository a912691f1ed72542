"""One connection of the Gremlin SDK, every wait of it bounded; imported with the first call, since it takes a while."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any, TypeVar

import aiohttp
from gremlin_python.driver.client import Client
from gremlin_python.driver.serializer import GraphSONSerializersV2d0
from gremlin_python.driver.transport import AbstractBaseTransport

Result = TypeVar("Result")

CLOSE_SECONDS = 1.0
"""How long a connection that is given up is waited for; the server may be gone."""

LARGEST_MESSAGE = 64 * 1024 * 1024
"""Bytes of one message of an answer."""

# It logs each error of the server with the whole request, texts of documents included.
logging.getLogger("gremlinpython").setLevel(logging.CRITICAL)


class Transport(AbstractBaseTransport):  # type: ignore[misc]
    """A WebSocket whose every step ends by the lane's deadline; the SDK's own has no bound for connecting."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._loop = asyncio.new_event_loop()
        self._session: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._limit: asyncio.Timeout | None = None

    def connect(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        """Open the connection."""

        async def opened() -> None:
            self._session = aiohttp.ClientSession()
            self._socket = await self._session.ws_connect(url, headers=headers, max_msg_size=LARGEST_MESSAGE)

        self._run(opened())

    def write(self, message: bytes) -> None:
        """Send one message."""
        self._run(self._open_socket().send_bytes(message))

    def read(self) -> bytes:
        """Return the next message. Raises ConnectionError where the server closed the connection."""
        message = self._run(self._open_socket().receive())
        if message.type is aiohttp.WSMsgType.TEXT:
            return bytes(message.data.encode())
        if message.type is aiohttp.WSMsgType.BINARY:
            return bytes(message.data)
        raise ConnectionError(f"the server closed the connection: {message.type.name}")

    def close(self) -> None:
        """Let go of the connection, whatever state it is in; closing twice is no error."""
        if self._loop.is_closed():
            return

        async def closed() -> None:
            async with asyncio.timeout(CLOSE_SECONDS):
                if self._socket is not None:
                    await self._socket.close()
            if self._session is not None:
                await self._session.close()

        with suppress(Exception):  # nothing is left to be said to a server that is gone
            self._loop.run_until_complete(closed())
        self._loop.close()

    def give_up(self) -> None:
        """End the step under way, from any thread, as if its time were over."""
        with suppress(RuntimeError):  # the loop was closed meanwhile
            self._loop.call_soon_threadsafe(self._end_step)

    @property
    def closed(self) -> bool:
        """Say whether the connection is gone."""
        return self._socket is None or bool(self._socket.closed)

    def _open_socket(self) -> aiohttp.ClientWebSocketResponse:
        if self._socket is None or self._socket.closed:
            raise ConnectionError("the connection is closed")
        return self._socket

    def _run(self, step: Coroutine[Any, Any, Result]) -> Result:
        async def bounded() -> Result:
            async with asyncio.timeout(max(0.0, self._lane.until - monotonic())) as self._limit:
                try:
                    return await step
                finally:
                    self._limit = None

        return self._loop.run_until_complete(bounded())

    def _end_step(self) -> None:
        if self._limit is not None:
            self._limit.reschedule(self._loop.time())


class Lane:
    """A client of the SDK with one connection, for one thread without an event loop; the SDK cannot run inside one."""

    def __init__(self, endpoint: str, graph: str, password: str) -> None:
        """`graph` is `/dbs/DATABASE/colls/GRAPH`; `password` is an account key or a token."""
        self.password = password
        self.until = 0.0
        self._transports: list[Transport] = []
        self._client = Client(
            endpoint,
            "g",
            username=graph,
            password=password,
            pool_size=1,
            transport_factory=self._transport,
            # The SDK's default is GraphBinary, which Cosmos DB does not speak.
            message_serializer=GraphSONSerializersV2d0(),
        )

    def submit(self, script: str, bindings: Mapping[str, object], until: float) -> tuple[list[Any], Mapping[str, Any]]:
        """Return what a script finds and the status attributes. Raises TimeoutError after `until` (monotonic)."""
        self.until = until
        # The transport ends every step by then; but an answer without a list would let the SDK wait for ever.
        left = until - monotonic() + CLOSE_SECONDS
        answer = self._client.submit_async(script, dict(bindings)).result(left)
        found: list[Any] = answer.all().result(left)
        return found, answer.status_attributes

    def give_up(self) -> None:
        """End the script under way, from any thread."""
        for transport in self._transports:
            transport.give_up()

    def close(self) -> None:
        """Let go of the connection."""
        for transport in self._transports:
            transport.close()
        self._client.close()

    def _transport(self) -> Transport:
        made = Transport(self)
        self._transports.append(made)
        return made
