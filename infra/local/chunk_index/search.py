"""Exact search of a base in memory, among the rows that a reader may see and no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log1p

import numpy as np
from numpy.typing import NDArray

from infra.local.chunk_index.memory import Memory
from infra.local.chunk_index.postings import term_number
from shared.domain.access import Scope
from shared.domain.answers import HeldTerm, ScoredChunk

SATURATION = 1.2
"""BM25's k1, and LENGTH_SHARE its b: the values of Robertson and Zaragoza (2009), measured with here too."""

LENGTH_SHARE = 0.75

NO_ROWS = np.zeros(0, np.int32)
NO_COUNTS = np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Readable:
    """What one set of labels sees of a base: a flag and BM25's length term per row, how many rows, and each by its id.

    Rarity counts these rows alone: what a reader may not see does not even move a score. The length of a hidden row is
    infinite, so that no term weighs anything there.
    """

    rows: NDArray[np.bool_]
    count: int
    norms: NDArray[np.float32]
    places: Mapping[str, int]


def readable(memory: Memory, scope: Scope) -> Readable:
    """Find the rows a scope may see, before anything is searched."""
    visible = np.array([scope.may_read(labels) for labels in memory.access_sets], np.bool_)
    rows = memory.alive & visible[memory.access] if len(visible) else memory.alive.copy()
    count = int(rows.sum())
    average = float(memory.lengths[rows].mean()) if count else 1.0
    norms = (SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * memory.lengths / max(average, 1.0))).astype(np.float32)
    norms[~rows] = np.inf
    seen = np.flatnonzero(rows)
    places = dict(zip(memory.chunk_ids[seen].tolist(), seen.tolist(), strict=True))
    return Readable(rows, count, norms, places)


def by_words(memory: Memory, seen: Readable, terms: Sequence[str], limit: int) -> list[ScoredChunk]:
    """Score by BM25 with the idf ln(1 + (N - n + 0.5) / (n + 0.5)), which never falls below zero."""
    found = [weights(memory, seen, number) for number in dict.fromkeys(map(term_number, terms))]
    rows, gains = (np.concatenate(parts) for parts in zip((NO_ROWS, NO_COUNTS), *found, strict=True))
    scores = np.bincount(rows, gains, len(memory.numbers)).astype(np.float32)
    return best(memory, scores, scores > 0, limit)


def weights(memory: Memory, seen: Readable, number: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the rows that hold a term and what it adds to the score of each."""
    rows, counts = postings(memory, number)
    factor = np.float32((SATURATION + 1) * rarity(seen, rows))
    return rows, factor * counts / (counts + seen.norms[rows])


def rarity(seen: Readable, rows: NDArray[np.int32]) -> float:
    """Return BM25's idf of a term that these rows hold, the readable ones of them counted."""
    holders = int(np.count_nonzero(seen.rows[rows]))
    return log1p((seen.count - holders + 0.5) / (holders + 0.5))


def held(memory: Memory, seen: Readable, terms: Sequence[str], chunk_ids: Sequence[str]) -> list[HeldTerm]:
    """Return each term with its idf and those of the chunks, as far as they are readable, that hold it."""
    among = np.array([seen.places[id] for id in chunk_ids if id in seen.places], np.int32)
    found = []
    for number in dict.fromkeys(map(term_number, terms)):
        rows, _ = postings(memory, number)
        near = np.searchsorted(rows, among)  # rows rise
        holders = among[rows.take(near, mode="clip") == among] if len(rows) else NO_ROWS
        found.append(HeldTerm(rarity(seen, rows), frozenset(memory.chunk_ids[holders].tolist())))
    return found


def postings(memory: Memory, number: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the rows that hold a term, rising, dead ones too, and how often each does."""
    found = [(part, part.find(number)) for part in memory.segments]
    rows = np.concatenate([NO_ROWS, *(part.rows[place] for part, place in found)])
    return rows, np.concatenate([NO_COUNTS, *(part.counts[place] for part, place in found)])


def by_meaning(memory: Memory, seen: Readable, vector: NDArray[np.float32], limit: int) -> list[ScoredChunk]:
    """Score by the dot product, which is the cosine of vectors of unit length."""
    if vector.shape[-1] != memory.vectors.shape[1] or not vector.shape[-1]:
        return []
    # Row by row and so in one thread: a BLAS that wakes its own stalls for milliseconds where the cores are busy.
    scores = np.vecdot(memory.vectors, vector.reshape(-1))
    return best(memory, scores, seen.rows & memory.embedded, limit)


def holding(memory: Memory, terms: Sequence[str]) -> list[str]:
    """Return the chunks that hold every one of the terms."""
    rows = np.flatnonzero(memory.alive) if terms else NO_ROWS
    for number in set(map(term_number, terms)):
        rows = np.intersect1d(rows, postings(memory, number)[0], assume_unique=True)
    return list(memory.chunk_ids[rows].tolist())


def best(memory: Memory, scores: NDArray[np.float32], among: NDArray[np.bool_], limit: int) -> list[ScoredChunk]:
    """Take the highest scores; equal ones stand in the order of their chunks' ids."""
    rows = np.flatnonzero(among)
    if len(rows) > limit:
        rows = rows[np.argpartition(-scores[rows], limit - 1)[:limit]]
    found = zip(memory.chunk_ids[rows].tolist(), scores[rows].tolist(), strict=True)
    return [ScoredChunk(id, score) for id, score in sorted(found, key=lambda each: (-each[1], each[0]))]
