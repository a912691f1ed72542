"""Measure how far the passages that an answer cites carry what it says."""

from shared.text.scripts import is_cjk
from shared.text.terms import index_terms

CARRIED = 0.6
"""Share of a sentence's terms that its cited passages must hold together to carry it.

A verbatim sentence has 1.0, and a paraphrase keeps its names and numbers and about two words in three; a sentence about
something else shares less than half.
"""


def meaning(text: str) -> frozenset[str]:
    """Return the stemmed words of a text and the pairs of its CJK runs; single characters match by chance."""
    terms = index_terms(text)
    telling = frozenset(term for term in terms if len(term) > 1 or not is_cjk(term))
    return telling or frozenset(terms)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return Dice's coefficient of two sets of terms, 2 |A n B| / (|A| + |B|), in [0, 1]."""
    together = len(one) + len(other)
    return 2 * len(one & other) / together if together else 0.0


def share_held(sentence: str, passages: frozenset[str]) -> float:
    """Return the share in [0, 1] of the sentence's terms that stand in the passages' terms."""
    wanted = meaning(sentence)
    return len(wanted & passages) / len(wanted) if wanted else 0.0
