"""Takes out what a PDF repeats at the edges of its pages: running heads, footers and page numbers."""

import re
from collections import Counter
from collections.abc import Sequence

from infra.local.parsing.pdf_lines import Line

MARGIN = 0.08
"""Share of a page's height, at the top and at the bottom, where running heads and footers stand; text keeps an inch."""

REPEATED_SHARE = 0.4
"""Share of the pages on which a line must stand to be a running head; left and right pages may differ."""

DIGITS = re.compile(r"\d+")
PAGE_NUMBER = re.compile(
    r"[\W_]*(?:page|seite|p\.|第)?\s*(?:\d{1,4}|[ivxl]{1,6})\s*(?:页|頁)?(?:\s*(?:/|of|von|共)\s*\d{1,4}\s*(?:页|頁)?)?[\W_]*",
    re.IGNORECASE,
)


def without_margins(pages: Sequence[list[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """Return the pages without lines in the margins that repeat, numbers aside, and without page numbers."""
    edges = [[line for line in lines if _in_margin(line, height)] for lines, height in zip(pages, heights, strict=True)]
    counts = Counter(key for lines in edges for key in {_key(line) for line in lines})
    fewest = max(2, REPEATED_SHARE * len(pages))
    repeated = {key for key, count in counts.items() if count >= fewest}
    dropped = {
        id(line) for lines in edges for line in lines if _key(line) in repeated or PAGE_NUMBER.fullmatch(line.text)
    }
    return [[line for line in lines if id(line) not in dropped] for lines in pages]


def _in_margin(line: Line, height: float) -> bool:
    return line.bottom < MARGIN * height or line.bottom + line.size > (1 - MARGIN) * height


def _key(line: Line) -> str:
    return DIGITS.sub("#", line.text)
