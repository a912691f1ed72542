"""Cut Chinese running text into the pieces that may hold a name."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from shared.graph.chinese_cues import CUTS, KEPT, PERSON_VERBS, ROLES
from shared.text.scripts import CJK

RUN = re.compile(rf"[{CJK}]+(?:[·・•][{CJK}]+)*")
DOTS = "·・•"


def alternation(words: frozenset[str]) -> str:
    """Return a pattern that prefers the longest of the words."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


CUT = re.compile(
    f"(?P<kept>{alternation(KEPT)})|(?P<role>{alternation(ROLES)})|(?P<cut>{alternation(CUTS | PERSON_VERBS)})"
)


MEASURE = re.compile(
    "(第?[一二两三四五六七八九十百千万亿几数]*)(?:批次|[台条片批支名家座种款件项份部篇位个只人次届号])"
)


class Segment(NamedTuple):
    """Characters `start` up to `end` of a text, with the cutting words right before and after, "" where none is."""

    start: int
    end: int
    before: str
    after: str


def segments(text: str, start: int, end: int) -> Iterator[Segment]:
    """Yield the pieces of each CJK run between words that no name holds."""
    for run in RUN.finditer(text, start, end):
        position, before = run.start(), ""
        for cut in CUT.finditer(text, run.start(), run.end()):
            if cut.lastgroup == "kept":
                continue
            yield from counted(text, Segment(position, cut.start(), before, cut.group()))
            position, before = cut.end(), cut.group()
        yield from counted(text, Segment(position, run.end(), before, ""))


def counted(text: str, segment: Segment) -> Iterator[Segment]:
    """Yield the piece without the count and the measure word that open it: 412台燕鸥三号 -> 燕鸥三号."""
    measure = MEASURE.match(text, segment.start, segment.end)
    follows_number = text[segment.start - 1 : segment.start].isdecimal() or segment.before[:1] == "第"
    if measure and (measure.group(1) or follows_number):
        segment = segment._replace(start=measure.end())
    elif follows_number and segment.before[:1] != "第":
        return
    if segment.start < segment.end:
        yield segment
