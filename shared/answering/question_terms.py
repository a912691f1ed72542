"""Weigh the terms of a question by how rare they are among the statements that could answer it."""

import math
from collections import Counter
from collections.abc import Collection, Sequence

from shared.answering.statements import Statement
from shared.text.scripts import is_cjk
from shared.text.terms import FUNCTION_CHARACTERS, query_terms

CHARACTER_WEIGHT = 0.7
"""Share of its rarity that a single CJK character counts with, beside the pairs that it is part of."""


MOST_TERMS = 128
"""Of a question, from its beginning; a page pasted as a question is searched for by its first lines."""


def question_terms(question: str) -> frozenset[str]:
    """Return the terms of a question and the single characters of its CJK pairs that carry meaning."""
    terms = told(question)
    singles = {character for term in terms if is_cjk(term[0]) for character in term}
    return terms | (singles - FUNCTION_CHARACTERS)


def told(question: str) -> frozenset[str]:
    """Return the words and CJK pairs of a question, without pairs that a function character is part of."""
    terms = list(dict.fromkeys(query_terms(question)))[:MOST_TERMS]
    telling = frozenset(term for term in terms if FUNCTION_CHARACTERS.isdisjoint(term) or not is_cjk(term[0]))
    return telling or frozenset(terms)


def rarity(terms: Collection[str], among: Sequence[Statement]) -> dict[str, float]:
    """Return log(1 + N / (0.5 + n)) by term, where n of the N statements, and at least one, hold it in text or title.

    (The inverse document frequency of Robertson and Spärck Jones in its always positive form.)
    """
    wanted = frozenset(terms)
    holding = Counter(term for each in among for term in each.all_terms & wanted)
    return {term: importance(term) * math.log(1 + len(among) / (0.5 + max(1, holding[term]))) for term in terms}


def importance(term: str) -> float:
    """Return how much a term says for its kind."""
    return CHARACTER_WEIGHT if len(term) == 1 and is_cjk(term) else 1.0
