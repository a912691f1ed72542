"""Makes a document of what the parser of a format found: cleaned, within its bounds, under a title."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from infra.local.parsing.cleaning import clean
from infra.local.parsing.draft import Draft
from infra.local.parsing.limits import Limits
from infra.local.parsing.lines import one_line
from shared.domain.documents import Block, BlockKind, ParsedDocument
from shared.domain.errors import DocumentEmpty, DocumentTooLarge, DocumentUnreadable

LONGEST_HEADING = 200
"""Characters above which a heading is a paragraph that was only set like one."""


def finished(name: str, draft: Draft, limits: Limits) -> ParsedDocument:
    """Return the document. Raises DocumentUnreadable where it holds no text, or more of it than the limits allow."""
    blocks = tuple(_cleaned(draft.blocks))
    if sum(len(block.text) for block in blocks) > limits.characters:
        raise too_long(limits)
    if not any(character.isalnum() for block in blocks for character in block.text):
        raise DocumentEmpty("no text was found in the file; is it scanned, or made of images alone?")
    return ParsedDocument(_title(name, draft.title, blocks), blocks, draft.pages)


def too_long(limits: Limits) -> DocumentUnreadable:
    """Say that a file holds too much text."""
    return DocumentTooLarge(f"the file holds more than the limit of {limits.characters} characters of text; split it")


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
