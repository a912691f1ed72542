"""Find what a chunk names: one mention per name and place."""

import re
from collections.abc import Iterable, Iterator, Sequence

from shared.domain.documents import Chunk
from shared.domain.graph import EntityType, Mention, MentionSource
from shared.graph.bilingual import bilingual_names
from shared.graph.candidates import Candidate
from shared.graph.chinese_names import chinese_names
from shared.graph.dates import chinese_quantities, english_quantities
from shared.graph.english_names import english_names
from shared.graph.english_types import english_type
from shared.graph.gazetteer import Gazetteer
from shared.graph.headings import heading_names
from shared.text.names import entity_key
from shared.text.scripts import CJK
from shared.text.sentences import Span

DIGIT = re.compile(r"\d")
CAPITAL = re.compile(r"[A-ZÀ-Þ]")
HAN = re.compile(f"[{CJK}]")
PLAIN_WORD = re.compile(r"\b[a-z]+\b")

TRANSLATED = 0.9
"""Confidence in a name that the text itself translates."""

HEADING_CONFIDENCE, GAZETTEER_CONFIDENCE, INNER = 1.0, 0.8, 0.6
"""Confidence in a heading as a name, in a heading that the text names, and in a name inside a heading."""


def mentions(chunk: Chunk, gazetteer: Gazetteer, spans: Sequence[Span]) -> list[Mention]:
    """Return the mentions of a chunk, those in its text by position and the longest first at each.

    `spans` are the sentences of the chunk's text. A heading's mention and a name inside a heading stand at (0, 0).
    """
    found = best(chunk.text, candidates(chunk.text, spans))
    taken = {(mention.start, mention.end) for mention in found}
    for key, span in gazetteer.named(chunk.text):
        if span not in taken:
            found.append(of_gazetteer(chunk.text, key, span))
    found.sort(key=lambda mention: (mention.start, -mention.end))
    return [*of_headings(chunk), *found]


def candidates(text: str, spans: Sequence[Span]) -> Iterator[Candidate]:
    """Yield what may be a name, a date or a quantity in the sentences of a text."""
    is_chinese = not text.isascii() and HAN.search(text) is not None
    plain = frozenset(PLAIN_WORD.findall(text))
    for start, end in spans:
        quantities = list(quantities_of(text, start, end, is_chinese)) if DIGIT.search(text, start, end) else []
        yield from quantities
        if CAPITAL.search(text, start, end):
            for left, right in between(quantities, start, end):
                yield from english_names(text, left, right, plain)
    if is_chinese:
        yield from chinese_names(text, spans)
        yield from translated(text)


def translated(text: str) -> Iterator[Candidate]:
    """Yield the names that stand beside themselves in the other script; both sides have the type of the Latin one."""
    for chinese, latin in bilingual_names(text):
        kind = english_type(tuple(latin.of(text).split()))
        yield Candidate(*latin, kind, TRANSLATED)
        yield Candidate(*chinese, kind, TRANSLATED)


def quantities_of(text: str, start: int, end: int, is_chinese: bool) -> Iterator[Candidate]:
    """Yield the dates and quantities of a sentence in the languages that the text holds."""
    yield from english_quantities(text, start, end)
    if is_chinese:
        yield from chinese_quantities(text, start, end)


def between(quantities: Iterable[Candidate], start: int, end: int) -> Iterator[Span]:
    """Yield what is left of a sentence around its dates, since a date is no part of a name."""
    for quantity in sorted(quantities):
        if quantity.type is EntityType.DATE and quantity.start >= start:
            yield Span(start, quantity.start)
            start = quantity.end
    yield Span(start, end)


def best(text: str, found: Iterable[Candidate]) -> list[Mention]:
    """Keep the surest candidate of each place whose name has a key."""
    kept: dict[tuple[int, int], Mention] = {}
    for start, end, kind, confidence in found:
        name = text[start:end]
        key = entity_key(name)
        before = kept.get((start, end))
        if is_telling(key) and (before is None or before.confidence < confidence):
            kept[start, end] = Mention(key, name, kind, confidence, MentionSource.TEXT, start, end)
    return list(kept.values())


def is_telling(key: str) -> bool:
    """Say whether a key is worth a node: two characters at least, and a number only if it may be a year."""
    return len(key) > 1 and (not key.isdigit() or len(key) == 4)


def of_gazetteer(text: str, key: str, span: Span) -> Mention:
    """Return the mention of a heading that the text names."""
    name = span.of(text)
    kind = EntityType.CONCEPT if HAN.search(name) else english_type(tuple(name.split()))
    return Mention(key, name, kind, GAZETTEER_CONFIDENCE, MentionSource.GAZETTEER, span.start, span.end)


def of_headings(chunk: Chunk) -> Iterator[Mention]:
    """Yield the things that a chunk's headings name, and the names inside those."""
    for heading in heading_names(chunk):
        inner = best(heading, candidates(heading, [Span(0, len(heading))]))
        whole, key = (0, len(heading)), entity_key(heading)
        kind = next((each.type for each in inner if (each.start, each.end) == whole), EntityType.CONCEPT)
        if is_telling(key):
            yield Mention(key, heading, kind, HEADING_CONFIDENCE, MentionSource.HEADING, 0, 0)
        for each in inner:
            if each.key != key and each.confidence >= INNER:
                yield Mention(each.key, each.name, each.type, INNER, MentionSource.TEXT, 0, 0)
