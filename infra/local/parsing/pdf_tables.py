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
    end, rows, last_row = start + 1, 1, lines[start]
    while end < len(lines):
        line = lines[end]
        distance = lines[end - 1].bottom - line.bottom
        if line.page != last_row.page or not 0 < distance <= FARTHEST_ROW * line.size:
            break
        if len(line.segments) > 1:
            last_row, rows = line, rows + 1
        elif not _is_part_of_cell(lines, end, last_row):
            break
        end += 1
    return end if rows >= 2 else start


def _is_part_of_cell(lines: Sequence[Line], position: int, row: Line) -> bool:
    """Say whether a line of one piece belongs to a cell: close to a row above or below, and no wider than a cell."""
    line = lines[position]
    neighbours = [lines[position - 1], *lines[position + 1 : position + 2]]
    close = any(
        abs(other.bottom - line.bottom) <= WRAPPED_PITCH * line.size and other.page == line.page for other in neighbours
    )
    return close and any(
        abs(line.left - segment.left) < line.size and line.right <= _next_left(row, segment) for segment in row.segments
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
    pitch = _wrapped_pitch(lines)
    rows: list[list[str]] = []
    previous: Line | None = None
    for line in lines:
        if previous is None or not _goes_on(previous, line, len(columns), pitch):
            rows.append([""] * len(columns))
        for segment in line.segments:
            column = next(index for index, (_, right) in enumerate(columns) if segment.left <= right)
            rows[-1][column] = join_lines([rows[-1][column], segment.text])
        previous = line
    return rows


def _wrapped_pitch(lines: Sequence[Line]) -> float:
    """Return the distance up to which lines are of one row: less than between two rows that have every cell."""
    most = max(len(line.segments) for line in lines)
    between_rows = [
        upper.bottom - lower.bottom
        for upper, lower in pairwise(lines)
        if len(upper.segments) == len(lower.segments) == most
    ]
    return min([WRAPPED_PITCH * lines[0].size, *(0.9 * distance for distance in between_rows)])


def _goes_on(upper: Line, lower: Line, columns: int, pitch: float) -> bool:
    is_partial = min(len(upper.segments), len(lower.segments)) < columns
    return is_partial and upper.bottom - lower.bottom <= pitch
