"""Reads an uploaded file out of multipart/form-data without holding it in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from azurefunctions.extensions.http.fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from shared.domain.errors import BadRequest, StoreUnavailable, TooLarge

ENVELOPE = 100_000
"""Bytes that the parts of a form may take besides the file."""

PIECE = 1 << 20
"""Bytes handed on at a time."""


@asynccontextmanager
async def received_file(request: Request, limit: int) -> AsyncIterator[tuple[str, AsyncIterator[bytes]]]:
    """Give the name and the bytes of the form's one file. Raises TooLarge over `limit` bytes, BadRequest otherwise.

    Raises StoreUnavailable where the system has no room for the bytes on their way.
    """
    bounded = Request(request.scope, bounded_receive(request, limit + ENVELOPE))
    try:
        form = await bounded.form(max_files=1, max_fields=10)
    except (MultiPartException, HTTPException) as error:
        reason = error.detail if isinstance(error, HTTPException) else error.message
        raise BadRequest(f"the form cannot be read: {reason}") from None
    except OSError as error:
        raise StoreUnavailable(f"the upload cannot be kept: {error.strerror}") from error
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise BadRequest("the form needs the document in the field 'file'", field="file")
        if (file.size or 0) > limit:
            raise too_large(limit)
        yield file.filename or "", pieces(file)
    finally:
        await form.close()


def bounded_receive(request: Request, limit: int) -> Any:
    """Count the bytes that come in and stop at the limit, whatever the headers claim."""
    received = 0

    async def receive() -> Any:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise too_large(limit - ENVELOPE)
        return message

    return receive


async def pieces(file: UploadFile) -> AsyncIterator[bytes]:
    """Hand a file on piece by piece."""
    while piece := await file.read(PIECE):
        yield piece


def too_large(limit: int) -> TooLarge:
    """Say how large an upload may be."""
    return TooLarge(f"a document may have {limit // 1_000_000} MB (setting MAX_UPLOAD_MB)", limit=limit)
