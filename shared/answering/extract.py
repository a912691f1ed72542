"""Choose the statements of the passages that answer a question."""

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass

from shared.answering.expectation import expected_kinds, holds_kind
from shared.answering.names import named_terms
from shared.answering.question_terms import question_terms, rarity
from shared.answering.statements import Statement

# The weights were tuned on half of a Chinese reading set of 3,219 questions and two English multi-hop sets of 100.
TITLE = 0.9
"""Share of a term's weight that counts when only the title of the passage holds it."""
UNCOVERED = 0.7
"""How much of the score looks only at what the chosen statements have not covered yet."""
RANK = 0.1
"""What a passage loses per place in the ranking."""
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

MOST_CHOSEN = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: terms with their weights, which add up to `whole`, and the kinds of thing asked for."""

    weights: Mapping[str, float]
    whole: float
    kinds: tuple[str, ...]


def extract(question: str, found: list[Statement]) -> list[Statement]:
    """Return up to three of the statements, the best first."""
    weights = rarity(question_terms(question), found)
    asked = Asked(weights, sum(weights.values()) or 1.0, expected_kinds(question))
    merits = [merit(each, asked) for each in found]
    chosen: list[Statement] = []
    left, bridge, said, bar = set(weights), set[str](), set[str](), -math.inf
    while len(chosen) < MOST_CHOSEN:
        # What adds no term to what was said already is a repeat.
        fresh = [(each, own) for each, own in zip(found, merits, strict=True) if not each.terms <= said]
        scores = [own + UNCOVERED * coverage(e, asked, left) + BRIDGE * bridged(e, bridge) for e, own in fresh]
        if not scores or max(scores) < bar:
            break
        bar = bar if chosen else WORTH * max(scores)
        best = fresh[scores.index(max(scores))][0]
        chosen.append(best)
        left -= best.terms
        said |= best.terms
        bridge |= named_terms(best.text) - weights.keys()
    return chosen


def coverage(statement: Statement, asked: Asked, terms: Set[str]) -> float:
    """Return the share in [0, 1] of the question's weight that the statement holds of these terms."""
    own = sum(asked.weights[term] for term in statement.terms & terms)
    titled = sum(asked.weights[term] for term in (statement.title_terms - statement.terms) & terms)
    return (own + TITLE * titled) / asked.whole


def merit(statement: Statement, asked: Asked) -> float:
    """Return what speaks for a statement whatever else is chosen."""
    covered = coverage(statement, asked, asked.weights.keys())
    score = (1 - UNCOVERED) * covered - RANK * (statement.number - 1)
    if statement.position == 0:
        score += OPENING
    if asked.kinds and holds_kind(statement.text, asked.kinds):
        score += KIND * min(1.0, 2 * covered)
    if not statement.terms - asked.weights.keys():
        score -= ECHO
    return score


def bridged(statement: Statement, bridge: set[str]) -> float:
    """Return the share in [0, 1] of the names met so far that the statement or the title of its passage holds."""
    return len(statement.all_terms & bridge) / len(bridge) if bridge else 0.0
