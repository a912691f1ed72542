"""Read the text of a sample document with the same libraries the parsers use, in the plainest way."""

from __future__ import annotations

import re
from pathlib import Path

CHINESE = "[⺀-鿿＀-￯、-】—“”]"
GAPS = re.compile(rf"(?<={CHINESE})\s+|\s+(?={CHINESE})")


def normalised(text: str) -> str:
    """Fold white space to single blanks and drop it beside Chinese characters, where a line break means nothing."""
    return GAPS.sub("", re.sub(r"\s+", " ", text)).strip()


def extract_text(path: Path) -> str:
    """Extract the whole text of a document by its suffix."""
    readers = {".pdf": read_pdf, ".docx": read_docx, ".xlsx": read_xlsx, ".pptx": read_pptx, ".html": read_html}
    return readers.get(path.suffix, read_plain)(path)


def read_plain(path: Path) -> str:
    """Decode UTF-8, or GB18030 where that fails."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def read_pdf(path: Path) -> str:
    """Read the text layer of every page."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def read_docx(path: Path) -> str:
    """Read paragraphs, then the cells of the tables."""
    from docx import Document

    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def read_xlsx(path: Path) -> str:
    """Read every cell of every sheet."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    return "\n".join(str(cell) for row in rows for cell in row)


def read_pptx(path: Path) -> str:
    """Read the shapes and the notes of every slide."""
    from pptx import Presentation

    lines = []
    for slide in Presentation(str(path)).slides:
        lines += [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        if slide.has_notes_slide:
            lines.append(slide.notes_slide.notes_text_frame.text)
    return "\n".join(lines)


def read_html(path: Path) -> str:
    """Read the text of the body."""
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(path.read_text(encoding="utf-8")).body.text(separator="\n")
