"""Find the known names that a text holds."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from shared.text.names import entity_key
from shared.text.scripts import CJK

LONGEST_NAME = 8
"""Words of the longest name that is looked for; a name in CJK may have twice as many characters."""

WORD = re.compile(rf"[{CJK}]|(?:(?![{CJK}])[^\W_])+(?:['’‘`´·・.](?:(?![{CJK}])[^\W_])+)*")
CJK_START = re.compile(f"[{CJK}]")


@dataclass(frozen=True, slots=True)
class Named:
    """A text names `key` between the characters `start` and `end`, as `words` words or CJK characters."""

    key: str
    start: int
    end: int
    words: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A word, or one CJK character, as names are spelled; `cjk` ones stand beside others without a space."""

    key: str
    start: int
    end: int
    cjk: bool


def units(text: str) -> list[Unit]:
    """Cut a text into the units that normalised names consist of."""
    return [
        Unit(key, match.start(), match.end(), CJK_START.match(key) is not None)
        for match in WORD.finditer(text)
        if (key := entity_key(match.group()))
    ]


def names_from(parts: list[Unit], first: int) -> Iterator[Named]:
    """Spell every name that may start at a unit, the shortest first."""
    key = ""
    limit = 2 * LONGEST_NAME if parts[first].cjk else LONGEST_NAME
    for place in range(first, min(first + limit, len(parts))):
        part = parts[place]
        beside = not key or part.cjk or parts[place - 1].cjk
        key += part.key if beside else f" {part.key}"
        yield Named(key, parts[first].start, part.end, place - first + 1)


def first_unit(key: str) -> str:
    """Return the first unit of a normalised name; "" where no text can spell it."""
    return next((part.key for part in units(key)), "")


def named(text: str, keys: Container[str], starts: Container[str]) -> Iterator[Named]:
    """Find every place where a text spells one of the keys, each on its own: one name may hold another.

    `starts` holds the first unit of every key, so that most places are passed over at once.
    """
    parts = units(text)
    for first, part in enumerate(parts):
        if part.key in starts:
            yield from (name for name in names_from(parts, first) if name.key in keys)
