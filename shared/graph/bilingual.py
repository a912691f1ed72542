"""Find a name beside the same name in the other script: 林晓燕 (Lin Xiaoyan), Shiqiao plant (石峤工厂)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from shared.graph.chinese_segments import DOTS, RUN, Segment, segments
from shared.graph.english_names import LETTER, LOOSE, opening_length
from shared.graph.english_names import RUN as CAPITALISED
from shared.text.pinyin import syllables
from shared.text.scripts import CJK
from shared.text.sentences import Span

LATIN_INSIDE = re.compile(rf"(?<=[{CJK}A-Z0-9]) ?[(（] ?([{LETTER}][{LETTER}0-9 .,'’&-]{{1,60}}?) ?[)）]")
CHINESE_INSIDE = re.compile(rf"(?<=[{LETTER}0-9]) ?[(（] ?([{CJK}·“”「」A-Z0-9 -]{{2,24}}?) ?[)）]")
IN_COLUMNS = re.compile(rf"^([{CJK}·]{{2,14}})[ \t\u3000]+([A-Z][{LETTER}'’ -]{{2,40}})$", re.MULTILINE)
LOWER_TAIL = re.compile(r"(?: [a-z][a-z-]+){0,2}")
SERIES_BEFORE = re.compile(r"[A-Z0-9][A-Z0-9-]* ?\Z")
WHOLE_BEFORE = re.compile(rf"(?:^|[|、] ?)([{CJK}·]{{2,8}})\Z", re.MULTILINE)
"""A short term at the start of a line, of a cell or of an item is whole, whatever words it is made of."""

REACH = 60
"""Characters before a parenthesis in which the name it translates is looked for."""


class Pair(NamedTuple):
    """One name in both scripts."""

    chinese: Span
    latin: Span


def bilingual_names(text: str) -> Iterator[Pair]:
    """Yield the pairs of a text that stand side by side."""
    for match in LATIN_INSIDE.finditer(text):
        chinese = chinese_before(text, match.start(), match.group(1))
        if chinese and (match.group(1)[0].isupper() or " " in match.group(1)):
            yield Pair(chinese, Span(*match.span(1)))
    for match in CHINESE_INSIDE.finditer(text):
        latin = latin_before(text, match.start())
        if latin and RUN.search(match.group(1)):
            yield Pair(Span(*match.span(1)), latin)
    for match in IN_COLUMNS.finditer(text):
        if is_spelling(match.group(1), match.group(2)) or any(dot in match.group(1) for dot in DOTS):
            yield Pair(Span(*match.span(1)), Span(*match.span(2)))


def is_spelling(chinese: str, latin: str) -> bool:
    """Say whether Latin words spell as many syllables as there are Chinese characters."""
    counts = [syllables(word) for word in latin.split()]
    return 0 not in counts and sum(counts) == len(chinese)


def chinese_before(text: str, end: int, latin: str) -> Span | None:
    """Return the Chinese name that ends at a place: as long as its spelling, or the piece behind the last cut."""
    count = sum(syllables(word) for word in latin.split())
    name = text[max(0, end - count) : end]
    if 2 <= count <= 4 and is_spelling(name, latin) and RUN.fullmatch(name):
        return Span(end - count, end)
    whole = WHOLE_BEFORE.search(text, max(0, end - REACH), end)
    if whole:
        return Span(whole.start(1), end)
    last = last_segment(text, end)
    if last is None or last.end != end or end - last.start < 2:
        return None
    series = SERIES_BEFORE.search(text, max(0, last.start - 8), last.start)
    return joined(text, series.start(), end) if series else Span(last.start, end)


def last_segment(text: str, end: int) -> Segment | None:
    """Return the last piece of Chinese before a place."""
    return next(reversed(list(segments(text, max(0, end - REACH), end))), None)


def joined(text: str, series: int, end: int) -> Span:
    """Return a name that goes through a Latin series: 白杓鹬 W2 水质探头."""
    before = last_segment(text, series)
    is_beside = before is not None and text[before.end : series].strip() == ""
    return Span(before.start if before and is_beside else series, end)


def latin_before(text: str, end: int) -> Span | None:
    """Return the English name that ends at a place, with up to two small words at its end."""
    for run in CAPITALISED.finditer(text, max(0, end - REACH), end):
        tail = LOWER_TAIL.match(text, run.end())
        if tail and tail.end() >= end:
            seams = [seam.end() for seam in LOOSE.finditer(text, run.start(), run.end())]
            start = max(seams, default=run.start())
            return Span(start + opening_length(text[start : run.end()]), end)
    return None
