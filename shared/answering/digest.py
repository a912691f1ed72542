"""Choose the statements that together tell most of what the passages speak of."""

import math
from collections import Counter

from shared.answering.question_terms import question_terms, rarity
from shared.answering.statements import Statement
from shared.text.scripts import language

MOST_TOLD, OF_ONE_PASSAGE = 12, 2
"""Statements of a digest, and of one passage among them. Over the global questions of samples/ the three statements of
an ordinary answer hold 9 % of the points, a digest of eight three in ten and this one four in ten."""

UNASKED = 0.15
"""What a statement counts beside the share of the question's rarity that it holds: most of a survey is not asked for
by a word."""

RANK = 0.005
"""What a passage loses per place in the ranking."""

FOREIGN = 0.3
"""What a statement in another language than the question's counts. An asker is told in their own where there is one:
over the global questions of samples/ that tells 9 more points of 100 in English and 1 in Chinese than 1.0 does."""

USUAL = 10
"""Uses of a statement's terms in all passages from which it counts as central."""


def digest(question: str, found: list[Statement]) -> list[Statement]:
    """Return up to MOST_TOLD statements in the order of their passages.

    Each next one is what holds most of the question, says most that was not said yet, and is made of words that the
    passages use often. What adds no term beyond the question's own is not said.
    """
    weights = rarity(question_terms(question), found)
    whole = sum(weights.values()) or 1.0
    uses = Counter(term for each in found for term in each.terms)
    asked_in = language(question)
    merits = [
        (UNASKED + sum(weights[term] for term in each.terms & weights.keys()) / whole)
        * math.log1p(sum(uses[term] for term in each.terms) / USUAL)
        * (1.0 if language(each.text) == asked_in else FOREIGN)
        for each in found
    ]
    chosen: list[int] = []
    said: set[str] = set(weights)
    room = dict.fromkeys((each.number for each in found), OF_ONE_PASSAGE)
    while len(chosen) < MOST_TOLD:
        scores = {
            at: merits[at] * len(each.terms - said) / len(each.terms) - RANK * each.number
            for at, each in enumerate(found)
            if room[each.number] and not each.terms <= said
        }
        if not scores:
            break
        best = max(scores, key=scores.__getitem__)
        chosen.append(best)
        said |= found[best].terms
        room[found[best].number] -= 1
    return [found[at] for at in sorted(chosen)]
