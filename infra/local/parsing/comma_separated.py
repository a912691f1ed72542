"""Reads CSV: one table, whatever separates its cells."""

import csv
from collections.abc import Sequence
from io import StringIO

from infra.local.parsing.draft import Draft
from infra.local.parsing.tables import table_text
from shared.domain.documents import Block, BlockKind
from shared.domain.errors import DocumentUnreadable

SEPARATORS = ",;\t|"
SAMPLE_LINES = 20


def parse_comma_separated(text: str) -> Draft:
    """Read the rows of a text. Raises DocumentUnreadable for a cell beyond the limit of the csv module."""
    separator = _separator(text)
    try:
        rows: Sequence[Sequence[str]] = [*csv.reader(StringIO(text, newline=""), delimiter=separator)]
    except csv.Error:
        # A quotation mark that never closes swallows the rest of the file; read it as a plain character instead.
        rows = _rows_without_quotes(text, separator)
    return Draft([Block(BlockKind.TABLE, table_text(rows))])


def _separator(text: str) -> str:
    """Return the separator that splits the first lines into equally many cells, and into most of them."""
    lines = [line for line in text[: 1 << 14].splitlines()[:SAMPLE_LINES] if line.strip()]

    def fitness(separator: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=separator)]
        return (sum(1 for count in counts if count == counts[0] > 1), counts[0] if counts else 0)

    try:
        return max(SEPARATORS, key=fitness)
    except csv.Error:
        return ","


def _rows_without_quotes(text: str, separator: str) -> Sequence[Sequence[str]]:
    try:
        return [*csv.reader(StringIO(text, newline=""), delimiter=separator, quoting=csv.QUOTE_NONE)]
    except csv.Error as error:
        raise DocumentUnreadable(f"the table cannot be read: {error}") from error
