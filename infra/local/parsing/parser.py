"""The adapter of the port DocumentParser that needs no service: every format is read in this process."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import PurePosixPath

from infra.local.parsing.cleaning import clean
from infra.local.parsing.comma_separated import parse_comma_separated
from infra.local.parsing.draft import Draft
from infra.local.parsing.encoding import decode
from infra.local.parsing.excel import parse_excel
from infra.local.parsing.kinds import Kind, kind_of_bytes, kind_of_text, unknown
from infra.local.parsing.limits import DEFAULT_LIMITS, MEBIBYTE, Limits
from infra.local.parsing.lines import one_line
from infra.local.parsing.markdown import parse_markdown
from infra.local.parsing.pdf import parse_pdf
from infra.local.parsing.plain import parse_plain
from infra.local.parsing.slides import parse_slides
from infra.local.parsing.web_page import parse_page
from infra.local.parsing.word import parse_word
from shared.domain.documents import Block, BlockKind, ParsedDocument
from shared.domain.errors import DocumentUnreadable, KnowledgeError

LONGEST_HEADING = 200
"""Characters above which a heading is a paragraph that was only set like one."""

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

    async def parse(self, name: str, content: bytes) -> ParsedDocument:
        """Read a file in the format that its bytes and its name say. Raises DocumentUnreadable with a reason."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.read, name, content)

    def read(self, name: str, content: bytes) -> ParsedDocument:
        """Do the work of `parse` on the caller's thread."""
        try:
            draft = self._draft(name, content)
            blocks = tuple(_cleaned(draft.blocks))
        except KnowledgeError:
            raise
        except BaseException as error:
            # Libraries written in Rust raise panics that are no Exception; an end of the program still ends it.
            if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
                raise
            raise DocumentUnreadable(f"the file is broken: {type(error).__name__}: {str(error)[:200]}") from error
        self._check_text(blocks)
        return ParsedDocument(_title(name, draft.title, blocks), blocks, draft.pages)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=True)

    def _draft(self, name: str, content: bytes) -> Draft:
        limits = self._limits
        if not content:
            raise DocumentUnreadable("the file is empty: it has 0 bytes")
        if len(content) > limits.bytes:
            raise DocumentUnreadable(f"the file is larger than the limit of {limits.bytes / MEBIBYTE:g} MB")
        kind = kind_of_bytes(content)
        if kind is not None:
            return OF_BYTES[kind](content, limits)
        if len(content) > limits.characters * WIDEST_CHARACTER:
            raise self._too_long()
        try:
            text = clean(decode(content))
        except DocumentUnreadable as error:
            raise unknown("neither text nor a known format") from error
        return OF_TEXT[kind_of_text(name, text)](text)

    def _check_text(self, blocks: Sequence[Block]) -> None:
        characters = sum(len(block.text) for block in blocks)
        if characters > self._limits.characters:
            raise self._too_long()
        if not any(character.isalnum() for block in blocks for character in block.text):
            raise DocumentUnreadable("no text was found in the file; is it scanned, or made of images alone?")

    def _too_long(self) -> DocumentUnreadable:
        return DocumentUnreadable(
            f"the file holds more than the limit of {self._limits.characters} characters of text; split it"
        )


def _cleaned(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        text = clean(block.text)
        if block.kind is BlockKind.HEADING:
            text = one_line(text)
        text = text.strip("\n").rstrip() if block.kind is BlockKind.CODE else text.strip()
        if not text:
            continue
        if block.kind is BlockKind.HEADING and len(text) > LONGEST_HEADING:
            yield Block(BlockKind.PARAGRAPH, text, page=block.page)
        else:
            yield replace(block, text=text)


def _title(name: str, own: str, blocks: Sequence[Block]) -> str:
    """Return the title a file gives itself, or its outermost heading if it begins with it, or its name."""
    first = blocks[0]
    opens = first.kind is BlockKind.HEADING and first.level == 1
    is_only_one = sum(1 for block in blocks if block.kind is BlockKind.HEADING and block.level == 1) == 1
    stem = PurePosixPath(name).stem
    return one_line(clean(own)).strip()[:LONGEST_HEADING] or (first.text if opens and is_only_one else stem) or name
