"""Find how the names of one sentence are related: by what stands between them, or by standing near each other."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from shared.domain.graph import EntityType, Mention, RelationMention, RelationType
from shared.graph.chinese_relations import CHINESE
from shared.graph.english_cues import DEMONYMS
from shared.graph.english_relations import ENGLISH
from shared.graph.wording import SECOND_NAME, Wording, Wordings
from shared.text.scripts import CJK
from shared.text.sentences import Span

MOST_NAMES = 24
"""Names of one sentence that are related to each other; a longer list is no statement."""

SUREST = 0.45
"""Confidence from which a mention takes part; below are runs that are probably two names."""

REACH, CHINESE_REACH, BEHIND = 90, 30, 28
"""Characters between two names that may hold an English or a Chinese wording, and behind the second one."""

NEAR, LEAST, FADE = 0.5, 0.2, 300
"""Confidence in a relation of neighbours, which fades by one with so many characters, and where it ends."""

NOTHING: frozenset[EntityType] = frozenset()
THINGS = frozenset(
    {EntityType.ORGANIZATION, EntityType.LOCATION, EntityType.PRODUCT, EntityType.TECHNOLOGY, EntityType.PROCESS}
)
PERSON = frozenset({EntityType.PERSON})
NO_SOURCES = {
    RelationType.WORKS_FOR: THINGS,
    RelationType.OCCURRED_ON: PERSON,
}
NO_TARGETS = {
    RelationType.WORKS_FOR: PERSON | {EntityType.PRODUCT, EntityType.TECHNOLOGY},
    RelationType.LOCATED_IN: PERSON,
    RelationType.PART_OF: PERSON,
    RelationType.MEMBER_OF: PERSON,
    RelationType.PRODUCES: PERSON,
    RelationType.OWNS: PERSON,
    RelationType.USES: PERSON,
    RelationType.IMPLEMENTS: PERSON,
    RelationType.IS_A: PERSON | {EntityType.LOCATION},
}
"""Types that cannot stand at an end of a relation; the wording was read between the wrong names."""

PARENTHESES = re.compile(r"[(（][^()（）]{0,80}[)）]")
LIST_GAP = re.compile(r"\s*(?:,|，|、|;|；)?\s*(?:and|or|as well as|和|与|及|以及|或)?\s*(?:the |a |an )?\Z")
PREDICATE = re.compile(r"\b(?:is|was|are|were) (?:an?|the|one of the) [^,;.]*\Z")
DESCRIBES = re.compile(r" (?!(?:that|which|who|where|in|of|at|for|and|from|with|by|on|to|as)\b)[a-z]")
"""Behind a name that only describes the noun after it: a Skerry Coast film."""

HAN = re.compile(f"[{CJK}]")
NEW_CLAUSE = re.compile(r"[.!?;]\s|\A,? (?:and|but|while) ")
"""What parts the second name from the first, so that a verb behind it has another subject."""

IN_ENGLISH = Wordings(ENGLISH, r"(?<![\w-]){}(?![\w-])(?:,? [\w'’-]+){0,4}\W{0,3}\Z")
IN_CHINESE = Wordings(CHINESE, "{}")


def relations(text: str, mentions: Sequence[Mention], spans: Sequence[Span]) -> list[RelationMention]:
    """Return the relations that the sentences of a text state; at most a few per name.

    `mentions` are those of the text by position, the longest first at each; `spans` its sentences.
    """
    found: dict[tuple[str, str, RelationType], RelationMention] = {}
    for span, names in by_sentence(text, mentions, spans):
        for relation in of_sentence(text, names, span):
            known = found.get((relation.source, relation.target, relation.type))
            if known is None or known.confidence < relation.confidence:
                found[relation.source, relation.target, relation.type] = relation
    return list(found.values())


def by_sentence(text: str, mentions: Sequence[Mention], spans: Sequence[Span]) -> Iterator[tuple[Span, list[Mention]]]:
    """Yield each sentence with its names: the longest at each place, without those in parentheses."""
    place, free = 0, 0
    aside = [match.span() for match in PARENTHESES.finditer(text)]
    for span in spans:
        names: list[Mention] = []
        while place < len(mentions) and mentions[place].start < span.end:
            mention = mentions[place]
            place += 1
            while aside and aside[0][1] <= mention.start:
                aside.pop(0)
            is_aside = bool(aside) and aside[0][0] < mention.start
            if mention.start >= free and is_name(mention) and not is_aside:
                names.append(mention)
                free = mention.end
        if len(names) > 1:
            yield span, names[:MOST_NAMES]


def is_name(mention: Mention) -> bool:
    """Say whether a mention can be an end of a relation: no quantity, no adjective and nothing doubtful."""
    return mention.type is not EntityType.METRIC and mention.name not in DEMONYMS and mention.confidence >= SUREST


def of_sentence(text: str, names: Sequence[Mention], span: Span) -> Iterator[RelationMention]:
    """Yield the relations of each name to the next two, and of a list's later items to what its first relates to."""
    carried: tuple[Mention, Wording] | None = None
    topic: Mention | None = None
    for place, (first, second) in enumerate(pairwise(names)):
        between = PARENTHESES.sub("", text[first.end : second.start])
        topic = None if NEW_CLAUSE.search(between) else topic
        wording = said(text, first, second, between)
        if wording:
            subject = subject_of(first, between, names[0], topic)
            carried = (subject, wording)
            yield from stated(subject, second, wording, 1.0, span)
        elif carried and LIST_GAP.match(between):
            yield from stated(carried[0], second, carried[1], 0.9, span)
        else:
            carried = None
            topic = topic or (first if PREDICATE.search(between) else None)
            yield from neighbours(first, second, span)
        if place + 2 < len(names):
            yield from neighbours(first, names[place + 2], span)


def subject_of(first: Mention, between: str, opening: Mention, topic: Mention | None) -> Mention:
    """Return what a wording speaks about: mostly the name before it.

    A Chinese clause without a subject goes on about the name that opens the sentence, and so does what follows a date;
    behind "X is a Y" everything is about X: "X is a Skerry film directed by Z".
    """
    if topic:
        return topic
    goes_on = first.type is EntityType.DATE or ("，" in between and HAN.search(between) is not None)
    return opening if goes_on else first


def said(text: str, first: Mention, second: Mention, between: str) -> Wording | None:
    """Return the wording that relates two neighbours, reading it as it fits a date or anything else behind it."""
    if HAN.search(between) or (not between.strip() and HAN.search(first.name)):
        behind = PARENTHESES.sub("", text[second.end : second.end + BEHIND])
        wording = IN_CHINESE.said(between + SECOND_NAME + behind) if len(between) <= CHINESE_REACH else None
    else:
        is_clause = len(between) <= REACH and not NEW_CLAUSE.search(between)
        wording = IN_ENGLISH.said(between) if is_clause else None
    if wording and wording.type is RelationType.IS_A and DESCRIBES.match(text, second.end):
        return None
    if wording is None or (wording.type is RelationType.OCCURRED_ON) is (second.type is EntityType.DATE):
        return wording
    is_place = wording.type is RelationType.OCCURRED_ON
    return wording._replace(type=RelationType.LOCATED_IN, confidence=wording.confidence - 0.2) if is_place else None


def stated(first: Mention, second: Mention, wording: Wording, share: float, span: Span) -> Iterator[RelationMention]:
    """Yield the relation that a wording states, in its direction, if things of these types can have it."""
    source, target = (second, first) if wording.is_passive else (first, second)
    kind = wording.type
    if kind in (RelationType.PART_OF, RelationType.LOCATED_IN) and source.type is EntityType.PERSON:
        kind = RelationType.MEMBER_OF if target.type is EntityType.ORGANIZATION else kind
    if source.key == target.key:
        return
    if not is_possible(source.type, kind, target.type):
        kind, share = RelationType.RELATED_TO, NEAR / wording.confidence
    yield RelationMention(source.key, target.key, kind, wording.confidence * share, span.start, span.end)


def is_possible(source: EntityType, kind: RelationType, target: EntityType) -> bool:
    """Say whether things of these types can stand in a relation; a date only tells when something happened."""
    has_date = source is EntityType.DATE or (target is EntityType.DATE and kind is not RelationType.OCCURRED_ON)
    return not has_date and source not in NO_SOURCES.get(kind, NOTHING) and target not in NO_TARGETS.get(kind, NOTHING)


def neighbours(first: Mention, second: Mention, span: Span) -> Iterator[RelationMention]:
    """Yield that two names stand in one sentence."""
    if first.key != second.key:
        confidence = max(LEAST, NEAR - (second.start - first.end) / FADE)
        yield RelationMention(first.key, second.key, RelationType.RELATED_TO, confidence, span.start, span.end)
