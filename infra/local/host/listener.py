"""Listening on a loopback port with uvicorn."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from infra.local.host.no_request import RefusingProtocol
from shared.domain.errors import BadSetting

ADDRESS = "127.0.0.1"

KEEP_ALIVE_SECONDS = 75
"""How long an idle connection stays open: longer than clients keep theirs (aiohttp 15, httpx 5), so that none is closed
in the very moment in which a client sends on it."""

CUT_OFF_SECONDS = 1
"""How long connections may linger once the host has drained; what is left then had its time."""


class Listener(uvicorn.Server):
    """A server that says when it listens and leaves signals to whoever runs it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def listening(app: ASGIApp, port: int) -> AsyncIterator[str]:
    """Serve the app on a port, a free one for 0; yields the base URL. Raises BadSetting where the port is in use."""
    bound = bind(port)
    listener = Listener(configuration(app))
    serving = asyncio.create_task(listener.serve(sockets=[bound]))
    serving.add_done_callback(lambda _: listener.listens.set())
    try:
        await listener.listens.wait()
        yield f"http://{ADDRESS}:{bound.getsockname()[1]}"
    finally:
        listener.should_exit = True
        await serving


def configuration(app: ASGIApp) -> uvicorn.Config:
    """Of uvicorn's own only what serves: the host logs, and runs the lifespan itself."""
    return uvicorn.Config(
        app,
        http=RefusingProtocol,
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # who asks is at the other end of the connection, until a setting says otherwise
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=CUT_OFF_SECONDS,
    )


def bind(port: int) -> socket.socket:
    """A socket on the loopback address. Raises BadSetting."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((ADDRESS, port))
        # Two sockets may be bound to a port that only one may listen on, so the question is settled here.
        bound.listen()
    except (OSError, OverflowError) as error:
        bound.close()
        raise BadSetting(f"port {port} cannot be used: {getattr(error, 'strerror', None) or error}") from error
    return bound
