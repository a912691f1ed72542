"""A loopback proxy before any HTTP server that fails as networks and throttled services do, one request at a time."""

import asyncio
import socket
import struct
import threading
from asyncio import StreamReader, StreamWriter
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit, urlunsplit

from tests.fakes.certificates import server_context

PACE = 0.05
"""Seconds between two bytes of an answer that drips: each is in time for a timeout that counts from the last one."""

RETRY_AFTER = 1
"""Seconds that a throttled request is asked to wait, where it is told."""


class Fault(StrEnum):
    """What goes wrong with one request. Up to BAD_JSON the server behind has done what it was asked."""

    SILENT = "the answer never comes"
    RESET = "the connection is torn down in the middle of the answer"
    TRUNCATED = "the connection ends in the middle of the answer"
    DRIP = "the body of the answer comes a byte at a time"
    BAD_JSON = "the answer is no JSON"
    HALF_OPEN = "the connection is accepted and never read from"
    THROTTLED = "429 without Retry-After"
    THROTTLED_FOR_A_WHILE = "429 with Retry-After"
    BROKEN = "500"
    EXPIRED = "401"


REFUSALS = {
    Fault.THROTTLED: "429 Too Many Requests",
    Fault.THROTTLED_FOR_A_WHILE: f"429 Too Many Requests\r\nretry-after: {RETRY_AFTER}",
    Fault.BROKEN: "500 Internal Server Error",
    Fault.EXPIRED: "401 Unauthorized",
}


REASON = b'{"error": {"code": "fault", "message": "made to fail"}}'


class FaultyProxy:
    """Hands requests to the server behind, each over a connection of its own, and spoils those a fault is due for.

    `faults` are used up one per request, `lasting` meets every request after them. `arrived` and `forwarded` count
    the requests that came in and those that the server behind got to see; `pace` is the seconds between two bytes that
    drip. Before its block it refuses connections.
    """

    def __init__(self, upstream: str, certificate: tuple[Path, Path] | None = None) -> None:
        """Stand before a server on this machine, such as `http://127.0.0.1:8080`; over TLS with a certificate."""
        self._upstream, self._certificate = urlsplit(upstream), certificate
        self._host, self._port = self._upstream.hostname or "127.0.0.1", self._upstream.port or 80
        self.faults: deque[Fault] = deque()
        self.lasting: Fault | None = None
        self.pace = PACE
        self.arrived = self.forwarded = 0
        # Bound and not yet listening: until the block begins, connections are refused.
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    @property
    def address(self) -> str:
        """Where the proxy listens, with the path of the server behind."""
        scheme = "https" if self._certificate else "http"
        place = f"127.0.0.1:{self._listening.getsockname()[1]}"
        return urlunsplit(self._upstream._replace(scheme=scheme, netloc=place))

    def __enter__(self) -> "FaultyProxy":
        self._thread.start()
        self._started.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        # Leaving cancels what is still under way: silent and half-open connections never end by themselves.
        tls = self._certificate and server_context(*self._certificate)
        self._server = await asyncio.start_server(self._connected, sock=self._listening, ssl=tls)
        self._started.set()
        await self._stopping.wait()
        self._server.close()

    async def _connected(self, reader: StreamReader, writer: StreamWriter) -> None:
        fault = self.faults.popleft() if self.faults else self.lasting
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if fault is Fault.HALF_OPEN:
                self.arrived += 1
                await self._stopping.wait()
            request = await read_request(reader)
            self.arrived += 1
            if fault in REFUSALS:
                writer.write(answered(request, REFUSALS[fault], REASON))
            else:
                self.forwarded += 1
                await self._forward(request, writer, fault)
            await writer.drain()
        writer.close()

    async def _forward(self, request: bytes, writer: StreamWriter, fault: Fault | None) -> None:
        upstream, sending = await asyncio.open_connection(self._host, self._port)
        sending.write(closing(request))
        head = closing(await upstream.readuntil(b"\r\n\r\n"))
        if fault is None:
            writer.write(head)
            while piece := await upstream.read(65_536):
                writer.write(piece)
                await writer.drain()
        else:
            await self._spoil(request, head + await upstream.read(), writer, fault)
        sending.close()

    async def _spoil(self, request: bytes, whole: bytes, writer: StreamWriter, fault: Fault) -> None:
        head, _, body = whole.partition(b"\r\n\r\n")
        # An answer without a body is cut and drips within its head.
        start = len(head) + 4 if body else 0
        half = start + (len(whole) - start) // 2
        if fault is Fault.SILENT:
            await self._stopping.wait()
        elif fault is Fault.BAD_JSON:
            writer.write(answered(request, "200 OK", b'{"value": [{"half'))
        elif fault is Fault.DRIP:
            writer.write(whole[:start])
            for place in range(start, len(whole)):
                writer.write(whole[place : place + 1])
                await writer.drain()
                await asyncio.sleep(self.pace)
        else:
            writer.write(whole[:half])
            await writer.drain()
            if fault is Fault.RESET:
                torn_down(writer)


async def read_request(reader: StreamReader) -> bytes:
    """Return one whole request, head and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    parts = [line.partition(b":") for line in head.split(b"\r\n")]
    headers = {name.lower(): value.strip() for name, _, value in parts}
    body = await reader.readexactly(int(headers.get(b"content-length", b"0")))
    if headers.get(b"transfer-encoding") == b"chunked":
        while not body.endswith(b"0\r\n\r\n"):
            size = await reader.readline()
            body += size + await reader.readexactly(int(size, 16) + 2)
    return head + body


def closing(message: bytes) -> bytes:
    """Say in the head of a request or of an answer that its connection ends after the answer."""
    head, end, body = message.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"connection: close"]) + end + body


def answered(request: bytes, status: str, body: bytes) -> bytes:
    """Return an answer with a JSON type, without its body to who asks for the head; `status` may bring headers."""
    body = b"" if request.startswith(b"HEAD ") else body
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\nconnection: close"
    return head.encode() + b"\r\n\r\n" + body


def torn_down(writer: StreamWriter) -> None:
    """End a connection as a failing machine does: with a reset, not a farewell."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextmanager
def refusing() -> Iterator[str]:
    """Yield an address that refuses every connection: the port is taken, and nobody listens on it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
