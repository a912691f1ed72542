"""Turns a file's bytes into text."""

from typing import Protocol

from shared.domain.documents import ParsedDocument


class DocumentParser(Protocol):
    """Reads every format the product accepts. `name` is what its pages are priced under."""

    @property
    def name(self) -> str:
        """The name of what reads."""
        ...

    async def ping(self) -> None:
        """Reach what reads, at no cost. Raises Unavailable, or BadSetting for what an operator has to mend."""
        ...

    async def paid_pages(self, name: str, content: bytes) -> int:
        """Return about how many pages reading a file will be paid for; 0 where it is free.

        Raises DocumentUnreadable where it is plain before the payment that the file cannot be read.
        """
        ...

    async def parse(self, name: str, content: bytes, language: str = "") -> ParsedDocument:
        """Read a file in the format that its bytes and its name say. Raises DocumentUnreadable with a reason.

        `language`, `en` or `zh`, is that of a text whose bytes may be read in more than one way.

        A service raises Unavailable too; as RateLimited or ModelUnavailable it says that nothing will be billed.
        """
        ...
