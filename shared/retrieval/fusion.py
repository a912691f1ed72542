"""Join what words found and what meaning found into one list."""

from collections import defaultdict
from collections.abc import Sequence

from shared.domain.answers import ScoredChunk
from shared.text.scripts import cjk_share

LATIN_MEANING = 2.5
"""Weight of meaning beside one of words in a question in Latin script (tuned on MuSiQue and HotpotQA)."""

CJK_MEANING = 0.1
"""The same for CJK, where the embedded model knows little (tuned on CMRC 2018; on 30 pairs, up to 1 did no harm)."""


def meaning_weight(question: str) -> float:
    """Return how much meaning counts beside words, by the script of the question."""
    share = cjk_share(question)
    return share * CJK_MEANING + (1 - share) * LATIN_MEANING


def weighed(words: Sequence[ScoredChunk], meaning: Sequence[ScoredChunk], weight: float) -> list[ScoredChunk]:
    """Add both scores, each spread over [0, 1], meaning times `weight`; best first, the best at most 1.

    A chunk that one list lacks scores 0 there, which is at most what the list's last one has. This is also the order
    where there is no graph: fusing by ranks lets the weaker list spoil the better one (recall@1 on CMRC 2018 45.9
    against 97.5, recall@5 on MuSiQue 57.7 against 61.5, on HotpotQA 81.5 against 81.0).
    """
    total: defaultdict[str, float] = defaultdict(float)
    for scored, share in ((words, 1.0), (meaning, weight)):
        for chunk_id, score in spread(scored):
            total[chunk_id] += score * share / (1.0 + weight)
    return ranked(total)


def spread(scored: Sequence[ScoredChunk]) -> list[tuple[str, float]]:
    """Stretch scores over [0, 1]; BM25 starts at 0, where most chunks stand, and so does a single chunk."""
    if not scored:
        return []
    best, worst = scored[0].score, scored[-1].score if len(scored) > 1 else 0.0
    width = best - worst
    return [(each.chunk_id, (each.score - worst) / width if width > 0 else 1.0) for each in scored]


def ranked(scores: dict[str, float]) -> list[ScoredChunk]:
    """Order chunks by score, equal ones by id."""
    return [ScoredChunk(id, score) for id, score in sorted(scores.items(), key=lambda each: (-each[1], each[0]))]
