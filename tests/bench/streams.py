"""Ten thousand answers that stream at the same time from one process, and the memory that each takes.

The model is a server in another process that writes the first word of every answer and then holds it. Everything
between is the product: one connection of a client, one search, one reservation and one connection to the model each.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from tests.bench.answers import MESSAGES, prepare
from tests.bench.figures import Figure, show
from tests.bench.load import Load
from tests.bench.service import Service, serving

STREAMS = 10_000
AT_ONCE = 64
"""Streams that are being opened at the same time; opened ones stay."""

SETTINGS = {
    "DAILY_BUDGET_USD": "inf",
    "MONTHLY_BUDGET_USD": "inf",
    "CHAT_TIMEOUT_SECONDS": "600",
    "REQUEST_SECONDS": "3600",
}
PATIENCE_SECONDS = 600


class Stream(asyncio.Protocol):
    """One stream: `begun` with the first word, `ended` with its text."""

    def __init__(self, request: bytes) -> None:
        loop = asyncio.get_running_loop()
        self._request, self._received = request, bytearray()
        self.begun: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[bytes] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(self._request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self.begun.done() and b"event: delta" in self._received:
            self.begun.set_result(None)
        if self._received.endswith(b"0\r\n\r\n"):
            self.finish()

    def connection_lost(self, error: Exception | None) -> None:
        self.finish()

    def finish(self) -> None:
        """Say that nothing follows."""
        for each in (self.begun, self.ended):
            if not each.done():
                each.set_result(bytes(self._received) if each is self.ended else None)  # type: ignore[arg-type]


def measure(streams: int = STREAMS) -> Iterator[Figure]:
    """Open the streams, weigh the process, let them end."""
    with TemporaryDirectory(prefix="bench-") as folder, held_model() as (port, model):
        of_house = {"CHAT_BASE_URL": f"http://127.0.0.1:{port}/v1", "CHAT_MODEL": "held", **SETTINGS}
        with serving(Path(folder), "none", **of_house) as service:
            prepare(service.client)
            yield uvloop.run(opened(service, model, streams))


async def opened(service: Service, model: "subprocess.Popen[str]", count: int) -> Figure:
    """Return the memory by stream; details say how many ended as they should."""
    body = {"kb_id": "default", "messages": MESSAGES, "use_cache": False}
    port = service.client.base_url.port
    assert port
    request = Load(port, "/api/v1/chat/stream", body=body).request()
    await all_open(port, request, 1, model)
    before, started = service.peak_megabytes(), time.perf_counter()
    streams, turn = [], asyncio.Semaphore(AT_ONCE)

    async def open_one() -> None:
        async with turn:
            _, stream = await asyncio.get_running_loop().create_connection(lambda: Stream(request), "127.0.0.1", port)
            streams.append(stream)
            await stream.begun

    await asyncio.gather(*(open_one() for _ in range(count)))
    opening = time.perf_counter() - started
    held = sum(not each.ended.done() for each in streams)
    memory = service.peak_megabytes() - before
    release(model)
    texts = await asyncio.wait_for(asyncio.gather(*(each.ended for each in streams)), PATIENCE_SECONDS)
    whole = sum(b'"finish_reason": "stop"' in each for each in texts)
    details = {"open_at_once": held, "ended_well": whole, "opening_seconds": opening}
    return Figure("memory_per_open_stream", 1000 * memory / count, "kB", details)


async def all_open(port: int, request: bytes, count: int, model: "subprocess.Popen[str]") -> None:
    """Let so many streams begin and end."""
    for _ in range(count):
        _, stream = await asyncio.get_running_loop().create_connection(lambda: Stream(request), "127.0.0.1", port)
        await stream.begun
        release(model)
        await stream.ended


def release(model: "subprocess.Popen[str]") -> None:
    """Tell the model to end what is open."""
    assert model.stdin
    model.stdin.write("\n")
    model.stdin.flush()


@contextmanager
def held_model() -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    """Start the model; yields its port and its process."""
    command = [sys.executable, "-m", "tests.bench.held_model"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        try:
            yield int(child.stdout.readline()), child
        finally:
            child.terminate()


if __name__ == "__main__":
    show(measure())
