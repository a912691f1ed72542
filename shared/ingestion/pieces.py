"""Divides a section into the pieces that are never cut: sentences, rows, lines of code."""

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import NamedTuple

from shared.domain.base_settings import ChunkSize
from shared.domain.documents import Block, BlockKind
from shared.ingestion.sections import Placed, Section
from shared.text.sentences import sentences
from shared.text.tokens import count_tokens

LONGEST_ROW = 1200
"""Tokens of a table row at the most: rows stay whole beyond the size of a chunk, since half a row means nothing."""

LONGEST_REPEATED_HEAD = 100
"""Tokens of a table's heading row up to which it is repeated in every chunk of the table."""

FRAGMENT = re.compile(r"(?s).{1,200}(?:(?<=[\s,;，、；：])|\Z)|.{1,200}")
"""What a monster sentence is cut into: up to 200 characters, up to a space or a comma if there is one."""


class Ending(IntEnum):
    """How good a place the end of a piece is to cut at; the higher the better."""

    FORCED = 0
    SENTENCE = 1
    PARAGRAPH = 2


class Piece(NamedTuple):
    """Characters `start` to `end` of the plain text.

    `head` is the heading row of the table that the piece continues, or "": a chunk that begins here repeats it.
    """

    start: int
    end: int
    tokens: int
    ending: Ending
    page: int
    head: str = ""


BETWEEN = 1
"""Tokens counted for the blank line behind a block."""


def pieces(section: Section, longest: int = ChunkSize().tokens) -> list[Piece]:
    """Return the pieces in order; a sentence of more than `longest` tokens is cut."""
    found: list[Piece] = []
    for placed in section.blocks:
        found += _closed(_of_block(placed, longest))
    return found


def _of_block(placed: Placed, longest: int) -> Iterator[Piece]:
    start, block = placed
    if block.kind is BlockKind.TABLE:
        yield from _rows(start, block)
    elif block.kind is BlockKind.CODE:
        yield from _code(start, block, longest)
    else:
        spans = ((span.start, span.end) for span in sentences(block.text))
        yield from _whole_or_cut(start, block, spans, longest)


def _rows(start: int, block: Block) -> Iterator[Piece]:
    head = block.text.split("\n", 1)[0]
    if count_tokens(head) > LONGEST_REPEATED_HEAD:
        head = ""
    rows = _whole_or_cut(start, block, _lines(block.text), LONGEST_ROW)
    for row in rows:
        yield row if row.start == start else row._replace(head=head)


def _code(start: int, block: Block, longest: int) -> Iterator[Piece]:
    fits = count_tokens(block.text) <= longest
    spans = [(0, len(block.text))] if fits else _lines(block.text)
    yield from _whole_or_cut(start, block, spans, longest)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def _whole_or_cut(start: int, block: Block, spans: Iterable[tuple[int, int]], longest: int) -> Iterator[Piece]:
    for first, last in spans:
        tokens = count_tokens(block.text[first:last])
        if tokens <= longest:
            yield Piece(start + first, start + last, tokens, Ending.SENTENCE, block.page)
            continue
        for match in FRAGMENT.finditer(block.text, first, last):
            tokens = count_tokens(match.group())
            yield Piece(start + match.start(), start + match.end(), tokens, Ending.FORCED, block.page)


def _closed(found: Iterable[Piece]) -> list[Piece]:
    """Mark the end of a block on its last piece."""
    closed = [*found]
    if closed:
        closed[-1] = closed[-1]._replace(tokens=closed[-1].tokens + BETWEEN, ending=Ending.PARAGRAPH)
    return closed
