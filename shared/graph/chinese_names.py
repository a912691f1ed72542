"""Find names in Chinese text by their endings, their neighbours and the marks around them, without a segmenter."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from shared.domain.graph import EntityType
from shared.graph.candidates import Candidate
from shared.graph.chinese_cues import COMPOUND_SURNAMES, GENERIC, KEPT, PERSON_VERBS, PLACES, ROLES, SUFFIXES, SURNAMES
from shared.graph.chinese_segments import CUT, DOTS, Segment, alternation, segments
from shared.text.scripts import CJK
from shared.text.sentences import Span

TYPES_BY_SUFFIX = {suffix: kind for kind, suffixes in SUFFIXES.items() for suffix in suffixes}
SUFFIX = re.compile(alternation(frozenset(TYPES_BY_SUFFIX)))
PLACE = re.compile(alternation(PLACES))
PERSON = re.compile(rf"(?:(?:{COMPOUND_SURNAMES})[{CJK}]{{1,2}}|[{SURNAMES}][{CJK}]{{1,2}})\Z")
TITLED = re.compile(r"《([^《》\n]{1,40})》")
QUOTED = re.compile(rf"[“「『]([{CJK}A-Za-z0-9·\- ]{{2,12}})[”」』]")
SERIES = re.compile(r" ?[A-Z][A-Z0-9]{0,4}-?\d{0,4}(?![A-Za-z0-9])")

LATIN_SPELLING = re.compile(r" ?[(（](?:[A-Z][a-z]+ ){1,2}[A-Z][a-z]+[)）]")
LABEL = re.compile(
    r"(?:出席|列席|出席董事|主持|主持人|记录|参加|编写|编者|批准|作者|联系人|负责人|执行|审核|主演|导演|编剧|配音)\**[：:][^。；\n]*\Z"
)
LABEL_REACH = 120
"""Characters before a name in which a label is looked for."""

NO_PERSONS = PLACES | GENERIC | KEPT
"""Words that may look like a family and a given name."""

NESTED = frozenset({EntityType.ORGANIZATION, EntityType.LOCATION, EntityType.PRODUCT})
"""Types whose names open longer names: the plant in 石峤工厂工程部."""

LONGEST = 16
"""Characters of a name that an ending closes."""

REPEATED = 2
"""Times that a piece must stand between cuts before it counts as a term."""


def chinese_names(text: str, spans: Sequence[Span]) -> Iterator[Candidate]:
    """Yield the names in the given spans of a text, in no particular order."""
    found = [segment for start, end in spans for segment in segments(text, start, end)]
    words = [text[each.start : each.end] for each in found]
    persons = {name for word, each in zip(words, found, strict=True) if (name := person(text, word, each))}
    counts = Counter(words)
    for word, segment in zip(words, found, strict=True):
        if word in persons:
            yield Candidate(segment.start, segment.end, EntityType.PERSON, 0.8)
            continue
        yield from of_segment(text, segment)
        if word[:3] in persons:
            yield Candidate(segment.start, segment.start + 3, EntityType.PERSON, 0.7)
        if counts[word] >= REPEATED and 3 <= len(word) <= 6 and word not in GENERIC:
            yield Candidate(segment.start, segment.end, EntityType.CONCEPT, 0.4)
    for start, end in spans:
        yield from marked(text, start, end)


def of_segment(text: str, segment: Segment) -> Iterator[Candidate]:
    """Yield the foreign person, the places, the series and the names with an ending that a piece holds."""
    start, end = segment.start, segment.end
    if any(dot in text[start:end] for dot in DOTS):
        yield Candidate(start, end, EntityType.PERSON, 0.8)
        return
    for place in PLACE.finditer(text, start, end):
        yield Candidate(place.start(), place.end(), EntityType.LOCATION, 0.8)
    series = SERIES.match(text, end) if 2 <= end - start <= 6 else None
    if series and text[start:end] not in GENERIC:
        yield Candidate(start, series.end(), EntityType.PRODUCT, 0.6)
    yield from suffixed(text, start, end)


def suffixed(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Yield the beginnings of a piece that end like a name: in 石峤工厂工程部, the plant and its department."""
    for suffix in SUFFIX.finditer(text, start, min(end, start + LONGEST)):
        kind, length, is_long = TYPES_BY_SUFFIX[suffix.group()], suffix.end() - start, len(suffix.group()) > 1
        # One character is a weak sign, and so is a suffix in the middle: 朴石密封件 is no kind of seal.
        is_sure = suffix.end() == end or (is_long and kind in NESTED)
        is_short = length <= (len(suffix.group()) if is_long else 2)
        if is_sure and not is_short and not is_generic(text[start : suffix.end()], is_long):
            yield Candidate(start, suffix.end(), kind, 0.7 if is_long else 0.5)


def is_generic(name: str, is_long: bool) -> bool:
    """Say whether a name with an ending names nothing: 子公司, or 日本南部, whose last character is half a word."""
    return name in GENERIC or (not is_long and name[-2:] in GENERIC)


def person(text: str, word: str, segment: Segment) -> str:
    """Return the family and given name that a piece is, or opens with behind a post, where something says so; or ""."""
    introduced = segment.before in ROLES or segment.before == "由"
    if introduced and len(word) > 3 and NO_PERSONS.isdisjoint((word[:2], word[:3])):
        word = word[:3]
    if not PERSON.match(word) or word in NO_PERSONS or SUFFIX.fullmatch(word[1:]):
        return ""
    shown = introduced or segment.after in ROLES or segment.after in PERSON_VERBS or is_labelled(text, segment)
    return word if shown else ""


def is_labelled(text: str, segment: Segment) -> bool:
    """Say whether a piece has its Latin spelling behind it, or a label before it that asks for persons."""
    if LATIN_SPELLING.match(text, segment.end):
        return True
    before = text[max(0, segment.start - LABEL_REACH) : segment.start]
    return not segment.after and LABEL.search(before) is not None


def marked(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Yield what stands in book-title marks or quotation marks."""
    for title in TITLED.finditer(text, start, end):
        yield Candidate(title.start(1), title.end(1), EntityType.PRODUCT, 0.9)
    for quoted in QUOTED.finditer(text, start, end):
        if not any(cut.lastgroup == "cut" for cut in CUT.finditer(quoted.group(1))):
            yield Candidate(quoted.start(1), quoted.end(1), EntityType.CONCEPT, 0.5)
