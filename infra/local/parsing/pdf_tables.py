"""Finds the tables of a PDF by the gaps that stand above each other."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from infra.local.parsing.lines import join_lines
from infra.local.parsing.pdf_lines import Line, Segment

WRAPPED_PITCH = 1.35
"""A line of one cell closer below a row than this many sizes goes on with that row."""

FARTHEST_ROW = 4.0
"""Sizes between two rows above which they are not of one table."""

Table = tuple[int, list[list[str]]]
"""The page a table begins on, and its rows of cells."""


def split_tables(lines: Sequence[Line]) -> Iterator[list[Line] | Table]:
    """Return runs of text lines and tables by turns, in order."""
    text: list[Line] = []
    position = 0
    while position < len(lines):
        end = _table_end(lines, position)
        columns = _columns(lines[position:end])
        if end - position >= 2 and len(columns) >= 2:
            if text:
                yield text
                text = []
            yield lines[position].page, _rows(lines[position:end], columns)
            position = end
        else:
            text.append(lines[position])
            position += 1
    if text:
        yield text


def _table_end(lines: Sequence[Line], start: int) -> int:
    """Return the position after the last line that may be of the table beginning at `start`."""
    if len(lines[start].segments) < 2:
        return start
    end, rows = start + 1, 1
    for upper, lower in pairwise(lines[start:]):
        distance = upper.bottom - lower.bottom
        if upper.page != lower.page or not 0 < distance <= FARTHEST_ROW * upper.size:
            break
        if len(lower.segments) < 2 and not _is_wrapped(upper, lower):
            break
        rows += len(lower.segments) > 1
        end += 1
    return end if rows >= 2 else start


def _is_wrapped(upper: Line, lower: Line) -> bool:
    """Say whether a line of one piece is the rest of a cell: close below, and no wider than one."""
    close = upper.bottom - lower.bottom <= WRAPPED_PITCH * upper.size
    return close and any(
        abs(lower.left - segment.left) < lower.size and lower.right <= _next_left(upper, segment)
        for segment in upper.segments
    )


def _next_left(line: Line, segment: Segment) -> float:
    return min((other.left for other in line.segments if other.left > segment.left), default=float("inf"))


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Return the strips of the page that cells stand in; cells that overlap share a strip."""
    columns: list[tuple[float, float]] = []
    for left, right in sorted((segment.left, segment.right) for line in lines for segment in line.segments):
        if columns and left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns


def _rows(lines: Sequence[Line], columns: Sequence[tuple[float, float]]) -> list[list[str]]:
    rows: list[list[str]] = []
    previous: Line | None = None
    for line in lines:
        if previous is None or not _goes_on(previous, line):
            rows.append([""] * len(columns))
        for segment in line.segments:
            column = next(index for index, (_, right) in enumerate(columns) if segment.left <= right)
            rows[-1][column] = join_lines([rows[-1][column], segment.text])
        previous = line
    return rows


def _goes_on(upper: Line, lower: Line) -> bool:
    return len(lower.segments) < len(upper.segments) and upper.bottom - lower.bottom <= WRAPPED_PITCH * upper.size
