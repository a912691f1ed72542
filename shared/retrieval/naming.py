"""Find the known names that a text holds."""

import re
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from shared.text.names import entity_key
from shared.text.scripts import CJK

LONGEST_NAME = 8
"""Words of the longest name that is looked for; a name in CJK may have twice as many characters."""

WORD = re.compile(rf"([{CJK}])|[^\W_{CJK}]+(?:['’‘`´·・.][^\W_{CJK}]+)*")
FIRST = re.compile(rf"[{CJK}]|[^ {CJK}]*")


class Named(NamedTuple):
    """A text names `key` between the characters `start` and `end`, as `words` words or CJK characters."""

    key: str
    start: int
    end: int
    words: int


class Unit(NamedTuple):
    """A word, or one CJK character, as names are spelled; `cjk` ones stand beside others without a space."""

    key: str
    start: int
    end: int
    cjk: bool


def units(text: str) -> list[Unit]:
    """Cut a text into the units that normalised names consist of."""
    return [unit(*word) for word in words(text)]


def words(text: str) -> list[tuple[str, re.Match[str]]]:
    """Find the words and CJK characters of a text, each with its key, without those that have none."""
    return [(key, match) for match in WORD.finditer(text) if (key := entity_key(match.group()))]


def unit(key: str, match: re.Match[str]) -> Unit:
    """Make a unit of a word or a CJK character."""
    return Unit(key, match.start(), match.end(), match.lastindex is not None)


def names_from(parts: list[Unit], first: int, longest: int, keys: Container[str]) -> list[Named]:
    """Return the known names of up to `longest` units that start at a unit, the shortest first."""
    key, found = "", []
    for place in range(first, min(first + longest, len(parts))):
        part = parts[place]
        spaced = key and not part.cjk and not parts[place - 1].cjk
        key = f"{key} {part.key}" if spaced else key + part.key
        if key in keys:
            found.append(Named(key, parts[first].start, part.end, place - first + 1))
    return found


@dataclass(frozen=True)
class Names:
    """Names to look for; `longest` says for the first unit of each how many units the longest such name has."""

    keys: Container[str]
    longest: Mapping[str, int]


def names(keys: Collection[str]) -> Names:
    """Prepare normalised names to be looked for; how many units one has is only guessed, and never too low."""
    longest: dict[str, int] = {}
    for key in keys:
        if key.isascii():
            first, units_at_most = key.partition(" ")[0], key.count(" ") + 1
        else:
            first, units_at_most = "".join(FIRST.findall(key)[:1]), len(key)
        if units_at_most > longest.get(first, 0):
            longest[first] = units_at_most
    return Names(keys, longest)


def longest_name(first: Unit) -> int:
    """Return how many units a name that starts so may have."""
    return 2 * LONGEST_NAME if first.cjk else LONGEST_NAME


def named(text: str, known: Names) -> Iterator[Named]:
    """Find every place where a text spells a known name, each on its own: one name may hold another."""
    found = words(text)
    for first, (key, _) in enumerate(found):
        # Few words begin a name, so units are made where one does: that is half the time of a text.
        if longest := known.longest.get(key):
            parts = [unit(*word) for word in found[first : first + min(longest, 2 * LONGEST_NAME)]]
            yield from names_from(parts, 0, min(longest, longest_name(parts[0])), known.keys)
