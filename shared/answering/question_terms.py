"""Weigh the terms of a question by how rare they are among the statements that could answer it."""

import math
from collections import Counter
from collections.abc import Collection, Sequence

from shared.answering.statements import Statement
from shared.text.scripts import is_cjk
from shared.text.terms import FUNCTION_CHARACTERS, query_terms

CHARACTER_WEIGHT = 0.7
"""Share of its rarity that a single CJK character counts with, beside the pairs that it is part of."""


def question_terms(question: str) -> frozenset[str]:
    """Return the terms of a question and the single characters of its CJK pairs that carry meaning."""
    terms = query_terms(question)
    singles = {character for term in terms if is_cjk(term[0]) for character in term}
    return frozenset(terms) | (singles - FUNCTION_CHARACTERS)


def rarity(terms: Collection[str], among: Sequence[Statement]) -> dict[str, float]:
    """Return log(1 + N / (0.5 + n)) by term, where n of the N statements hold it in text or title.

    (The inverse document frequency of Robertson and Spärck Jones in its always positive form.)
    """
    holding = Counter(term for each in among for term in terms if term in each.terms or term in each.title_terms)
    return {term: importance(term) * math.log(1 + len(among) / (0.5 + holding[term])) for term in terms}


def importance(term: str) -> float:
    """Return how much a term says for its kind."""
    return CHARACTER_WEIGHT if len(term) == 1 and is_cjk(term) else 1.0
