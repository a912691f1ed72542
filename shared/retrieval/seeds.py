"""Where the walk over the graph starts: chunks that search found and entities that the question names."""

import re
from collections.abc import Mapping, Sequence

from shared.domain.answers import ScoredChunk
from shared.retrieval.naming import Named, longest_name, names_from, units
from shared.text.terms import QUESTION_WORDS

SEED_CHUNKS = 20
"""Chunks that search hands to the walk; more of them blur it."""

SHARPNESS = 8
"""Exponent on the chunks' scores: the first few carry the walk (4 lost 2 points of recall@5, 10 is as good)."""

CHUNK_SHARE = 0.8
"""Share of the start that lies on chunks, the rest on the question's entities; at 0.5 MuSiQue lost 2 points."""

RELEVANCE_SHARPNESS = 0.6
"""Exponent on the fused score by which the walk prefers a chunk; 0.5 is half a point better on passages and one and a
half worse on long documents, 1 lost what it won over none."""

LEAST_RELEVANCE = 0.1
"""Relevance of a chunk that search did not find: the walk is there to find such chunks too."""

CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ]")

SHORTEST_WORD = 4
"""Letters of a single word that may name an entity on its own."""


def chunk_seeds(fused: Sequence[ScoredChunk]) -> dict[str, float]:
    """Weigh the best chunks, all together 1."""
    best = fused[0].score if fused else 0.0
    if best <= 0:
        return {}
    weights = {each.chunk_id: (each.score / best) ** SHARPNESS for each in fused[:SEED_CHUNKS]}
    total = sum(weights.values())
    return {chunk_id: weight / total for chunk_id, weight in weights.items()}


def question_entities(question: str, index: Mapping[str, int]) -> list[int]:
    """Return the entities that a question names, in its order: at each place the longest name that is known.

    A lone small-lettered word is just a word, whatever is called so somewhere, in a question that writes its names
    large (that won 5 points of recall@5 on MuSiQue and 1 on HotpotQA).
    """
    parts = units(question)
    words = not CAPITAL.search(question, 1)
    found: dict[int, None] = {}
    place = 0
    while place < len(parts):
        known = names_from(parts, place, longest_name(parts[place]), index)
        names = [name for name in known if telling(name) and (words or not is_word(question, name))]
        found |= {index[name.key]: None for name in names[-1:]}
        place += names[-1].words if names else 1
    return list(found)


def is_word(question: str, name: Named) -> bool:
    """Say whether a question writes a name as one small-lettered word."""
    return name.words == 1 and question[name.start : name.end].islower()


def telling(name: Named) -> bool:
    """Say whether a name can stand for an entity: a lone character or a short or common word cannot."""
    if name.words > 1:
        return True
    return len(name.key) >= SHORTEST_WORD and name.key not in QUESTION_WORDS
