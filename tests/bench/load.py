"""Puts load on a port of this machine: `python -m tests.bench.load PORT PATH` prints requests per second."""

import asyncio
import sys
import time

CONNECTIONS = 8
REQUESTS = 8_000


class Asker(asyncio.Protocol):
    """One connection that asks for the same page again and again; every answer is as long as the first."""

    def __init__(self, request: bytes, requests: int, ended: "asyncio.Future[None]") -> None:
        self._request = request
        self._left = requests
        self._ended = ended
        self._length = 0
        self._received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if not self._length:
            assert data.startswith(b"HTTP/1.1 200"), data
            head, _, body = data.partition(b"\r\n\r\n")
            length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            self._length = len(data) - len(body) + length
        self._received += len(data)
        if self._received < self._length:
            return
        self._received, self._left = 0, self._left - 1
        if self._left:
            self._transport.write(self._request)
        else:
            self._transport.close()
            self._ended.set_result(None)


async def requests_per_second(port: int, path: str) -> float:
    """Ask on several connections at once."""
    request = f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode()
    loop = asyncio.get_running_loop()
    ends = [loop.create_future() for _ in range(CONNECTIONS)]
    started = time.perf_counter()
    for end in ends:
        await loop.create_connection(
            lambda end=end: Asker(request, REQUESTS // CONNECTIONS, end),  # type: ignore[misc]
            "127.0.0.1",
            port,
        )
    await asyncio.gather(*ends)
    return REQUESTS / (time.perf_counter() - started)


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(requests_per_second(int(sys.argv[1]), sys.argv[2]))}\n")
