"""Reads PDF: the text layer in reading order, laid out again as headings, paragraphs and tables."""

import threading
from typing import TYPE_CHECKING

from infra.local.parsing.draft import Draft
from infra.local.parsing.limits import Limits
from infra.local.parsing.pdf_layout import blocks_of_lines
from infra.local.parsing.pdf_lines import Line, lines_of_page
from infra.local.parsing.pdf_margins import without_margins
from shared.domain.errors import DocumentBroken, DocumentEncrypted, DocumentTooLarge

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

# PDFium keeps global state and must not be entered by two threads at once.
PDFIUM = threading.Lock()


def parse_pdf(content: bytes, limits: Limits) -> Draft:
    """Read a file. Raises DocumentUnreadable where it is encrypted, broken, or has too many pages or characters."""
    with PDFIUM:
        pages, heights = _pages(content, limits)
    lines = [line for page in without_margins(pages, heights) for line in page]
    return Draft(blocks_of_lines(lines), pages=max(len(pages), 1))


def pages_of_pdf(content: bytes, limits: Limits) -> int:
    """Return how many pages a file has. Raises DocumentUnreadable where it is encrypted, broken, or has too many."""
    with PDFIUM:
        document = _opened(content)
        try:
            return _checked_pages(document, limits)
        finally:
            document.close()


def _opened(content: bytes) -> "PdfDocument":
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise DocumentEncrypted("the PDF is encrypted; save it without a password") from error
        raise DocumentBroken("the PDF is broken and cannot be opened") from error


def _checked_pages(document: "PdfDocument", limits: Limits) -> int:
    if len(document) > limits.pages:
        raise DocumentTooLarge(f"the PDF has {len(document)} pages, more than the limit of {limits.pages}")
    return len(document)


def _pages(content: bytes, limits: Limits) -> tuple[list[list[Line]], list[float]]:
    import pypdfium2

    document = _opened(content)
    try:
        return _read(document, limits)
    except pypdfium2.PdfiumError as error:
        raise DocumentBroken("the PDF is broken: a page cannot be read") from error
    finally:
        document.close()


def _read(document: "PdfDocument", limits: Limits) -> tuple[list[list[Line]], list[float]]:
    _checked_pages(document, limits)
    pages: list[list[Line]] = []
    heights: list[float] = []
    characters = 0
    for number in range(len(document)):
        page = document[number]
        heights.append(page.get_height())
        pages.append(lines_of_page(page, number + 1))
        page.close()
        characters += sum(len(line.text) for line in pages[-1])
        if characters > limits.characters:
            raise DocumentTooLarge(f"the PDF holds more than the limit of {limits.characters} characters of text")
    return pages, heights
