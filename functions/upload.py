"""Reads uploaded files out of a form and hands them on as they come in."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

from azurefunctions.extensions.http.fastapi import Request

from functions.multipart import parts
from shared.domain.errors import BadRequest, TooLarge

ENVELOPE = 100_000
"""Bytes that a form may take besides its files."""


@asynccontextmanager
async def received_file(request: Request, limit: int) -> AsyncIterator[tuple[str, AsyncIterator[bytes]]]:
    """Give the name and the bytes of the form's one file. Raises TooLarge over `limit` bytes, BadRequest otherwise."""
    async with aclosing(parts(request, limit + ENVELOPE)) as form:
        async for part in form:
            if part.name == "file" and part.filename is not None:
                yield part.filename, no_more_than(limit, part.content)
                return
    raise BadRequest("the form needs the document in the field 'file'", field="file")


async def no_more_than(limit: int, content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Hand on the bytes of one file. Raises TooLarge as soon as there are more than the limit."""
    received = 0
    async for piece in content:
        received += len(piece)
        if received > limit:
            raise TooLarge(f"a document may have {limit // 1_000_000} MB (setting MAX_UPLOAD_MB)", limit=limit)
        yield piece
