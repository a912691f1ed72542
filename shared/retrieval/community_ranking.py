"""Rank communities for a question by the words of their reports."""

import math
from collections import Counter
from collections.abc import Sequence

from shared.domain.graph import Community
from shared.text.terms import index_terms, query_terms


def ranked_communities(question: str, communities: Sequence[Community]) -> list[Community]:
    """Return communities by the rarity, ln(1 + N / n), of the question's terms that title and report hold, best first.

    Of equals, and where the question holds no word of any report, the one with the larger share of mentions comes
    first. Rarity is counted over these communities alone, so those that a reader may not see move nothing.
    """
    held = [frozenset(index_terms(f"{each.title}\n{each.report}")) for each in communities]
    asked = frozenset(query_terms(question))
    holding = Counter(term for terms in held for term in terms & asked)
    rarity = {term: math.log1p(len(held) / count) for term, count in holding.items()}
    scores = [sum(rarity[term] for term in sorted(terms & asked)) for terms in held]
    order = sorted(range(len(held)), key=lambda at: (-scores[at], -communities[at].rank, communities[at].id))
    return [communities[at] for at in order]
