"""A chat server that answers at once, in a process of its own: `python -m tests.bench.instant_model` prints its port.

It is asked by two systems in one run, so it costs next to nothing: one protocol, bytes that were written beforehand.
"""

import asyncio
import json
import sys
from typing import cast

import uvloop

ANSWER = "The feed pump runs at 40 bar [1]."
USAGE = {"prompt_tokens": 120, "completion_tokens": 12, "total_tokens": 132}
HEAD = {"id": "chatcmpl-1", "created": 1_790_000_000, "model": "instant"}


def piece(delta: dict[str, str], reason: str | None = None) -> bytes:
    """Write one event of a stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return event({**HEAD, "object": "chat.completion.chunk", "choices": [choice]})


def event(value: dict[str, object]) -> bytes:
    """Write a value as a server-sent event."""
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def streamed() -> bytes:
    """Write a whole answer as a stream, one word to an event."""
    words = [piece({"role": "assistant", "content": ""}), *(piece({"content": f"{word} "}) for word in ANSWER.split())]
    used = event({**HEAD, "object": "chat.completion.chunk", "choices": [], "usage": USAGE})
    return b"".join([*words, piece({}, "stop"), used, b"data: [DONE]\n\n"])


def whole() -> bytes:
    """Write a whole answer as one JSON value."""
    message = {"role": "assistant", "content": ANSWER}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return json.dumps({**HEAD, "object": "chat.completion", "choices": [choice], "usage": USAGE}).encode()


def response(kind: bytes, body: bytes) -> bytes:
    """Write a response whose connection stays open."""
    return b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n%s" % (kind, len(body), body)


STREAM = response(b"text/event-stream", streamed())
WHOLE = response(b"application/json", whole())


class InstantModel(asyncio.Protocol):
    """One connection; every request that it takes is one for a chat completion."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, blank, body = self._received.partition(b"\r\n\r\n")
        if not blank or len(body) < length_of(head):
            return
        self._received = b""
        self.answer(is_stream=bool(json.loads(body).get("stream")))

    def answer(self, *, is_stream: bool) -> None:
        """Write the whole answer."""
        self._transport.write(STREAM if is_stream else WHOLE)


def length_of(head: bytes) -> int:
    """Return how long the body of a request is."""
    lengths = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return int(lengths[0]) if lengths else 0


async def serve() -> None:
    """Serve on a free port until the process is told to end."""
    server = await asyncio.get_running_loop().create_server(InstantModel, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve())
