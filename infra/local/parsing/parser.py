"""The adapter of the port DocumentParser that needs no service: every format is read in this process."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from infra.local.parsing.cleaning import clean
from infra.local.parsing.comma_separated import parse_comma_separated
from infra.local.parsing.draft import Draft
from infra.local.parsing.encoding import decode
from infra.local.parsing.excel import parse_excel
from infra.local.parsing.finishing import finished, too_long
from infra.local.parsing.kinds import Kind, kind_of_bytes, kind_of_text, unknown
from infra.local.parsing.limits import DEFAULT_LIMITS, MEBIBYTE, Limits
from infra.local.parsing.markdown import parse_markdown
from infra.local.parsing.pdf import parse_pdf
from infra.local.parsing.plain import parse_plain
from infra.local.parsing.slides import parse_slides
from infra.local.parsing.web_page import parse_page
from infra.local.parsing.word import parse_word
from shared.domain.documents import ParsedDocument
from shared.domain.errors import DocumentBroken, DocumentEmpty, DocumentTooLarge, DocumentUnreadable, KnowledgeError

WIDEST_CHARACTER = 4
"""Bytes of one character, at the most, in every encoding that is read."""

OF_BYTES: dict[Kind, Callable[[bytes, Limits], Draft]] = {
    Kind.PDF: parse_pdf,
    Kind.WORD: parse_word,
    Kind.EXCEL: parse_excel,
    Kind.SLIDES: parse_slides,
}
OF_TEXT: dict[Kind, Callable[[str], Draft]] = {
    Kind.TEXT: parse_plain,
    Kind.MARKDOWN: parse_markdown,
    Kind.HTML: parse_page,
    Kind.CSV: parse_comma_separated,
}


class LocalParser:
    """Reads txt, md, html, pdf, docx, xlsx, pptx and csv."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS, threads: int = 2) -> None:
        """`threads` bounds how many files are read at once, and so how much memory they take together."""
        self._limits = limits
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="parser")

    @property
    def name(self) -> str:
        """See the port."""
        return "local"

    async def ping(self) -> None:
        """Return: there is nothing to reach."""

    async def paid_pages(self, name: str, content: bytes) -> int:
        """Return 0: reading costs nothing here."""
        return 0

    async def parse(self, name: str, content: bytes, language: str = "") -> ParsedDocument:
        """See the port. Raises DocumentUnreadable with a reason."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.read, name, content, language)

    def read(self, name: str, content: bytes, language: str = "") -> ParsedDocument:
        """Do the work of `parse` on the caller's thread."""
        try:
            return finished(name, self._draft(name, content, language), self._limits)
        except KnowledgeError:
            raise
        except BaseException as error:
            # Libraries written in Rust raise panics that are no Exception; an end of the program still ends it.
            if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
                raise
            raise DocumentBroken(f"the file is broken: {type(error).__name__}: {str(error)[:200]}") from error

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=True)

    def _draft(self, name: str, content: bytes, language: str) -> Draft:
        limits = self._limits
        if not content:
            raise DocumentEmpty("the file is empty: it has 0 bytes")
        if len(content) > limits.bytes:
            raise DocumentTooLarge(f"the file is larger than the limit of {limits.bytes / MEBIBYTE:g} MB")
        kind = kind_of_bytes(content)
        if kind is not None:
            return OF_BYTES[kind](content, limits)
        if len(content) > limits.characters * WIDEST_CHARACTER:
            raise too_long(limits)
        try:
            text = clean(decode(content, language))
        except DocumentUnreadable as error:
            raise unknown("neither text nor a known format") from error
        return OF_TEXT[kind_of_text(name, text)](text)
