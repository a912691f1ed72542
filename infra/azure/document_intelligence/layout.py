"""Turns the Markdown that the service writes into blocks: page by page, its tables as rows and cells."""

import re
from dataclasses import replace

from infra.local.parsing.draft import Draft
from infra.local.parsing.markdown import blocks_of_markdown

PAGE_BREAK = re.compile(r"^<!-- PageBreak -->$", re.MULTILINE)
# Running heads and page numbers are comments too; a reader of the text has no use for them.
COMMENT = re.compile(r"<!-- Page(?:Header|Footer|Number)=.*?-->", re.DOTALL)
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
BLANK_LINE = re.compile(r"\n\s*\n")
SELECTION_MARKS = str.maketrans({"☒": "[x]", "☐": "[ ]"})
"""How the service writes what is ticked and what is not, and how Markdown does."""


def draft_of(markdown: str, pages: int) -> Draft:
    """Read the Markdown of a document of so many pages."""
    # A blank line would end the table for a reader of Markdown, though not for the one who wrote it.
    text = TABLE.sub(lambda table: f"\n\n{BLANK_LINE.sub(chr(10), table[0])}\n\n", COMMENT.sub("", markdown))
    blocks = [
        replace(block, page=number)
        for number, part in enumerate(PAGE_BREAK.split(text), start=1)
        for block in blocks_of_markdown(part.translate(SELECTION_MARKS))
    ]
    return Draft(blocks, pages=max(pages, 1))
