"""Find names in English text: runs of capitalised words, and the smaller names inside them."""

import re
from collections.abc import Iterator
from functools import lru_cache

from shared.domain.graph import EntityType
from shared.graph.candidates import Candidate
from shared.graph.english_cues import COMMON_WORDS, HEADS, OPENING_WORDS, ROLES
from shared.graph.english_types import english_type
from shared.text.pinyin import syllables

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİŁŃŇŌŐŒŘŚŞŠŤŪŮŰŹŻŽ"
LETTER = "A-Za-zÀ-ÖØ-öø-ɏ"
CONNECTOR = (
    "(?:of|the|de|la|le|les|du|des|von|van|der|den|di|da|del|della|dos|al|el|bin|ibn|and|y|for|in|on|at|to|&|–|-)"
)
WORD = (
    rf"(?:(?:[{UPPER}]\.)+(?![{LETTER}])|(?:Mrs?|Ms|Dr|St|Jr|Sr|Prof|Gen|Lt|Col|Capt|Sen|Gov|Rev|Mt|Ft)\.(?=\s)"
    rf"|No\.(?=\s\d)|[{UPPER}][{LETTER}0-9]*(?:[’'&/.–-]+[{LETTER}0-9]+)*)"
)
SPACE = r"(?:[ \u00a0]+\n?|\n)[ \u00a0]*"
NUMBER = r"\d+(?:\.\d+)*(?![\w,%°:]|\.\d)"
RUN = re.compile(
    rf"(?<![{LETTER}0-9.])(?:[a-z]{{1,3}}[A-Z][{LETTER}0-9]*|{WORD})"
    rf"(?:{SPACE}(?:(?:{CONNECTOR}{SPACE}){{0,2}}{WORD}|{NUMBER}))*"
)
HEAD = re.compile(rf"[ \u00a0]({'|'.join(sorted(HEADS))})\b")
SEAM = re.compile(rf"[’']s?{SPACE}|{SPACE}(?:of|the|and|for|in|on|at|to|&|–|-)(?:{SPACE}(?:the|of|and|for|in))?{SPACE}")
"""Where a longer name is made of shorter ones."""

LOOSE = re.compile(rf"{SPACE}(?:the|and|for|in|on|at|to|–|-){SPACE}")
"""A seam that more often stands between two names than inside one."""

LONGEST, CAPITALS = 10, 4
"""Words of a name, and of one in capital letters; a longer run is a line that shouts."""

FIRM_WHOLE, LOOSE_WHOLE, PART = 0.75, 0.4, 0.6
"""Confidence in a run as one name, in one whose seam is loose, and in the names between seams."""

FAMILY_NAMES = frozenset({"He", "You", "An", "So"})
"""Common words that are also spellings of a Chinese family name, if a Mandarin given name follows."""

COMPLETED = 0.1
"""What a noun that completes a name adds to its confidence."""

POSSESSIVE = re.compile("[’']s?\\Z")
WORD_WITH_SPACE = re.compile(r"(\S+)\s*")

OPENING = frozenset("\"“‘'(:;|.?!—–-*#")
"""Characters behind which any word may have a capital letter."""

PLACING = re.compile(r"\b(?:in|at|near|from|to|outside|inside|around)\s\Z")


def english_names(text: str, start: int, end: int, plain: frozenset[str]) -> Iterator[Candidate]:
    """Yield the names of one sentence, the whole of a run before its parts.

    `plain` are the words that the text also writes small: a single one of them that opens a sentence is no name.
    """
    for run in RUN.finditer(text, start, end):
        for found in parts(run.group()):
            candidate = Candidate(found.start + run.start(), found.end + run.start(), found.type, found.confidence)
            yield from placed(text, start, candidate, plain)


def placed(text: str, start: int, found: Candidate, plain: frozenset[str]) -> Iterator[Candidate]:
    """Weigh a name by what stands around it, and add the name that the noun behind it completes."""
    name = text[found.start : found.end]
    if name.isalpha() and is_opening(text, start, found.start) and is_plain(name, plain):
        return
    head = HEAD.match(text, found.end)
    if head and found.type is not EntityType.DATE:
        kind = english_type((*name.split(), head.group(1)))
        yield Candidate(found.start, head.end(), kind, found.confidence + COMPLETED)
        found = found._replace(confidence=found.confidence * 0.8)
    if found.type is EntityType.CONCEPT and PLACING.search(text, max(start, found.start - 9), found.start):
        found = found._replace(type=EntityType.LOCATION)
    yield found


def is_plain(word: str, plain: frozenset[str]) -> bool:
    """Say whether a word that opens a sentence is more likely a common one than a name."""
    lowered = word.lower()
    return lowered in plain or (word.isupper() and len(word) > 5) or lowered.endswith(("ed", "ing", "ly"))


def is_opening(text: str, start: int, position: int) -> bool:
    """Say whether a word stands where any word has a capital letter."""
    before = text[start:position].rstrip() if position - start < 3 else text[position - 2 : position].rstrip()
    return not before or before[-1] in OPENING


@lru_cache(maxsize=32768)
def parts(run: str) -> tuple[Candidate, ...]:
    """Take a run apart: the name without what only opens the sentence, and the names between its seams."""
    if run.isupper() and run.count(" ") >= CAPITALS:
        return ()
    start = opening_length(run)
    whole = run[start:]
    seams = list(SEAM.finditer(whole))
    found = list(named(whole, start, LOOSE_WHOLE if LOOSE.search(whole) else FIRM_WHOLE))
    edges = [0, *[edge for seam in seams for edge in seam.span()], len(whole)]
    for left, right in zip(edges[::2], edges[1::2], strict=True):
        if seams:
            left += opening_length(whole[left:right])
            found.extend(named(whole[left:right], start + left, PART))
    return tuple(found)


def named(name: str, offset: int, confidence: float) -> Iterator[Candidate]:
    """Yield one name, and the person behind a role that introduces it."""
    name = POSSESSIVE.sub("", name)
    words = tuple(name.split())
    if not 0 < len(words) <= LONGEST or (len(words) == 1 and not stands_alone(name)):
        return
    yield Candidate(offset, offset + len(name), english_type(words), confidence)
    if len(words) > 1 and words[0].lower() in ROLES and words[1][0].isupper():
        rest = name[len(words[0]) :].lstrip()
        yield Candidate(offset + len(name) - len(rest), offset + len(name), EntityType.PERSON, confidence)


def stands_alone(word: str) -> bool:
    """Say whether one capitalised word is a name: two characters at least, and not one that any sentence may open."""
    lowered = word.lower()
    return len(word) > 1 and not word.isdigit() and lowered not in COMMON_WORDS and lowered not in ROLES


def opening_length(run: str) -> int:
    """Return how many characters at the start of a run are words that only open a sentence."""
    length = 0
    for word in WORD_WITH_SPACE.finditer(run):
        if word.group(1).lower() not in OPENING_WORDS or word.end() == len(run):
            break
        if word.group(1) in FAMILY_NAMES and syllables(run[word.end() :]) > 0:
            break
        length = word.end()
    return length
