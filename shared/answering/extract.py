"""Choose the statements of the passages that answer a question."""

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from shared.answering.asks import asks
from shared.answering.expectation import expected_kinds, holds_new
from shared.answering.names import named_terms
from shared.answering.question_terms import question_terms, rarity
from shared.answering.reference import referents
from shared.answering.statements import Statement

# The weights were tuned on half of a Chinese reading set of 3,219 questions and two English multi-hop sets of 100.
TITLE = 0.9
"""Share of a term's weight that counts when only the title of the passage holds it."""
UNCOVERED = 0.7
"""How much of the score looks only at what the chosen statements have not covered yet."""
RANK = 0.1
"""What a passage loses per place in the ranking."""
LATER_RANK = 0.03
"""The same for a further ask: the passages are ranked by the question as a whole, and that is mostly its first ask."""
KIND = 0.1
"""What a statement gains that holds the kind of thing asked for."""
OPENING = 0.05
"""What the first statement of a passage gains: it says what the passage is about."""
ECHO = 0.3
"""What a statement loses that says nothing beyond the question's own words."""

BRIDGE = 0.3
"""What a statement gains that holds the names of the chosen ones, or stands under them: the second hop."""
WORTH = 0.2
"""Share of the first statement's score that a further one must reach to be said at all."""

LEAST_NEW = 0.1
"""Share of the question's weight that a statement must cover anew, once each of several asks has its own."""
CONTEXT = 0.3
"""Weight of the whole question beside the one ask that a statement is chosen for."""

MOST_CHOSEN = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: terms with their weights, which add up to `whole`, and the kinds of thing asked for."""

    weights: Mapping[str, float]
    whole: float
    kinds: tuple[str, ...]
    text: str
    rank: float = RANK


def extract(question: str, found: list[Statement]) -> list[Statement]:
    """Return up to three of the statements: the best for each ask of the question in turn, then what adds most."""
    weights = rarity(question_terms(question), found)
    whole = looked_for(question, weights)
    targets = [looked_for(ask, weights) for ask in asks(question)] if found else []
    chosen: list[Statement] = []
    for place, target in enumerate(targets if len(targets) > 1 else []):
        target = replace(target, rank=LATER_RANK) if place else target
        chosen = answered(target, whole, found, chosen, MOST_CHOSEN - len(targets) + place + 1)
    return completed(whole, found, chosen, LEAST_NEW if chosen else 0.0)


def looked_for(ask: str, weights: Mapping[str, float]) -> Asked:
    """Return what one ask of a question looks for, by the weights of the whole question."""
    own = {term: weights[term] for term in question_terms(ask) if term in weights}
    return Asked(own, sum(own.values()) or 1.0, expected_kinds(ask), ask)


def answered(
    target: Asked, whole: Asked, found: list[Statement], chosen: list[Statement], most: int
) -> list[Statement]:
    """Add what answers one ask, up to `most` statements in all; one that lacks the kind asked for leads to the next."""
    chosen = list(chosen)
    while len(chosen) < most:
        best = best_for(target, whole, found, chosen)
        if best in chosen:
            break
        chosen.append(best)
        if not target.kinds or holds_new(best.text, target.kinds, whole.weights.keys()):
            break
    return chosen


def best_for(target: Asked, whole: Asked, found: list[Statement], chosen: list[Statement]) -> Statement:
    """Return the statement that answers one ask best; it may be one that answers an earlier ask already."""
    bridge = referents(target.text, " ".join(each.text for each in chosen)) or bridge_of(chosen, whole)

    def score(each: Statement) -> float:
        onward = 0.0 if each in chosen else BRIDGE * bridged(each, bridge)
        context = CONTEXT * coverage(each, whole, whole.weights.keys())
        return merit(each, target) + UNCOVERED * coverage(each, target, target.weights.keys()) + context + onward

    return max(found, key=score)


def completed(asked: Asked, found: list[Statement], chosen: list[Statement], least: float) -> list[Statement]:
    """Add statements to those chosen so far, up to three, while one adds enough; each covers `least` or more anew."""
    merits = [merit(each, asked) for each in found]
    chosen, bar = list(chosen), -math.inf
    while len(chosen) < MOST_CHOSEN:
        said = frozenset[str]().union(*(each.terms for each in chosen))
        left, bridge = asked.weights.keys() - said, bridge_of(chosen, asked)
        anew = [coverage(each, asked, left) for each in found]
        scores = [
            own + UNCOVERED * new + BRIDGE * bridged(each, bridge)
            for each, own, new in zip(found, merits, anew, strict=True)
        ]
        # What adds no term to what was said already is a repeat.
        fresh = [at for at, each in enumerate(found) if not each.terms <= said and anew[at] >= least]
        best = max(fresh, key=scores.__getitem__, default=None)
        if best is None or scores[best] < bar:
            break
        bar = bar if chosen else WORTH * scores[best]
        chosen.append(found[best])
    return chosen


def bridge_of(chosen: list[Statement], asked: Asked) -> Set[str]:
    """Return the terms of the names that the chosen statements hold beyond the question's own."""
    return {term for each in chosen for term in named_terms(each.text)} - asked.weights.keys()


def coverage(statement: Statement, asked: Asked, terms: Set[str]) -> float:
    """Return the share in [0, 1] of the question's weight that the statement holds of these terms."""
    own = sum(asked.weights[term] for term in statement.terms & terms)
    titled = sum(asked.weights[term] for term in (statement.title_terms - statement.terms) & terms)
    return (own + TITLE * titled) / asked.whole


def merit(statement: Statement, asked: Asked) -> float:
    """Return what speaks for a statement whatever else is chosen."""
    covered = coverage(statement, asked, asked.weights.keys())
    score = (1 - UNCOVERED) * covered - asked.rank * (statement.number - 1)
    if statement.position == 0:
        score += OPENING
    if asked.kinds and holds_new(statement.text, asked.kinds, asked.weights.keys()):
        score += KIND * min(1.0, 2 * covered)
    if not statement.terms - asked.weights.keys():
        score -= ECHO
    return score


def bridged(statement: Statement, bridge: Set[str]) -> float:
    """Return the share in [0, 1] of the names met so far that the statement or the title of its passage holds."""
    return len(statement.all_terms & bridge) / len(bridge) if bridge else 0.0
