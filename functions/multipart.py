"""Reads multipart/form-data part by part as it comes in, so that no part is ever held whole."""

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from azurefunctions.extensions.http.fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from shared.domain.errors import BadRequest, TooLarge

MOST_PARTS = 1000
"""Parts of one form."""

LONGEST_FIELD = 4096
"""Bytes of a field that is no file."""


@dataclass(frozen=True)
class Part:
    """One part of a form: a field's name, the name of its file or None, and its bytes, to be read once and in turn."""

    name: str
    filename: str | None
    content: AsyncGenerator[bytes, None]

    async def text(self) -> str:
        """Return what a field says. Raises BadRequest where it is long or no text."""
        held = bytearray()
        async for piece in self.content:
            held += piece
            if len(held) > LONGEST_FIELD:
                raise BadRequest(f"the field {self.name!r} may have {LONGEST_FIELD} bytes", field=self.name)
        try:
            return held.decode()
        except UnicodeDecodeError:
            raise BadRequest(f"the field {self.name!r} is no UTF-8 text", field=self.name) from None


async def parts(request: Request, limit: int) -> AsyncGenerator[Part, None]:
    """Yield the parts of a form in order; what is left of one when the next is asked for is passed over.

    `limit` are the bytes of the whole body. Raises BadRequest where the body is no form or breaks off, TooLarge
    where it is over the limit, whatever its headers claim.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise BadRequest("the body must be multipart/form-data with a boundary")
    async with aclosing(bounded(request, limit)) as pieces:
        reader = Reader(pieces, options[b"boundary"])
        for _ in range(MOST_PARTS):
            part = await reader.part()
            if part is None:
                return
            yield part
        if await reader.part():
            raise BadRequest(f"a form may have {MOST_PARTS} parts")


async def bounded(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """Hand on the body piece by piece up to a limit. Raises TooLarge, and BadRequest where the caller goes away."""
    received = 0
    try:
        async for piece in request.stream():
            received += len(piece)
            if received > limit:
                raise TooLarge(f"the body may have {limit} bytes", limit=limit)
            yield piece
    except ClientDisconnect:
        raise BadRequest("the connection ended before the upload did") from None


class Reader:
    """Turns the pieces of a body into its parts; a body that broke once is broken for every part after."""

    def __init__(self, pieces: AsyncIterator[bytes], boundary: bytes) -> None:
        """Raises BadRequest for a boundary that cannot be."""
        self._pieces = pieces
        self._heard: deque[tuple[str, bytes]] = deque()
        self._broken: BadRequest | None = None
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": lambda: self._hear("part"),
                    "on_header_field": lambda text, start, end: self._hear("header", text[start:end]),
                    "on_header_value": lambda text, start, end: self._hear("value", text[start:end]),
                    "on_header_end": lambda: self._hear("header end"),
                    "on_headers_finished": lambda: self._hear("headers end"),
                    "on_part_data": lambda text, start, end: self._hear("content", text[start:end]),
                    "on_part_end": lambda: self._hear("part end"),
                    "on_end": lambda: self._hear("end"),
                },
            )
        except FormParserError as error:
            raise unreadable(error) from None

    async def part(self) -> Part | None:
        """Return the next part, or None at the end of the form. Raises like `parts`."""
        while (event := await self._next())[0] not in ("part", "end"):
            pass
        if event[0] == "end":
            return None
        headers = await self._headers()
        _, options = parse_options_header(headers.get(b"content-disposition", b"").decode("latin-1"))
        if b"name" not in options:
            raise BadRequest("a part of the form has no name")
        filename = options.get(b"filename")
        named = None if filename is None else text_of(filename)
        return Part(text_of(options[b"name"]), named, self._content())

    async def _headers(self) -> dict[bytes, bytes]:
        headers: dict[bytes, bytes] = {}
        field, value = b"", b""
        while (event := await self._next())[0] != "headers end":
            match event:
                case "header", text:
                    field += text
                case "value", text:
                    value += text
                case "header end", _:
                    headers[field.lower()] = value
                    field, value = b"", b""
        return headers

    async def _content(self) -> AsyncGenerator[bytes, None]:
        while (event := await self._next())[0] == "content":
            yield event[1]

    def _hear(self, kind: str, text: bytes = b"") -> None:
        self._heard.append((kind, text))

    async def _next(self) -> tuple[str, bytes]:
        while not self._heard:
            if self._broken:
                raise self._broken
            try:
                await self._feed()
            except BadRequest as error:
                self._broken = error
                raise
        return self._heard.popleft()

    async def _feed(self) -> None:
        piece = await anext(self._pieces, None)
        if piece is None:
            raise BadRequest("the form ends before its last boundary")
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise unreadable(error) from None


def unreadable(error: FormParserError) -> BadRequest:
    """Say that a body is no form."""
    return BadRequest(f"the form cannot be read: {error}")


def text_of(name: bytes) -> str:
    """Read a name as clients write it: in UTF-8, or else byte by byte."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("latin-1")
