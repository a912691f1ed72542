"""Cut a text into sentences, English and Chinese, without losing a character of them."""

import re
from typing import NamedTuple

from shared.text.lexicon import lexicon


class Span(NamedTuple):
    """Characters from `start` up to, and without, `end`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the piece of the text that the span names."""
        return text[self.start : self.end]


BOUNDARY = re.compile(
    r"""[。！？；…]+[”’」』）)"】]*            # a Chinese end needs no space behind it
      |[.!?]+["'”’)\]」』]*(?=\s+[^\sa-z])      # an English one does, and no small letter after that
      |[.!?]+["'”’)\]」』]*(?=\s*\Z)
      |[ \t\r]*\n[ \t\r]*\n\s*                  # an empty line
      |\n""",
    re.VERBOSE,
)

TITLES = lexicon(
    "mr mrs ms dr prof st gen sen rep col capt lt sgt rev hon mt ft gov pres messrs mme",
    "vs cf fig figs vol ed eds viz approx art sec e.g i.e",
)
"""What stands before a full stop in the middle of a sentence."""

SHORTENED = lexicon(
    "inc ltd co corp bros etc jr sr no nos dept est a.m p.m jan feb mar apr jun jul aug sep sept oct nov dec"
)
"""What stands before a full stop in the middle of a sentence or at its end; the next word decides."""

OPENERS = re.compile(
    r"""\s+["'“‘(]*(?:The|A|An|He|She|It|They|We|I|In|On|At|But|And|This|That|These|His|Her|Its|Their|After|When|However)\b"""
)
"""Words that open a sentence rather than go on with a name."""

WRAPPED = 45
"""A line at least this long, without an end of its own, goes on in the next one: the text was wrapped at a width."""

LOOK_BACK = 16
"""Characters before a full stop in which an abbreviation is looked for."""

LAST_WORD = re.compile(r"[\w.]+\Z")


def sentences(text: str) -> list[Span]:
    """Return the sentences in order; every character outside them is white space.

    A row of a table and a line of a list are sentences of their own; a paragraph wrapped at a width is not cut at
    its line ends.
    """
    found: list[Span] = []
    start = 0
    for match in BOUNDARY.finditer(text):
        if ends_sentence(text, match, start):
            append(found, text, start, match.end())
            start = match.end()
    append(found, text, start, len(text))
    return found


def append(found: list[Span], text: str, start: int, end: int) -> None:
    """Add the span without the white space around it, unless nothing is left of it."""
    piece = text[start:end]
    inner = piece.strip()
    if inner:
        offset = start + piece.index(inner[0])
        found.append(Span(offset, offset + len(inner)))


def ends_sentence(text: str, match: re.Match[str], start: int) -> bool:
    """Say whether a possible end is one."""
    mark = match.group()
    if mark == "\n":
        return not continues(text, match.start(), start)
    if mark[0] != "." or len(mark) > 1:
        return True
    word = LAST_WORD.search(text, max(start, match.start() - LOOK_BACK), match.start())
    return word is None or not abbreviates(text, word.group(), match, start)


def abbreviates(text: str, word: str, match: re.Match[str], start: int) -> bool:
    """Say whether the full stop belongs to the word before it: a title, an initial, the number of a list."""
    lowered = word.casefold()
    if lowered in TITLES:
        return True
    if lowered in SHORTENED or (len(word) > 1 and word[-2] == "."):
        return OPENERS.match(text, match.end()) is None
    is_initial = len(word) == 1 and word.isalpha() and word.isupper() and word != "I"
    return is_initial or (word.isdigit() and len(word) <= 3 and not text[start : match.start() - len(word)].strip())


def continues(text: str, newline: int, start: int) -> bool:
    """Say whether a line was broken only because it was full."""
    line_start = text.rfind("\n", start, newline) + 1 or start
    line = text[line_start:newline].rstrip()
    following = text[newline + 1 : newline + 3].lstrip()
    if not line or not following or "|" in line or following[0] in "|-*•#":
        return False
    return len(line) >= WRAPPED
