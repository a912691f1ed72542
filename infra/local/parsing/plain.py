"""Reads plain text: paragraphs between blank lines, and the headings that numbering or capitals give away."""

import re
from collections.abc import Iterator, Sequence

from infra.local.parsing.draft import Draft
from infra.local.parsing.lines import STARTS_WITH_CJK, join_pair
from shared.domain.documents import Block, BlockKind

BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
LONGEST_HEADING = 80
WIDEST_PAGE = 120
"""Columns above which lines were not broken to fit a page."""

NARROWEST_PAGE = 30
FULL_SHARE = 0.5
"""Share of the lines that reach nearly to the edge where a text was broken to fit a page."""

NEARLY = 0.8
SLACK = 4
"""Columns by which a broken line may fall short: hyphens and punctuation are not split off."""

CHAPTER = re.compile(
    r"(?:第[一二三四五六七八九十百零〇\d]+[章节節篇编編部回卷条條]"
    r"|(?i:chapter|part|book|section|appendix|annex)\s+(?:[\divxlc]+|[A-Z])\b)"
)
NUMBERED = re.compile(
    r"(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d{1,2}(?:\.\d{1,2}){0,3}[.、]?\s+(?=\S))"
)
CAPITALS = re.compile(r"(?=(?:[^A-Z]*[A-Z]){3})[^a-z\[\]|]+")
ENDS_LIKE_A_SENTENCE = re.compile(r"[.,;:!?。，；：！？…][\"'”’）)]?$")


def parse_plain(text: str) -> Draft:
    """Read a text; it gives itself no title."""
    paragraphs = [lines for part in BLANK_LINES.split(text) if (lines := _lines(part))]
    width = _page_width(paragraphs)
    levels = [_heading_level(lines) for lines in paragraphs]
    return Draft([*_blocks(paragraphs, levels, width)])


def _blocks(paragraphs: list[list[str]], levels: list[int], width: int) -> Iterator[Block]:
    for number, (lines, level) in enumerate(zip(paragraphs, levels, strict=True)):
        followed = number + 1 < len(levels) and (levels[number + 1] == 0 or levels[number + 1] > level)
        # A row of headings with nothing under them is a title page or a list, not a structure.
        if level and followed:
            yield Block(BlockKind.HEADING, lines[0], level=level)
        else:
            yield Block(BlockKind.PARAGRAPH, unwrapped(lines, width))


def unwrapped(lines: Sequence[str], width: int) -> str:
    """Join the lines that were broken because the next word did not fit; keep the other breaks."""
    text = last = ""
    for line in lines:
        first_word = line[:1] if STARTS_WITH_CJK.match(line) else line.split(" ", 1)[0]
        if last and width and len(last) + len(first_word) + 1 > width - SLACK:
            text = join_pair(text, line)
        else:
            text = f"{text}\n{line}" if text else line
        last = line
    return text


def _lines(part: str) -> list[str]:
    return [" ".join(line.split()) for line in part.split("\n") if line.strip()]


def _page_width(paragraphs: list[list[str]]) -> int:
    """Return the columns at which the text was broken, or 0 where it was not."""
    lengths = sorted(len(line) for lines in paragraphs for line in lines[:-1])
    if not lengths:
        return 0
    width = lengths[len(lengths) * 19 // 20]
    full = sum(1 for length in lengths if length >= NEARLY * width)
    return width if NARROWEST_PAGE <= width <= WIDEST_PAGE and full >= FULL_SHARE * len(lengths) else 0


def _heading_level(lines: list[str]) -> int:
    """Return 1 for chapters, 2 for numbered headings and capitals, 0 for running text."""
    line = lines[0]
    if len(lines) > 1 or len(line) > LONGEST_HEADING or ENDS_LIKE_A_SENTENCE.search(line):
        return 0
    if CHAPTER.match(line):
        return 1
    return 2 if NUMBERED.match(line) or CAPITALS.fullmatch(line) else 0
