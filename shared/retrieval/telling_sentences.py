"""Look at the sentence of each passage that tells most, and at what its nearness makes of the order."""

import math
from collections import Counter
from collections.abc import Sequence

from shared.domain.answers import HeldTerm, Hit, ScoredChunk
from shared.retrieval.coverage import EXPONENT, covering
from shared.text.sentences import sentences
from shared.text.terms import index_terms, query_terms

LONGEST = 400
"""Characters of a sentence that are looked at."""

MOST_SENTENCES = 100
"""Sentences of a passage that are chosen from: four times what a chunk holds."""

NEARNESS = 2.0
"""Weight of a sentence's nearness; 1 is half a point better on HotpotQA, and worse on MuSiQue and our own set."""


def held_terms(question: str, hits: Sequence[Hit]) -> list[HeldTerm]:
    """Return each distinct term of a question with its rarity among the hits, and with those that hold it."""
    held = {hit.chunk.id: frozenset(index_terms(hit.chunk.headed_text)) for hit in hits}
    counts = Counter(term for terms in held.values() for term in terms)
    return [
        HeldTerm(rarity(counts[term], len(hits)), frozenset(id for id, terms in held.items() if term in terms))
        for term in dict.fromkeys(query_terms(question))
    ]


def rarity(holding: int, among: int) -> float:
    """Return ln(1 + N / (0.5 + n)) for a term that n of N passages, taken as one at least, hold."""
    return math.log(1 + among / (0.5 + max(1, holding)))


def telling_sentences(question: str, hits: Sequence[Hit]) -> list[str]:
    """Return of each hit the sentence that holds most of the question's rarity, of equals the first; "" of none.

    Two or all sentences of a passage win no more (recall@5 within half a point) and are two to five times the work.
    """
    parts = [[span.of(hit.chunk.text)[:LONGEST] for span in sentences(hit.chunk.text)[:MOST_SENTENCES]] for hit in hits]
    terms = [[frozenset(index_terms(sentence)) for sentence in each] for each in parts]
    counts = Counter(term for each in terms for term in frozenset[str]().union(*each))
    weights = {term: rarity(counts[term], len(hits)) for term in query_terms(question)}
    worth = [[sum(weights[term] for term in held & weights.keys()) for held in each] for each in terms]
    return [each[own.index(max(own))] if each else "" for each, own in zip(parts, worth, strict=True)]


def by_nearness(question: str, hits: Sequence[Hit], nearness: Sequence[float]) -> list[ScoredChunk]:
    """Order hits by coverage, as the best of the walk are, each weighed by 1 + 2 * its sentence's nearness in [-1, 1].

    The first stays the first. Scores fall along the list.
    """
    lifted = [
        ScoredChunk(hit.chunk.id, hit.score * (1 + NEARNESS * max(0.0, near)) ** (1 / EXPONENT))
        for hit, near in zip(hits, nearness, strict=True)
    ]
    # Of equals coverage takes the one that is given first.
    rest = sorted(lifted[1:], key=lambda each: -each.score)
    documents = {hit.chunk.id: hit.chunk.document_id for hit in hits}
    return covering([*lifted[:1], *rest], held_terms(question, hits), documents)
