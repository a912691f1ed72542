"""Lets a signed request through once, with the body that was signed."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import ExitStack
from hmac import compare_digest
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import quote

from azurefunctions.extensions.http.fastapi import Request
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect

from shared.domain.errors import BadRequest, BadSignature, StoreUnavailable, TooLarge
from shared.domain.signatures import RequestHead
from shared.services.request_signing import RequestSigning

IN_MEMORY = 1_000_000
"""Bytes of a body that are held in memory; what is longer waits in a file until all of it is there."""

PIECE = 1 << 16
"""Bytes handed on at a time."""

Receive = Callable[[], Awaitable[Any]]


async def signed(request: Request, signing: RequestSigning, limit: int) -> Request:
    """Return the request with its body, read to the end and found to be the one that was signed.

    Raises BadSignature, TooLarge over `limit` bytes, BadRequest where the caller goes away, StoreUnavailable where
    there is no room for the body.
    """
    digests = await signing.check(head_of(request))
    return Request(request.scope, replayed(await held(request, digests, limit), request.receive))


def head_of(request: Request) -> RequestHead:
    """Return what was signed besides the body: the path as it came over the wire, not as it was read."""
    path = (request.scope.get("raw_path") or quote(request.scope["path"]).encode()).decode("latin-1")
    query = request.scope.get("query_string", b"").decode("latin-1")
    return RequestHead(
        method=request.method,
        authority=request.headers.get("host", "localhost"),
        target=f"{path}?{query}" if query else path,
        headers=tuple(request.headers.items()),
    )


async def held(request: Request, digests: Mapping[str, bytes], limit: int) -> UploadFile:
    """Hold a body back until all of it is there: whoever works on it must not begin with half of another one."""
    hashes = {name: hashlib.new(name) for name in digests}
    with ExitStack() as refusing:
        file = refusing.enter_context(SpooledTemporaryFile(IN_MEMORY))
        body = UploadFile(cast(BinaryIO, file), size=0)
        async for piece in pieces(request):
            await written(body, piece)
            if (body.size or 0) > limit:
                raise TooLarge(f"the body may have {limit} bytes", limit=limit)
            for each in hashes.values():
                each.update(piece)
        if not all(compare_digest(hashes[name].digest(), digest) for name, digest in digests.items()):
            raise BadSignature("the body is not the one that was signed")
        await body.seek(0)
        refusing.pop_all()  # whoever reads the body to its end closes it, or nobody refers to it any more
        return body


async def pieces(request: Request) -> AsyncIterator[bytes]:
    """Read a body. Raises BadRequest where the caller goes away."""
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect:
        raise BadRequest("the connection ended before the body did") from None


async def written(body: UploadFile, piece: bytes) -> None:
    """Add to a body that is held. Raises StoreUnavailable where there is no room."""
    try:
        await body.write(piece)
    except OSError as error:
        raise StoreUnavailable(f"the body cannot be held: {error.strerror}") from error


def replayed(body: UploadFile, behind: Receive) -> Receive:
    """Give a body that was held out again, and then whatever comes behind it."""
    is_over = False

    async def receive() -> Any:
        nonlocal is_over
        if is_over:
            return await behind()
        piece = await body.read(PIECE)
        if not piece:
            is_over = True
            await body.close()
        return {"type": "http.request", "body": piece, "more_body": not is_over}

    return receive
