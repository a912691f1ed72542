"""A way to a server that breaks off in the middle of what is sent to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


@asynccontextmanager
async def cutting(house: str, after: int) -> AsyncIterator[str]:
    """Pass the first bytes of each request on, `after` of them, then break both connections; yields the address."""
    host = urlsplit(house).netloc.encode()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onwards = None
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = [b"host: " + host if each.lower().startswith(b"host:") else each for each in head.split(b"\r\n")]
            body = await reader.readexactly(after)
            _, onwards = await asyncio.open_connection(*urlsplit(house).netloc.split(":"))
            onwards.write(b"\r\n".join(lines) + body)
            await onwards.drain()
        finally:
            for each in (onwards, writer):
                if each is not None:
                    each.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
