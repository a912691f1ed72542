"""Turns a file's bytes into text."""

from typing import Protocol

from shared.domain.documents import ParsedDocument


class DocumentParser(Protocol):
    """Reads every format the product accepts."""

    async def parse(self, name: str, content: bytes) -> ParsedDocument:
        """Read a file in the format that its bytes and its name say. Raises DocumentUnreadable with a reason."""
        ...
