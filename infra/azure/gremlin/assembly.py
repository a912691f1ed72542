"""Turn what the chunks of a base contribute into the content of one version; a pure function of the contributions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from infra.azure.gremlin.contributions import headings_of, said_by
from shared.domain.graph import Contribution, EntityType, Mention, MentionSource


@dataclass(frozen=True, slots=True)
class Piece:
    """What a published chunk says, linked to the headings it names, and the version in which that last changed.

    `text` is the same as it is kept, so that a publication writes anew only what changed.
    """

    vertex: str
    revision: int
    said: Contribution
    text: str


def piece(vertex: str, revision: int, said: Contribution) -> Piece:
    """Make a piece of what a chunk says now."""
    return Piece(vertex, revision, said, said_by(said))


@dataclass(frozen=True, slots=True)
class Edge:
    """How a chunk names a key: how often in its text, under a heading that names it, and by a heading elsewhere."""

    key: int
    count: int
    is_headed: bool
    is_linked: bool


@dataclass(frozen=True, slots=True)
class Vote:
    """What the mentions of a key in one chunk say of it under one name; `confidence` is that of all of them."""

    key: int
    name: int
    type: EntityType
    is_linked: bool
    confidence: float


@dataclass(frozen=True)
class Content:
    """All that readers of one version need, in plain lists, by raw keys: which of them merge depends on the reader.

    `keys` number the keys, `names` stand in the order of the alphabet; `edges` and `votes` are those of each chunk, and
    `ends` the keys that it relates; `relations` are (source, target, type, confidence), each with its best statement.
    """

    version: int
    pieces: Sequence[Piece]
    headings: frozenset[str]
    names: Sequence[str]
    keys: dict[str, int] = field(default_factory=dict)
    edges: list[list[Edge]] = field(default_factory=list)
    votes: list[list[Vote]] = field(default_factory=list)
    ends: list[list[int]] = field(default_factory=list)
    relations: list[tuple[str, str, str, float]] = field(default_factory=list)


def assembled(version: int, pieces: Sequence[Piece]) -> Content:
    """Count and name."""
    headings = frozenset(key for piece in pieces for key in headings_of(piece.said))
    names = sorted({each.name for piece in pieces for each in piece.said.mentions})
    content = Content(version, pieces, headings, names, relations=strongest(pieces))
    places = {name: place for place, name in enumerate(names)}
    for piece in pieces:
        known = [m for m in piece.said.mentions if m.source is not MentionSource.GAZETTEER or m.key in headings]
        content.edges.append(counted(known, content.keys))
        content.votes.append(votes(known, content.keys, places))
        ends = {end for each in piece.said.relations for end in (each.source, each.target)}
        content.ends.append([content.keys.setdefault(end, len(content.keys)) for end in sorted(ends)])
    return content


def counted(mentions: Iterable[Mention], keys: dict[str, int]) -> list[Edge]:
    """Count the mentions of one chunk; new keys get the next numbers."""
    counts: Counter[int] = Counter()
    headed, linked = set(), set()
    for each in mentions:
        number = keys.setdefault(each.key, len(keys))
        counts[number] += each.source is MentionSource.TEXT
        headed |= {number} if each.source is MentionSource.HEADING else set()
        linked |= {number} if each.source is MentionSource.GAZETTEER else set()
    return [Edge(number, count, number in headed, number in linked) for number, count in sorted(counts.items())]


def votes(mentions: Iterable[Mention], keys: Mapping[str, int], names: Mapping[str, int]) -> list[Vote]:
    """Add up the mentions of one chunk that say the same."""
    sure: defaultdict[tuple[int, int, EntityType, bool], float] = defaultdict(float)
    for each in mentions:
        is_linked = each.source is MentionSource.GAZETTEER
        sure[keys[each.key], names[each.name], each.type, is_linked] += each.confidence
    return [Vote(*said, confidence) for said, confidence in sorted(sure.items())]


def strongest(pieces: Iterable[Piece]) -> list[tuple[str, str, str, float]]:
    """Return every relation between two keys with its best statement's confidence, in the order of keys."""
    best: dict[tuple[str, str, str], float] = {}
    for piece in pieces:
        for each in piece.said.relations:
            ends = each.source, each.target, each.type.value
            best[ends] = max(best.get(ends, 0.0), each.confidence)
    return [(*ends, confidence) for ends, confidence in sorted(best.items())]


def merged_relations(
    relations: Iterable[tuple[str, str, str, float]], merges: Mapping[str, str]
) -> list[tuple[str, str, str, float]]:
    """Return the relations between entities, of which keys are merged, in the order of canonical keys."""
    best: dict[tuple[str, str, str], float] = {}
    for source, target, kind, confidence in relations:
        ends = merges.get(source, source), merges.get(target, target), kind
        best[ends] = max(best.get(ends, 0.0), confidence)
    return [(*ends, confidence) for ends, confidence in sorted(best.items()) if ends[0] != ends[1]]
