"""Decide about the names of a whole version by the shared rules: what its contributions and the rulings say of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain

from infra.azure.gremlin.rulings import Ruling
from shared.domain.access import BaseKey
from shared.domain.graph import AliasMention, Contribution, EntityType, MentionSource
from shared.domain.resolution import Decision, Resolution, resolution_id
from shared.graph.knowledge_of_names import Said
from shared.graph.likeness import spelled
from shared.graph.resolution import LIKELY, Pair, resolve, unordered
from shared.graph.same_document import short_forms

UNCOMPARED = frozenset({EntityType.DATE, EntityType.METRIC})
"""Types of which two names are never likely one."""

Name = tuple[str, str, EntityType]
"""A key, one of its names, and a type."""


Names = Mapping[str, Collection[Name]]
"""The names of documents."""


@dataclass(frozen=True)
class Decided:
    """The decisions of one version in the order of their ids, the rulings, and all that is said of pairs.

    `stated` is by passages, and by what models say of two of them; `shortened` by the names of one document, and
    `spelled` by spellings, which all who name them show.
    """

    resolutions: Sequence[Resolution] = ()
    rulings: Mapping[str, Ruling] = field(default_factory=dict)
    stated: Sequence[Said] = ()
    shortened: Sequence[Said] = ()
    spelled: Sequence[Said] = ()

    @property
    def said(self) -> Iterator[Said]:
        """All of it."""
        return chain(self.stated, self.shortened, self.spelled)


def decided(
    base: BaseKey,
    chunks: Mapping[str, Contribution],
    rulings: Mapping[str, Ruling],
    earlier: Iterable[Contribution],
    before: Decided,
    moment: float,
) -> Decided:
    """Decide about all names; `chunks` are by vertex, `earlier` those that it was decided about `before`.

    Names of which nothing changed are not compared again, and a decision that stays keeps its moment.
    """
    names, known = named(chunks.values()), named(earlier)
    stated = [said_in(each.document_id, alias) for each in chunks.values() for alias in each.aliases]
    stated += verdicts(chunks, rulings.values())
    shortened = list(short(names, known, before.shortened))
    spelled = list(spellings(names, known, before.spelled))
    claims = [AliasMention(*said_of(each)) for each in chain(stated, shortened, spelled)]
    words = {unordered(each.alias, each.key): each.verdict for each in rulings.values() if each.verdict}
    ids = {pair: resolution_id(base, *pair) for pair in likely(claims)}
    undone = {each.resolution for each in rulings.values() if each.verdict is None}
    dates = {each.id: each for each in before.resolutions}
    now = datetime.fromtimestamp(int(moment), UTC)
    decisions = resolve(claims, words, [pair for pair, id in ids.items() if id in undone])
    made = [dated(ids[unordered(*each.pair)], each, dates, now) for each in decisions]
    resolved = {unordered(*each.pair) for each in decisions}
    held = dict.fromkeys(each for each in stated if unordered(each.alias, each.key) in resolved)
    return Decided(sorted(made, key=lambda each: each.id), rulings, [*held], shortened, spelled)


def named(contributions: Iterable[Contribution]) -> Names:
    """Return the names by which documents name things that may have others."""
    found: defaultdict[str, set[Name]] = defaultdict(set)
    for each in contributions:
        found[each.document_id].update(
            (mention.key, mention.name, mention.type)
            for mention in each.mentions
            if mention.source is not MentionSource.GAZETTEER and mention.type not in UNCOMPARED
        )
    return found


def short(names: Names, known: Names, before: Iterable[Said]) -> Iterator[Said]:
    """Yield what the names of each document say of each other; what those of the same names said is said `before`."""
    kept: defaultdict[str, list[Said]] = defaultdict(list)
    for each in before:
        kept[next(iter(each.key_documents))].append(each)
    for document, found in sorted(names.items()):
        if found == known.get(document):
            yield from kept[document]
        else:
            yield from (said_in(document, alias) for alias in short_forms(sorted(found)))


def spellings(names: Names, known: Names, before: Iterable[Said]) -> Iterator[Said]:
    """Yield what spellings say; a spelling is shown by every document that names it."""
    naming: defaultdict[str, set[str]] = defaultdict(set)
    for document, found in names.items():
        for key, _, _ in found:
            naming[key].add(document)
    earlier = {key for found in known.values() for key, _, _ in found}
    said = {AliasMention(*said_of(each)) for each in before}
    for alias in sorted(spelled(naming.keys(), earlier, said), key=lambda each: (each.alias, each.key)):
        sides = (tuple(sorted(naming[key])) for key in (alias.alias, alias.key))
        yield Said(alias.alias, alias.key, alias.score, alias.reason, *sides)


def said_of(said: Said) -> tuple[str, str, float, str]:
    """Return what is said, without who says it."""
    return said.alias, said.key, said.score, said.reason


def said_in(document: str, alias: AliasMention) -> Said:
    """Return what one document says of two names."""
    return Said(alias.alias, alias.key, alias.score, alias.reason, (document,), (document,))


def verdicts(chunks: Mapping[str, Contribution], rulings: Iterable[Ruling]) -> Iterator[Said]:
    """Yield what a model said, which alone makes no two names likely one."""
    for each in rulings:
        if each.verdict:
            one, other = chunks[each.one].document_id, chunks[each.other].document_id
            yield Said(each.alias, each.key, 0.0, "", (one,), (other,))


def likely(claims: Iterable[AliasMention]) -> set[Pair]:
    """Return the pairs that are likely enough to be decided about."""
    return {unordered(each.alias, each.key) for each in claims if each.score >= LIKELY}


def dated(id: str, decision: Decision, before: Mapping[str, Resolution], now: datetime) -> Resolution:
    """Return a decision with the moment since which it is what it is."""
    known = before.get(id)
    if known and essence(known.decision) == essence(decision):
        return Resolution(id, decision, known.decided_at)
    return Resolution(id, decision, now)


def essence(decision: Decision) -> tuple[object, ...]:
    """Return what makes it another decision when it changes; the score does not."""
    return decision.alias, decision.band, decision.decided_by
