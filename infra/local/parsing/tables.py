"""Writes a table as text: a row per line, cells joined by " | "."""

from collections.abc import Iterable, Sequence

from infra.local.parsing.lines import one_line

CELL = " | "


def table_text(rows: Iterable[Sequence[str]]) -> str:
    """Write the rows, the heading row first; empty rows and columns that are empty in every row are left out."""
    cells = [[one_line(cell) for cell in row] for row in rows]
    width = max((len(row) for row in cells), default=0)
    used = [column for column in range(width) if any(column < len(row) and row[column] for row in cells)]
    lines = [[row[column] if column < len(row) else "" for column in used] for row in cells if any(row)]
    return "\n".join(CELL.join(line).rstrip() for line in lines)
