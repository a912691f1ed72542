"""Reads pptx: a heading per slide, its texts and tables from top to bottom, and the speaker's notes."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from infra.local.parsing.archive import check_archive
from infra.local.parsing.draft import Draft
from infra.local.parsing.limits import Limits
from infra.local.parsing.lines import one_line
from infra.local.parsing.tables import table_text
from shared.domain.documents import Block, BlockKind

if TYPE_CHECKING:
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide

LONGEST_TITLE = 80


def parse_slides(content: bytes, limits: Limits) -> Draft:
    """Read a deck; each slide is a page. Raises DocumentUnreadable beyond the limits, and what python-pptx raises."""
    from pptx import Presentation

    check_archive(content, limits)
    slides = [*Presentation(BytesIO(content)).slides]
    blocks = [block for page, slide in enumerate(slides, start=1) for block in _slide(slide, page)]
    return Draft(blocks, title=blocks[0].text if blocks else "", pages=max(len(slides), 1))


def _slide(slide: "Slide", page: int) -> Iterator[Block]:
    title_shape = slide.shapes.title
    title = one_line(title_shape.text_frame.text) if title_shape is not None else ""
    title_id = title_shape.shape_id if title_shape is not None else None
    body = [
        block
        for shape in _shapes(slide)
        if shape.shape_id != title_id
        for block in _shape(shape, page)
        if block.text.strip()
    ]
    if not title and body and len(body[0].text) <= LONGEST_TITLE and body[0].kind is BlockKind.PARAGRAPH:
        title = one_line(body.pop(0).text)
    # A slide without a title still ends the one before it.
    yield Block(BlockKind.HEADING, title or f"Slide {page}", page=page, level=1)
    yield from body
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        yield Block(BlockKind.NOTE, slide.notes_slide.notes_text_frame.text, page=page)


def _shapes(slide: "Slide") -> list["BaseShape"]:
    """Return the shapes in reading order, those inside groups at the place of their group."""
    found: list[BaseShape] = []
    stack = _top_down(slide.shapes)
    while stack:
        shape = stack.pop()
        if hasattr(shape, "shapes"):
            stack += _top_down(shape.shapes)
        else:
            found.append(shape)
    return found


def _top_down(shapes: "Iterable[BaseShape]") -> "list[BaseShape]":
    return sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0), reverse=True)


def _shape(shape: Any, page: int) -> Iterator[Block]:
    """Read a shape; which attributes it has depends on its kind."""
    if shape.has_text_frame:
        # A line break inside a paragraph is a vertical tab in python-pptx.
        paragraphs = [one_line(paragraph.text.replace("\v", "\n")) for paragraph in shape.text_frame.paragraphs]
        yield Block(BlockKind.PARAGRAPH, "\n".join(filter(None, paragraphs)), page=page)
    elif getattr(shape, "has_table", False):
        rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
        yield Block(BlockKind.TABLE, table_text(rows), page=page)
