"""A web site on the loopback that speaks TLS under a name, and behaves as badly as a path asks it to."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.fakes.certificates import loopback_certificate
from tests.fakes.loopback import LoopbackServer

NAME = "docs.heron.example"
TEXT = "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n"


class WebSite:
    """Serves until the block ends; `seen` are the hosts and paths that were asked for."""

    def __init__(self, folder: Path) -> None:
        certificate = loopback_certificate(folder, NAME)
        self.seen: list[tuple[str, str]] = []
        self.trusts = ssl.create_default_context(cafile=str(certificate[0]))
        self._server = LoopbackServer(Starlette(routes=[Route("/{path:path}", self._answer)]), certificate)

    def __enter__(self) -> "WebSite":
        self._server.__enter__()
        return self

    def __exit__(self, *ended: object) -> None:
        self._server.__exit__(None, None, None)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.address.rpartition(":")[2])

    def address(self, path: str) -> str:
        """Return the address of a path under the site's name."""
        return f"https://{NAME}:{self.port}/{path}"

    async def _answer(self, request: Request) -> Response:
        path = request.path_params["path"]
        self.seen.append((request.headers["host"], path))
        match path:
            case "elsewhere":
                return RedirectResponse("https://169.254.169.254/latest/meta-data")
            case "page":
                return HTMLResponse("<h1>Skerry</h1><p>Ada Quill built the Skerry lighthouse.</p>")
            case "packed":
                return Response(b"\x1f\x8b", headers={"content-encoding": "gzip"})
            case "endless":
                return StreamingResponse(endless())
            case "missing" | "broken":
                return Response(status_code=404 if path == "missing" else 500)
        return Response(TEXT, media_type="text/markdown")


async def endless() -> AsyncIterator[bytes]:
    """Send more and more, without a length."""
    while True:
        yield bytes(64_000)
        await asyncio.sleep(0)
