"""Reads HTML: the article without menus, scripts and footers, in the order of its elements."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from infra.local.parsing.draft import Draft
from infra.local.parsing.lines import one_line
from infra.local.parsing.tables import table_text
from shared.domain.documents import Block, BlockKind
from shared.domain.errors import DocumentUnreadable

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

UNREAD = {
    *("script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object", "canvas", "audio", "video"),
    *("nav", "footer", "aside", "menu", "form", "button", "select", "textarea", "dialog"),
}
UNREAD_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary", "menu"}
INLINE = {
    *(
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "br",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "img",
        "ins",
    ),
    *("kbd", "label", "mark", "q", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u"),
    *("var", "wbr"),
}
HEADINGS = {f"h{level}": level for level in range(1, 7)}
HEAD = 1 << 16
"""Characters in which the title of a page stands."""

DEEPEST = 1000
"""Elements of one name inside each other; parsing takes the square of that."""

# Elements that end only where the page says so; a <p> or <li> that is never closed does not nest.
NESTING = re.compile(
    r"<(/?)(div|span|b|i|u|em|strong|small|big|font|center|table|ul|ol|dl|section|article|main|blockquote|sub|sup|code"
    r"|ruby|details|figure|fieldset|nav|aside|header|footer|form|object|svg|g|math|template|select)\b",
    re.IGNORECASE,
)
WIDEST_SPAN, LONGEST_SPAN = 20, 1000
"""Columns and rows that a cell is believed to span; a hostile page may say millions, and columns take memory."""

LINE_BREAK = "\u2028"
"""Stands for a <br> among the text nodes, whose own line feeds mean nothing."""


def parse_page(text: str) -> Draft:
    """Read a page; its <title> is its title."""
    from selectolax.lexbor import LexborHTMLParser

    blocks = blocks_of_page(text)
    title = LexborHTMLParser(text[:HEAD]).css_first("title")
    return Draft(blocks, title=one_line(title.text()) if title else "")


def check_nesting(text: str) -> None:
    """Raise DocumentUnreadable for a page that is nested too deeply to be read in time."""
    depths: Counter[str] = Counter()
    for mark in NESTING.finditer(text):
        name = mark.group(2).lower()
        depths[name] = max(0, depths[name] + (-1 if mark.group(1) else 1))
        if depths[name] > DEEPEST:
            raise DocumentUnreadable(f"the page holds more than {DEEPEST} <{name}> elements inside each other")


def blocks_of_page(text: str) -> list[Block]:
    """Return the blocks of a page or of a piece of one."""
    from selectolax.lexbor import LexborHTMLParser

    check_nesting(text)
    body = LexborHTMLParser(text).body
    main = body.css("main, [role=main]") if body else []
    root = main[0] if len(main) == 1 else body
    return [*_Walk().blocks(root)] if root else []


class _Walk:
    """Walks the elements without recursion, since a hostile page may be nested a million deep."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._items: list[str] = []

    def blocks(self, root: "LexborNode") -> Iterator[Block]:
        stack: list[tuple[LexborNode, bool]] = [(root, False)]
        while stack:
            node, left = stack.pop()
            tag = node.tag or ""
            if left:
                yield from self._leave(tag)
                continue
            yield from self._enter(node, tag)
            if self._is_whole(node, tag):
                continue
            if tag not in INLINE:
                stack.append((node, True))
            stack.extend((child, False) for child in reversed([*node.iter(include_text=True)]))
        yield from self._list_so_far()

    def _enter(self, node: "LexborNode", tag: str) -> Iterator[Block]:
        if tag == "-text":
            self._text.append(node.text_content or "")
        elif tag == "br":
            self._text.append(LINE_BREAK)
        elif tag == "img":
            self._text.append(f" {node.attributes.get('alt') or ''} ")
        elif tag not in INLINE:
            yield from self._paragraph()
            if tag != "li" and self._is_whole(node, tag) and not _is_unread(node, tag):
                yield from self._list_so_far()
                yield from _whole(node, tag)

    def _is_whole(self, node: "LexborNode", tag: str) -> bool:
        return tag in HEADINGS or tag == "pre" or tag == "-text" or _is_unread(node, tag) or _is_table(node, tag)

    def _leave(self, tag: str) -> Iterator[Block]:
        if tag == "li":
            if text := self._collected():
                self._items.append(f"- {text}")
            return
        yield from self._paragraph()
        if tag in ("ul", "ol"):
            yield from self._list_so_far()

    def _paragraph(self) -> Iterator[Block]:
        if text := self._collected():
            yield from self._list_so_far()
            yield Block(BlockKind.PARAGRAPH, text)

    def _list_so_far(self) -> Iterator[Block]:
        if self._items:
            yield Block(BlockKind.PARAGRAPH, "\n".join(self._items))
            self._items = []

    def _collected(self) -> str:
        pieces, self._text = self._text, []
        return visible_text(pieces)


def visible_text(pieces: list[str]) -> str:
    """Fold the white space of text nodes; only a <br>, which is a piece of its own, breaks a line."""
    lines = [""]
    for piece in pieces:
        if piece == LINE_BREAK:
            lines.append("")
        else:
            lines[-1] += piece
    return "\n".join(folded for line in lines if (folded := one_line(line).strip()))


def _is_unread(node: "LexborNode", tag: str) -> bool:
    if tag == "header":
        return not node.css("h1, h2")
    if tag in UNREAD:
        return True
    attributes = node.attributes
    return "hidden" in attributes or (attributes.get("role") or "") in UNREAD_ROLES


def _is_table(node: "LexborNode", tag: str) -> bool:
    """Tell a table that holds figures from one that lays out the page: that one holds tables or single cells."""
    if tag != "table" or len(node.css("table")) > 1:
        return False
    return any(len(row.css("td, th")) > 1 for row in node.css("tr"))


def _whole(node: "LexborNode", tag: str) -> Iterator[Block]:
    """Read an element whose inner structure is its own."""
    if tag in HEADINGS:
        yield Block(BlockKind.HEADING, one_line(node.text()), level=HEADINGS[tag])
    elif tag == "pre":
        yield Block(BlockKind.CODE, node.text().strip("\n"))
    elif tag == "table":
        rows = _rows(node)
        if caption := node.css_first("caption"):
            yield Block(BlockKind.PARAGRAPH, one_line(caption.text()))
        yield Block(BlockKind.TABLE, table_text(rows))


def _rows(table: "LexborNode") -> list[list[str]]:
    """Read the cells of a table; one that spans several columns or rows stands in the first of them."""
    rows: list[list[str]] = []
    taken: dict[int, int] = {}
    for row in table.css("tr"):
        cells: list[str] = []
        still = {column: left - 1 for column, left in taken.items() if left > 1}
        for cell in row.css("td, th"):
            while taken.get(len(cells)):
                cells.append("")
            width, height = _span(cell, "colspan", WIDEST_SPAN), _span(cell, "rowspan", LONGEST_SPAN)
            still |= {len(cells) + column: height - 1 for column in range(width) if height > 1}
            cells += [cell.text(separator=" "), *[""] * (width - 1)]
        rows.append(cells)
        taken = still
    return rows


def _span(cell: "LexborNode", name: str, most: int) -> int:
    value = cell.attributes.get(name) or ""
    return min(max(int(value), 1), most) if value.isascii() and value.isdigit() and len(value) < 6 else 1
