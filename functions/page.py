"""Functions that give out the page to talk to the service: the files of `web/`, and nothing else."""

import asyncio
import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from functions.operation import error_response
from functions.request import Call, request_id_of
from shared.domain.errors import NotFound

WEB = Path(__file__).resolve().parents[1] / "web"

VIEWS = frozenset({"", "documents", "graph", "overview", "people", "reference"})
"""Paths of the page's views; the same file shows each of them."""

START = "index.html"

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
"""Kinds of files that are given out; others of the folder are not."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
"""Own files and the own API alone, no inline script or style, and no way from a text to HTML, not even by mistake."""

HEADERS = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    # Files of one version refer to each other, so a browser asks every time, and is told 304.
    "cache-control": "no-cache",
    "vary": "accept-encoding",
}

blueprint = df.Blueprint()


@dataclass(frozen=True)
class Asset:
    """A file as it is sent: plain, and compressed where that is smaller."""

    content: bytes
    compressed: bytes
    media_type: str
    etag: str


@blueprint.route(route="{view:alpha?}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def page(req: Request) -> Response:
    """Give out the page for each of its views."""
    return await sent(req, START if req.path_params.get("view", "") in VIEWS else "")


@blueprint.route(route="web/{*file}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def page_file(req: Request) -> Response:
    """Give out a file of the page."""
    return await sent(req, req.path_params.get("file", ""))


async def sent(request: Request, name: str) -> Response:
    """Send a file under its name: only names that were found beforehand are known, so no path leads elsewhere."""
    id = request_id_of(request)
    asset = (await asyncio.to_thread(assets)).get(name)
    if asset is None:
        missing = error_response(NotFound("the page has no such file"), Call(request, id))
        missing.headers["x-request-id"] = id
        return missing
    headers = {**HEADERS, "etag": asset.etag, "x-request-id": id}
    if asset.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(asset.compressed, headers=headers, media_type=asset.media_type)
    return Response(asset.content, headers=headers, media_type=asset.media_type)


@cache
def assets() -> dict[str, Asset]:
    """Read the files of the page once; they are small and change with a deployment alone."""
    files = (file for file in WEB.rglob("*") if file.suffix in MEDIA_TYPES)
    return {file.relative_to(WEB).as_posix(): asset(file.read_bytes(), file.suffix) for file in files}


def asset(content: bytes, suffix: str) -> Asset:
    """Make a file ready to be sent. Its tag is a weak one, as it stands for both forms."""
    tag = f'W/"{sha256(content).hexdigest()[:32]}"'
    return Asset(content, gzip.compress(content, mtime=0), MEDIA_TYPES[suffix], tag)
