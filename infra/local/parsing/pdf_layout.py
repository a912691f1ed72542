"""Lays the lines of a PDF out as headings, paragraphs and tables."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from infra.local.parsing.lines import CJK, STARTS_WITH_CJK, join_lines
from infra.local.parsing.pdf_lines import Line
from infra.local.parsing.pdf_tables import split_tables
from infra.local.parsing.tables import table_text
from shared.domain.documents import Block, BlockKind

HEADING_RATIO = 1.12
"""How much larger than the running text a heading is set, at the least."""

LONGEST_HEADING = 120
WIDE_PITCH = 1.2
"""A distance between two lines above this many times the usual one separates paragraphs."""

SAME_SIZE = 0.08
CLOSE = 1.9
"""Lines further apart than this many sizes never belong together."""

SHORTEST_FULL = 12
"""Sizes below which a line is too short to run on in the next column or on the next page."""

BULLET = re.compile(r"^(?:[•·▪■●○◦–—*-]|\(?\d{1,2}[.)]|[（(]?[一二三四五六七八九十]+[、）)])\s*\S")
ENDS_SENTENCE = re.compile(r"[.!?:;。！？：；…][\"'”’）)]*$")
CLOSES = re.compile(r"^[”’」』）)】》，。、；：！？]")
BROKEN_WORD_SLACK = 2.5
"""Sizes by which a full line may fall short: a Chinese line ends early so as not to part punctuation from its word."""


def blocks_of_lines(lines: Sequence[Line]) -> list[Block]:
    """Return the blocks in reading order."""
    body = _body_size(lines)
    layout = _Layout(lines, body)
    blocks: list[Block] = []
    for part in split_tables(lines):
        if isinstance(part, tuple):
            page, rows = part
            blocks.append(Block(BlockKind.TABLE, table_text(rows), page=page))
        else:
            blocks += layout.text_blocks(part)
    return blocks


def _body_size(lines: Sequence[Line]) -> float:
    """Return the size that most characters are set in."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


class _Layout:
    """What is usual in this document, and the decisions that follow from it."""

    def __init__(self, lines: Sequence[Line], body: float) -> None:
        self._body = body
        sizes = sorted({_rounded(line.size) for line in lines if self._is_heading(line)}, reverse=True)
        self._levels = {size: min(level, 6) for level, size in enumerate(sizes, start=1)}
        distances = Counter(
            round(upper.bottom - lower.bottom)
            for upper, lower in pairwise(lines)
            if upper.page == lower.page and 0 < upper.bottom - lower.bottom < CLOSE * body
        )
        self._pitch = distances.most_common(1)[0][0] if distances else CLOSE * body
        self._right: dict[tuple[int, int], float] = {}
        for line in lines:
            key = self._column(line)
            self._right[key] = max(self._right.get(key, 0.0), line.right)

    def text_blocks(self, lines: Sequence[Line]) -> Iterator[Block]:
        for group in self._groups(lines):
            text = join_lines(line.text for line in group)
            first = group[0]
            if self._is_heading(first) and len(text) <= LONGEST_HEADING:
                yield Block(BlockKind.HEADING, text, page=first.page, level=self._levels[_rounded(first.size)])
            else:
                yield Block(BlockKind.PARAGRAPH, text, page=first.page)

    def _groups(self, lines: Sequence[Line]) -> Iterator[list[Line]]:
        group: list[Line] = []
        for line in lines:
            if group and not self._continues(group, line):
                yield group
                group = []
            group.append(line)
        if group:
            yield group

    def _continues(self, group: list[Line], line: Line) -> bool:
        last = group[-1]
        if abs(last.size - line.size) > SAME_SIZE * max(last.size, line.size):
            return False
        distance = last.bottom - line.bottom
        if line.page != last.page or distance <= 0:
            return self._goes_on_elsewhere(last, line)
        if self._is_heading(last):
            return distance < CLOSE * line.size
        if distance > WIDE_PITCH * self._pitch or BULLET.match(line.text):
            return False
        return self._was_full(last, line)

    def _goes_on_elsewhere(self, last: Line, line: Line) -> bool:
        """Decide whether a paragraph runs on in the next column or on the next page."""
        if self._is_heading(last) or BULLET.match(line.text) or last.right - last.left < SHORTEST_FULL * last.size:
            return False
        return bool(CLOSES.match(line.text)) or (not ENDS_SENTENCE.search(last.text) and self._was_full(last, line))

    def _was_full(self, last: Line, line: Line) -> bool:
        """Say whether the first word of a line would not have fitted into the line before."""
        text = line.text
        first_word = text[:1] if STARTS_WITH_CJK.match(text) else re.split(rf"[\s{CJK}]", text, maxsplit=1)[0]
        width = (line.right - line.left) * len(first_word) / max(len(text), 1)
        return last.right + width + BROKEN_WORD_SLACK * last.size >= self._right[self._column(last)]

    def _is_heading(self, line: Line) -> bool:
        return len(line.segments) == 1 and line.size >= HEADING_RATIO * self._body and len(line.text) <= LONGEST_HEADING

    def _column(self, line: Line) -> tuple[int, int]:
        """Name the column of a line by its page and by where it begins, in steps of eight sizes."""
        return line.page, int(line.left // (8 * max(self._body, 1.0)))


def _rounded(size: float) -> float:
    return round(size * 2) / 2
