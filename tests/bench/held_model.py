"""A chat server that begins every answer and ends it when told: `python -m tests.bench.held_model` prints its port.

A line on its standard input ends all answers that are open.
"""

import asyncio
import sys
from typing import ClassVar

import uvloop

from tests.bench.instant_model import InstantModel, piece, streamed

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
BEGINNING = piece({"role": "assistant", "content": "The"})


def part(data: bytes) -> bytes:
    """Write a part of a body whose length nobody knows yet."""
    return b"%x\r\n%s\r\n" % (len(data), data)


class HeldModel(InstantModel):
    """One connection that writes the first word at once, and the rest when it is told."""

    open: ClassVar[set["HeldModel"]] = set()

    def answer(self, *, is_stream: bool) -> None:
        """Write the first word."""
        self._transport.write(HEAD + part(BEGINNING))
        self.open.add(self)

    def end(self) -> None:
        """Write the rest."""
        self._transport.write(part(streamed()) + part(b""))


async def serve() -> None:
    """Serve on a free port until the process is told to end."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(HeldModel, "127.0.0.1", 0, backlog=4096)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    while await loop.run_in_executor(None, sys.stdin.readline):
        while HeldModel.open:
            HeldModel.open.pop().end()


if __name__ == "__main__":
    uvloop.run(serve())
