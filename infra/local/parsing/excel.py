"""Reads xlsx: every sheet under its name, a table wherever rows of several cells stand together."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import groupby

from infra.local.parsing.archive import check_archive
from infra.local.parsing.draft import Draft
from infra.local.parsing.limits import Limits
from infra.local.parsing.tables import table_text
from shared.domain.documents import Block, BlockKind

Cell = str | int | float | bool | date | datetime | time | timedelta


def parse_excel(content: bytes, limits: Limits) -> Draft:
    """Read a workbook; each sheet is a page. Raises DocumentUnreadable beyond the limits, and what calamine raises."""
    from python_calamine import CalamineWorkbook

    check_archive(content, limits)
    blocks: list[Block] = []
    with CalamineWorkbook.from_filelike(BytesIO(content)) as workbook:
        names = workbook.sheet_names
        for page, name in enumerate(names, start=1):
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=True)
            if found := [*_sheet([[_text(cell) for cell in row] for row in rows], page)]:
                blocks += [Block(BlockKind.HEADING, name, page=page, level=1), *found]
    return Draft(blocks, pages=max(len(names), 1))


def _sheet(rows: Sequence[Sequence[str]], page: int) -> Iterator[Block]:
    """Split a sheet at its empty rows; lines of one cell above a table are its caption."""
    for filled, group in groupby(rows, key=any):
        if not filled:
            continue
        table = [*group]
        while table and sum(map(bool, table[0])) == 1:
            yield Block(BlockKind.PARAGRAPH, "".join(table.pop(0)), page=page)
        if table:
            yield Block(BlockKind.TABLE, table_text(table), page=page)


def _text(cell: Cell) -> str:
    """Write a value as the sheet would show it without a format: 3 rather than 3.0, a day without its midnight."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
