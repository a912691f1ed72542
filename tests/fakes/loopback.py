"""Serves an ASGI app on a free port of the loopback while a block runs."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp


class LoopbackServer:
    """One server on a thread of its own; with a certificate and its key it speaks TLS."""

    def __init__(self, app: ASGIApp, certificate: tuple[Path, Path] | None = None) -> None:
        """Serve the app over HTTP, or over HTTPS with the certificate."""
        file, key = certificate or (None, None)
        config = uvicorn.Config(
            app, host="127.0.0.1", port=0, log_level="critical", lifespan="off", interface="asgi3",
            timeout_keep_alive=60, ssl_certfile=file, ssl_keyfile=key,
        )  # fmt: skip
        self._scheme = "https" if certificate else "http"
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def address(self) -> str:
        """Scheme, host and port."""
        return f"{self._scheme}://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.005)
            if not self._thread.is_alive():
                raise RuntimeError("the loopback server did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(10)
