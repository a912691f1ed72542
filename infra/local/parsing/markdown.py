"""Reads Markdown: headings, paragraphs, lists, tables and code as CommonMark defines them."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from infra.local.parsing.draft import Draft
from infra.local.parsing.lines import join_pair
from infra.local.parsing.tables import table_text
from infra.local.parsing.web_page import blocks_of_page
from shared.domain.documents import Block, BlockKind

if TYPE_CHECKING:
    from markdown_it.token import Token

FRONT_MATTER = re.compile(r"\A---[^\S\n]*\n(.*?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)", re.DOTALL)
TITLE = re.compile(r"^title:[^\S\n]*[\"']?(.+?)[\"']?[^\S\n]*$", re.MULTILINE)


LONGEST_INLINE = 50_000
"""Characters of a paragraph above which its marks are left as they are: their tokens would take 500 bytes each."""


def parse_markdown(text: str) -> Draft:
    """Read a Markdown text; a title in its front matter is its title."""
    title = ""
    if front_matter := FRONT_MATTER.match(text):
        title_line = TITLE.search(front_matter.group(1))
        title, text = title_line.group(1) if title_line else "", text[front_matter.end() :]
    return Draft(blocks_of_markdown(text), title=title)


def blocks_of_markdown(text: str) -> list[Block]:
    """Return the blocks of a text without front matter, or of a piece of one."""
    return [*_Reader(text).blocks()]


class _Reader:
    """Walks the flat list of tokens once."""

    def __init__(self, text: str) -> None:
        from markdown_it import MarkdownIt

        self._markdown = MarkdownIt("commonmark").enable("table")
        # The marks inside a line are read one block at a time, so that the tokens of one block alone are in memory.
        self._markdown.core.ruler.disable(["inline", "text_join"])
        self._references: dict[str, Any] = {}
        self._tokens = self._markdown.parse(text, self._references)
        self._position = 0
        self._items: list[str] = []

    def blocks(self) -> Iterator[Block]:
        depth = 0
        while self._position < len(self._tokens):
            token = self._tokens[self._position]
            self._position += 1
            depth += (token.type.endswith("list_open")) - (token.type.endswith("list_close"))
            if self._items and (depth == 0 or token.type in ("table_open", "fence", "code_block", "heading_open")):
                yield from self._list_so_far()
            if token.type == "list_item_open":
                self._items.append(f"{'  ' * (depth - 1)}{token.info + '.' if token.info else '-'} ")
            elif token.type == "inline" and depth:
                self._add_to_item(self._inline(token), depth)
            else:
                yield from self._block(token)
        yield from self._list_so_far()

    def _block(self, token: "Token") -> Iterator[Block]:
        if token.type == "heading_open":
            yield Block(BlockKind.HEADING, self._inline(self._tokens[self._position]), level=int(token.tag[1]))
            self._position += 1
        elif token.type == "inline":
            yield Block(BlockKind.PARAGRAPH, self._inline(token))
        elif token.type in ("fence", "code_block"):
            yield Block(BlockKind.CODE, token.content.rstrip("\n"))
        elif token.type == "table_open":
            yield Block(BlockKind.TABLE, self._table())
        elif token.type == "html_block":
            yield from blocks_of_page(token.content)

    def _add_to_item(self, text: str, depth: int) -> None:
        if self._items and self._items[-1].endswith(("- ", ". ")):
            self._items[-1] += text
        else:
            self._items.append("  " * depth + text)

    def _list_so_far(self) -> Iterator[Block]:
        if self._items:
            yield Block(BlockKind.PARAGRAPH, "\n".join(self._items))
            self._items = []

    def _inline(self, token: "Token") -> str:
        if len(token.content) > LONGEST_INLINE:
            return token.content
        children: list[Token] = []
        self._markdown.inline.parse(token.content, self._markdown, self._references, children)
        return visible_text(children)

    def _table(self) -> str:
        rows: list[list[str]] = []
        while (token := self._tokens[self._position]).type != "table_close":
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self._inline(token))
            self._position += 1
        return table_text(rows)


def visible_text(tokens: "Sequence[Token]") -> str:
    """Return what a reader sees of a line: without marks, with an image's description, its soft breaks joined."""
    lines = [""]
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            lines.append("" if token.type == "softbreak" else "\n")
        elif token.type == "image":
            lines[-1] += visible_text(token.children or ())
        elif token.type in ("text", "text_special", "code_inline"):
            lines[-1] += token.content
    text = lines[0]
    for line in lines[1:]:
        text = f"{text}{line}" if line.startswith("\n") else join_pair(text, line)
    return text
