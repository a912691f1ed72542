"""Divides a document at its headings."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from shared.domain.documents import Block, BlockKind

Placed = tuple[int, Block]
"""A block with its offset in the plain text."""


class Section(NamedTuple):
    """What stands between two headings. `path` runs from the outermost heading to the nearest."""

    path: tuple[str, ...]
    blocks: tuple[Placed, ...]


def sections(blocks: Iterable[Placed]) -> Iterator[Section]:
    """Yield the sections in order, without the headings themselves, which live in the paths.

    A heading with nothing under it would be lost that way, so it is a section of its own under its parents.
    """
    open_headings: list[Placed] = []
    body: list[Placed] = []
    for start, block in blocks:
        if block.kind is not BlockKind.HEADING:
            body.append((start, block))
            continue
        if body or _is_childless(open_headings, block.level):
            yield _section(open_headings, body)
        while open_headings and open_headings[-1][1].level >= block.level:
            open_headings.pop()
        open_headings.append((start, block))
        body = []
    if body or open_headings:
        yield _section(open_headings, body)


def _is_childless(open_headings: list[Placed], next_level: int) -> bool:
    return bool(open_headings) and open_headings[-1][1].level >= next_level


def _section(open_headings: list[Placed], body: list[Placed]) -> Section:
    headings = open_headings if body else open_headings[:-1]
    return Section(tuple(block.text for _, block in headings), tuple(body or open_headings[-1:]))
