"""Put what a model says of a chunk in place of what the rules guessed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from shared.domain.extraction import Reading, StatedRelation
from shared.domain.graph import Contribution, EntityType, Mention, MentionSource, RelationMention
from shared.text.names import entity_key

SAID = 0.9
"""Confidence in what a model names, and the most that its own confidence counts: a model is sure too easily."""

MOST_PLACES = 20
"""Places of one name in one chunk that are kept."""


def refined(contribution: Contribution, text: str, reading: Reading | None) -> Contribution:
    """Return the contribution with the model's types, names and relations; each rests on characters of the text.

    Headings stay what they are. A relation of the model replaces what the rules said of the same two things; one whose
    ends the text does not both name is left out. Without a reading the rules' contribution stays as it is.
    """
    if reading is None:
        return contribution
    types = {entity_key(thing.name): thing.type for thing in reading.things}
    rejected = {key for key, kind in types.items() if kind is None}
    typed = [retyped(each, types) for each in contribution.mentions if not (each.key in rejected and in_text(each))]
    known = {each.key for each in typed}
    added = [each for thing in reading.things if thing.type for each in places(thing.name, thing.type, text, known)]
    mentions = (*typed, *added)
    standing = {each.key for each in mentions}
    stated = list(relations(reading.relations, mentions))
    pairs = {frozenset((each.source, each.target)) for each in stated}
    kept = [
        each
        for each in contribution.relations
        if {each.source, each.target} <= standing and frozenset((each.source, each.target)) not in pairs
    ]
    aliases = tuple(each for each in contribution.aliases if rejected.isdisjoint((each.alias, each.key)))
    return replace(contribution, mentions=mentions, relations=(*stated, *kept), aliases=aliases)


def in_text(mention: Mention) -> bool:
    """Say whether a mention is the rules' reading of running text."""
    return mention.source is MentionSource.TEXT


def retyped(mention: Mention, types: Mapping[str, EntityType | None]) -> Mention:
    """Return a mention with the model's type where it gave one."""
    kind = types.get(mention.key)
    if kind is None or not in_text(mention):
        return mention
    return replace(mention, type=kind, confidence=max(mention.confidence, SAID))


def places(name: str, kind: EntityType, text: str, known: set[str]) -> Iterator[Mention]:
    """Yield the places of a name that the rules did not find."""
    key = entity_key(name)
    if not key or key in known:
        return
    known.add(key)
    start = text.find(name)
    for _ in range(MOST_PLACES):
        if start < 0:
            return
        yield Mention(key, name, kind, SAID, MentionSource.TEXT, start, start + len(name))
        start = text.find(name, start + len(name))


def relations(stated: Sequence[StatedRelation], mentions: Sequence[Mention]) -> Iterator[RelationMention]:
    """Yield the relations whose two ends stand in the text, with the characters from one to the other."""
    by_key: defaultdict[str, list[Mention]] = defaultdict(list)
    for each in mentions:
        if each.end > 0:
            by_key[each.key].append(each)
    for relation in stated:
        source, target = entity_key(relation.source), entity_key(relation.target)
        pairs = [(one, other) for one in by_key[source] for other in by_key[target]]
        if not pairs or source == target:
            continue
        one, other = min(pairs, key=lambda pair: (abs(pair[0].start - pair[1].start), pair[0].start))
        start, end = min(one.start, other.start), max(one.end, other.end)
        yield RelationMention(source, target, relation.type, min(SAID, relation.confidence), start, end)
