"""Puts load on a port of this machine: `python -m tests.bench.load JSON` prints one JSON line of what it saw.

The JSON names `port`, `path`, `requests`, `connections`, and where it asks with a body, `body` and `headers`.
"""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any, cast

import uvloop

from tests.bench.figures import percentile

PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Load:
    """What is asked, how often, and on how many connections at once."""

    port: int
    path: str
    requests: int = 8_000
    connections: int = 8
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def request(self) -> bytes:
        """Write the request."""
        body = b"" if self.body is None else json.dumps(self.body).encode()
        method = "GET" if self.body is None else "POST"
        headers = {"host": "127.0.0.1", "content-type": "application/json", **self.headers}
        lines = [f"{method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, f"content-length: {len(body)}", "", ""]).encode() + body


@dataclass(frozen=True)
class Seen:
    """Requests per second, and percentiles of the milliseconds until the first words of each answer."""

    per_second: float
    first_p50: float
    first_p95: float


class Asker(asyncio.Protocol):
    """One connection that asks the same again and again."""

    def __init__(self, request: bytes, requests: int, ended: "asyncio.Future[list[float]]") -> None:
        self._request, self._left, self._ended = request, requests, ended
        self._received = bytearray()
        self._firsts: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def _ask(self) -> None:
        self._received.clear()
        self._asked, self._first = time.perf_counter(), 0.0
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._first and has_words(self._received):
            self._first = time.perf_counter() - self._asked
        if not is_whole(self._received):
            return
        self._firsts.append(self._first or time.perf_counter() - self._asked)
        self._left -= 1
        if self._left:
            self._ask()
        else:
            self._transport.close()
            self._ended.set_result(self._firsts)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._ended.done():
            self._ended.set_exception(RuntimeError(f"the connection was closed after {bytes(self._received)[:500]!r}"))


def has_words(received: bytearray) -> bool:
    """Say whether the first words of a stream are there."""
    return b"event: delta" in received or b'"content":"The' in received.replace(b": ", b":")


def is_whole(received: bytearray) -> bool:
    """Say whether an answer has arrived. Raises RuntimeError for one that is not 200."""
    head, blank, body = bytes(received).partition(b"\r\n\r\n")
    if not blank:
        return False
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"refused: {bytes(received)[:500]!r}")
    lengths = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return len(body) >= lengths[0] if lengths else body.endswith(b"0\r\n\r\n")


async def put(load: Load) -> Seen:
    """Ask on several connections at once."""
    loop = asyncio.get_running_loop()
    ends = [loop.create_future() for _ in range(load.connections)]
    request, each = load.request(), load.requests // load.connections
    started = time.perf_counter()
    for end in ends:
        await loop.create_connection(
            lambda end=end: Asker(request, each, end),  # type: ignore[misc]
            "127.0.0.1",
            load.port,
        )
    firsts = [each for firsts in await asyncio.gather(*ends) for each in firsts]
    seconds = time.perf_counter() - started
    return Seen(len(firsts) / seconds, 1000 * percentile(firsts, 50), 1000 * percentile(firsts, 95))


def seen(load: Load) -> Seen:
    """Have another process put the load, and return what it saw."""
    command = [sys.executable, "-m", "tests.bench.load", json.dumps(asdict(load))]
    return Seen(
        **json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=PATIENCE_SECONDS).stdout)
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(uvloop.run(put(Load(**json.loads(sys.argv[1])))))) + "\n")
