"""Takes the lines of text off a PDF page, with where they stand and how large they are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

CELL_GAP = 1.0
"""Width of a gap, in font sizes, from which two words stand in two cells; justified text stays below 0.9."""

SAME_BASELINE = 0.35
"""Difference of height, in font sizes, up to which two pieces stand on one line."""

LOOK_BACK = 4
"""Rows in which the neighbour of a cell is looked for: a file may hold a row's cells one after another."""

LINE_HYPHEN = re.compile("[\x02\ufffe]")
"""PDFium's mark for a hyphen at the end of a line; it stands in place of the line break too."""

LINE = re.compile("[^\n\x02\ufffe]+[\x02\ufffe]?")
# Ligatures and the radicals that some fonts use in place of the Chinese characters they look like.
LOOK_ALIKES = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06]")


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a line between two wide gaps; points from the lower left corner of the page."""

    text: str
    left: float
    right: float
    bottom: float
    size: float


@dataclass(slots=True)
class Line:
    """The segments of one height, from left to right."""

    page: int
    segments: list[Segment] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(segment.text for segment in self.segments)

    @property
    def left(self) -> float:
        return self.segments[0].left

    @property
    def right(self) -> float:
        return self.segments[-1].right

    @property
    def bottom(self) -> float:
        return self.segments[0].bottom

    @property
    def size(self) -> float:
        return max(segment.size for segment in self.segments)


def lines_of_page(page: "PdfPage", number: int) -> list[Line]:
    """Return the lines in the order of the file, which is the reading order of columns."""
    text_page = page.get_textpage()
    try:
        lines: list[Line] = []
        for segment in _segments(text_page):
            _add(lines, segment, number)
        return lines
    finally:
        text_page.close()


def _add(lines: list[Line], segment: Segment, page: int) -> None:
    for line in reversed(lines[-LOOK_BACK:]):
        same_height = abs(line.bottom - segment.bottom) <= SAME_BASELINE * min(segment.size, line.size)
        if same_height and segment.left >= line.right:
            line.segments.append(segment)
            return
    lines.append(Line(page, [segment]))


def _segments(text_page: "PdfTextPage") -> Iterator[Segment]:
    text = text_page.get_text_range()
    if len(text) != text_page.count_chars():
        # Characters beyond the basic plane count twice in PDFium; take its characters one by one.
        text = "".join(_character(text_page, index) for index in range(text_page.count_chars()))
    for match in LINE.finditer(text):
        yield from _line_segments(text_page, text, *match.span())


def _line_segments(text_page: "PdfTextPage", text: str, start: int, end: int) -> Iterator[Segment]:
    """Cut a line at its wide gaps. Positions are asked for at the ends of words alone, which is where gaps are."""
    words = [match.span() for match in re.finditer(r"\S+", text[start:end])]
    if not words:
        return
    size = _size(text_page, start + words[0][0])
    first, last = words[0]
    for word_start, word_end in words[1:]:
        gap = _box(text_page, start + word_start)[0] - _box(text_page, start + last - 1)[1]
        if gap > CELL_GAP * size or gap < -CELL_GAP * size:
            yield _segment(text_page, text, start + first, start + last, size)
            first = word_start
            size = _size(text_page, start + word_start)
        last = word_end
    yield _segment(text_page, text, start + first, start + last, size)


def _segment(text_page: "PdfTextPage", text: str, start: int, end: int, size: float) -> Segment:
    left, _, bottom = _box(text_page, start)
    _, right, _ = _box(text_page, end - 1)
    seen = LINE_HYPHEN.sub("-", text[start:end])
    return Segment(LOOK_ALIKES.sub(lambda match: normalize("NFKC", match.group()), seen), left, right, bottom, size)


def _character(text_page: "PdfTextPage", index: int) -> str:
    import pypdfium2.raw as pdfium

    return chr(pdfium.FPDFText_GetUnicode(text_page, index))


def _size(text_page: "PdfTextPage", index: int) -> float:
    """Return the height of a character's line in points, as drawn; close to its font size."""
    _, bottom, _, top = text_page.get_charbox(index, loose=True)
    return float(max(top - bottom, 1.0))


def _box(text_page: "PdfTextPage", index: int) -> tuple[float, float, float]:
    """Return left, right and bottom of a character, its descent included."""
    left, bottom, right, _ = text_page.get_charbox(index, loose=True)
    return left, right, bottom
