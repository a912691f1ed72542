"""Decide which keys are one entity: what is sure merges, what is likely is shown as SAME_AS, and a word given holds."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from shared.domain.access import EVERYONE
from shared.domain.graph import AliasMention
from shared.domain.resolution import Band, Decider, Decision, Verdict

MERGE, LIKELY = 0.92, 0.75
"""Scores from which two keys merge, and from which they stay two entities with a SAME_AS edge."""

STATEMENTS = frozenset({"translation", "acronym", "also known as", "short form"})
"""Reasons that are a text's own words; the others are rules about spellings."""

Pair = tuple[str, str]
"""Two keys."""


def resolve(
    aliases: Iterable[AliasMention],
    verdicts: Mapping[Pair, Verdict] | None = None,
    undone: Collection[Pair] = (),
) -> list[Decision]:
    """Return what holds of every two keys that are likely enough, by pair; `verdicts` and `undone` by unordered pair.

    A key is compared with canonical keys alone and never through a third: where one statement says A is B and another
    says B is C, the stronger one merges and the other stays a SAME_AS edge. Stronger is the higher score, then the
    greater number of those who say so, then the order of the keys; so the result does not depend on the order of the
    statements. A verdict of a model decides a pair that nothing else is sure of, what a person has undone stays apart,
    and contributions keep the raw keys: to undo a merge is to resolve again without it.
    """
    merged: set[str] = set()
    canonical: set[str] = set()
    decided: list[Decision] = []
    for each in by_strength(judged(strongest(aliases), verdicts or {}, frozenset(undone))):
        if each.band is Band.MERGED:
            if each.alias in merged or each.alias in canonical or each.key in merged:
                each = replace(each, band=Band.SAME_AS)
            else:
                merged.add(each.alias)
                canonical.add(each.key)
        decided.append(each)
    return sorted(decided, key=lambda each: each.pair)


def merges(decisions: Iterable[Decision]) -> dict[str, str]:
    """Return the canonical key of every key that is merged into another; all other keys are their own."""
    return {each.alias: each.key for each in decisions if each.band is Band.MERGED}


def strongest(aliases: Iterable[AliasMention]) -> Iterable[tuple[AliasMention, int]]:
    """Return the best statement about each two keys that are likely one, and how many say so the same way round."""
    best: dict[Pair, AliasMention] = {}
    counts: Counter[Pair] = Counter()
    for each in aliases:
        if each.score < LIKELY or each.alias == each.key:
            continue
        pair = each.alias, each.key
        counts[pair] += 1
        known = best.get(pair)
        if known is None or (-each.score, each.reason) < (-known.score, known.reason):
            best[pair] = each
    ranked = sorted(best.values(), key=lambda each: (-each.score, -counts[each.alias, each.key], each.alias))
    chosen = {unordered(each.alias, each.key): each for each in reversed(ranked)}
    return [(each, counts[each.alias, each.key]) for each in chosen.values()]


def unordered(one: str, other: str) -> Pair:
    """Return two keys in one order, since A is B says what B is A says."""
    return (one, other) if one < other else (other, one)


def judged(
    statements: Iterable[tuple[AliasMention, int]], verdicts: Mapping[Pair, Verdict], undone: frozenset[Pair]
) -> Iterable[tuple[Decision, int]]:
    """Return each pair in its band, before one is compared with another."""
    for each, count in statements:
        pair = unordered(each.alias, each.key)
        verdict = verdicts.get(pair)
        decider = Decider.STATEMENT if each.reason in STATEMENTS else Decider.RULE
        band = Band.MERGED if each.score >= MERGE else Band.SAME_AS
        if pair in undone:
            band, decider = Band.APART, Decider.PERSON
        elif verdict and band is Band.SAME_AS and verdict is not Verdict.UNSURE:
            band, decider = (Band.MERGED if verdict is Verdict.SAME else Band.APART), Decider.MODEL
        yield Decision(each.alias, each.key, each.score, band, decider, each.reason), count


def by_strength(decisions: Iterable[tuple[Decision, int]]) -> list[Decision]:
    """Return decisions, the strongest first."""
    return [decision for decision, _ in sorted(decisions, key=lambda each: (-each[0].score, -each[1], each[0].pair))]


def holds_for_all(support: Collection[frozenset[str]], present: Collection[frozenset[str]]) -> bool:
    """Say whether everybody who may read anything may read a thing that a decision rests on.

    `support` are the access labels of what the decision rests on, `present` those of all that there is. A principal
    carries EVERYONE; where no support does, every label by which anything is read must open some of it. A merge that
    does not hold for all holds for nobody: one graph is walked by all, and must not show what only some may know.
    """
    opened = frozenset[str]().union(*support)
    return EVERYONE in opened or (bool(opened) and frozenset[str]().union(*present) <= opened)
