"""Reads docx: the body in order, headings by their outline level whatever language the styles are named in."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from infra.local.parsing.archive import check_archive
from infra.local.parsing.draft import Draft
from infra.local.parsing.limits import Limits
from infra.local.parsing.tables import table_text
from shared.domain.documents import Block, BlockKind

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement as _Element

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DEEPEST_LEVEL = 6
# For styles without an outline level, by the names that Office and WPS give them.
HEADING_NAME = re.compile(
    r"(?:heading|标题|標題|überschrift|titre|título|titolo|заголовок|見出し|제목)\s*([1-9])$", re.IGNORECASE
)
TITLE_NAMES = frozenset({"title", "标题", "標題", "titel", "titre", "título", "titolo", "название", "表題", "제목"})
CONTENTS_NAME = re.compile(r"(?:toc|目录|目錄)\s*\d*$", re.IGNORECASE)
OUTLINE_OF_BODY_TEXT = 9


def parse_word(content: bytes, limits: Limits) -> Draft:
    """Read a document. Raises DocumentUnreadable for archives beyond the limits, and what python-docx raises."""
    from docx import Document

    check_archive(content, limits)
    document = Document(BytesIO(content))
    reader = _Reader(document.styles.element)
    blocks = [*reader.blocks(document.element.body)]
    return Draft(blocks, pages=reader.page)


class _Reader:
    """Walks the body once, counting the page breaks that Word noted when it last laid the document out."""

    def __init__(self, styles: "_Element") -> None:
        self.page = 1
        self._styles = {style.get(f"{WORD}styleId", ""): style for style in styles.iter(f"{WORD}style")}
        self._levels: dict[str, int | None] = {}
        self._items: list[tuple[str, int]] = []

    def blocks(self, body: "_Element") -> Iterator[Block]:
        for element in _content(body):
            if element.tag == f"{WORD}tbl":
                yield from self._list_so_far()
                page = self.page
                yield Block(BlockKind.TABLE, self._table(element), page=page)
            else:
                yield from self._paragraph(element)
        yield from self._list_so_far()

    def _paragraph(self, paragraph: "_Element") -> Iterator[Block]:
        text, page = self._text_and_page(paragraph)
        style = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
        style_id = style.get(f"{WORD}val", "") if style is not None else ""
        level = self._outline_level(paragraph, style_id)
        if not level and self._is_item(paragraph, style_id):
            self._items.append((f"- {text}", page))
            return
        yield from self._list_so_far()
        if level:
            yield Block(BlockKind.HEADING, text, page=page, level=level)
        elif not self._is_contents(style_id):
            yield Block(BlockKind.PARAGRAPH, text, page=page)

    def _list_so_far(self) -> Iterator[Block]:
        if self._items:
            text = "\n".join(text for text, _ in self._items)
            yield Block(BlockKind.PARAGRAPH, text, page=self._items[0][1])
            self._items = []

    def _text_and_page(self, paragraph: "_Element") -> tuple[str, int]:
        """Return a paragraph's text and the page of its first character."""
        text, page = "", self.page
        for element in paragraph.iter(*TEXT_TAGS):
            if element.tag == f"{WORD}t":
                page = page if text else self.page
                text += element.text or ""
            elif element.tag == f"{WORD}tab":
                # A tab stop in the paragraph's properties has the same name as a tab in its text.
                text += "\t" if element.getparent().tag == f"{WORD}r" else ""
            elif element.tag == f"{WORD}br" and element.get(f"{WORD}type") != "page":
                text += "\n"
            else:
                self.page += 1
        return text.strip(), page

    def _table(self, table: "_Element") -> str:
        rows = [
            [
                " ".join(self._text_and_page(paragraph)[0] for paragraph in cell.iter(f"{WORD}p"))
                for cell in row.iterchildren(f"{WORD}tc", f"{WORD}sdt")
            ]
            for row in table.iter(f"{WORD}tr")
        ]
        return table_text(rows)

    def _outline_level(self, paragraph: "_Element", style_id: str) -> int:
        own = paragraph.find(f"{WORD}pPr/{WORD}outlineLvl")
        if own is not None:
            return _level(own)
        if style_id not in self._levels:
            self._levels[style_id] = self._level_of_style(style_id)
        return self._levels[style_id] or 0

    def _level_of_style(self, style_id: str) -> int:
        """Look along the chain of styles that this one is based on."""
        for style in self._chain(style_id):
            outline = style.find(f"{WORD}pPr/{WORD}outlineLvl")
            if outline is not None:
                return _level(outline)
            name = _name(style)
            if match := HEADING_NAME.match(name):
                return min(int(match.group(1)), DEEPEST_LEVEL)
            if name.lower() in TITLE_NAMES:
                return 1
        return 0

    def _is_item(self, paragraph: "_Element", style_id: str) -> bool:
        if paragraph.find(f"{WORD}pPr/{WORD}numPr") is not None:
            return True
        return any(style.find(f"{WORD}pPr/{WORD}numPr") is not None for style in self._chain(style_id))

    def _is_contents(self, style_id: str) -> bool:
        return any(CONTENTS_NAME.match(_name(style)) for style in self._chain(style_id))

    def _chain(self, style_id: str) -> Iterator["_Element"]:
        seen: set[str] = set()
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            style = self._styles[style_id]
            yield style
            base = style.find(f"{WORD}basedOn")
            style_id = base.get(f"{WORD}val", "") if base is not None else ""


TEXT_TAGS = tuple(f"{WORD}{name}" for name in ("t", "tab", "br", "lastRenderedPageBreak"))


def _content(body: "_Element") -> Iterator["_Element"]:
    """Yield paragraphs and tables in order, those inside content controls too."""
    stack = [*reversed(body)]
    while stack:
        element = stack.pop()
        if element.tag in (f"{WORD}p", f"{WORD}tbl"):
            yield element
        elif element.tag in (f"{WORD}sdt", f"{WORD}sdtContent", f"{WORD}ins", f"{WORD}customXml"):
            stack.extend(reversed(element))


def _level(outline: "_Element") -> int:
    level = int(outline.get(f"{WORD}val", OUTLINE_OF_BODY_TEXT))
    return 0 if level >= OUTLINE_OF_BODY_TEXT else min(level + 1, DEEPEST_LEVEL)


def _name(style: "_Element") -> str:
    name = style.find(f"{WORD}name")
    return str(name.get(f"{WORD}val", "")) if name is not None else ""
