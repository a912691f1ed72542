"""What readers may know of decisions about names: those that hold for everybody, and the edges between entities."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from shared.domain.access import BaseKey, Scope
from shared.domain.graph import entity_id
from shared.domain.resolution import Band, Decider, Decision, Resolution, SameAs
from shared.graph.grounds import Access, Ground, decider_of, known_to, merges_for_all
from shared.graph.resolution import Pair, unordered

Grounds = Mapping[Pair, list[Ground]]
"""What speaks for decisions, by unordered pair."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said of two keys, with the documents that show the alias and those that show the key.

    What a model said has no reason, and no score.
    """

    alias: str
    key: str
    score: float
    reason: str
    alias_documents: Collection[str]
    key_documents: Collection[str]


def grounds(said: Iterable[Said], labels: Mapping[str, Access]) -> Grounds:
    """Say who may know of what was said; a document without labels is readable by nobody."""
    found: defaultdict[Pair, list[Ground]] = defaultdict(list)
    for each in said:
        decider = decider_of(each.reason) if each.reason else Decider.MODEL
        sides = (
            frozenset(labels.get(document, frozenset()) for document in documents)
            for documents in (each.alias_documents, each.key_documents)
        )
        found[unordered(each.alias, each.key)].append(Ground(each.score, each.reason, decider, *sides))
    return found


def merges_held(decisions: Iterable[Decision], known: Grounds, present: Collection[Access]) -> dict[str, str]:
    """Return the canonical key of every key that merges for everybody; `present` are the labels of all documents."""
    return {
        each.alias: each.key
        for each in decisions
        if each.band is Band.MERGED and merges_for_all(each, known.get(unordered(*each.pair), ()), present)
    }


def known(
    scope: Scope, resolutions: Iterable[Resolution], speaking: Grounds, merges: Mapping[str, str]
) -> Iterator[Resolution]:
    """Yield decisions as a scope may know of them; `merges` are those that hold for everybody."""
    for each in resolutions:
        alias, key = each.decision.pair
        is_merged = merges.get(alias) == key
        if shown := known_to(scope, each.decision, speaking.get(unordered(alias, key), ()), is_merged):
            yield replace(each, decision=shown)


def edges(base: BaseKey, resolutions: Iterable[Resolution], merges: Mapping[str, str], limit: int) -> list[SameAs]:
    """Return the edges that decisions are between entities, the likeliest first; one inside an entity is none."""
    found: dict[Pair, float] = {}
    for each in resolutions:
        one, other = (entity_id(base, merges.get(key, key)) for key in each.decision.pair)
        if each.decision.band is Band.SAME_AS and one != other:
            ends = unordered(one, other)
            found[ends] = max(found.get(ends, 0.0), each.decision.score)
    ranked = sorted(found, key=lambda pair: (-found[pair], pair))
    return [SameAs(*pair, found[pair]) for pair in ranked[:limit]]
