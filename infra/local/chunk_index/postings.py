"""Which chunks hold a term, and how often: sorted arrays in memory, packed terms on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

MAXIMUM_COUNT = 65_535
"""How often a chunk can hold a term, as it is stored; BM25 has been flat for long before that."""


@lru_cache(maxsize=1 << 17)
def term_number(term: str) -> int:
    """Name a term by 64 bits, so that rows hold no dictionary that would outlive a deleted document's words."""
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def pack(terms: Sequence[str]) -> bytes:
    """Write a chunk's terms as their distinct numbers (8 bytes each, rising), then how often each comes (2 bytes)."""
    numbers = np.fromiter(map(term_number, terms), np.uint64, len(terms))
    distinct, counts = np.unique(numbers, return_counts=True)
    return distinct.astype("<u8").tobytes() + np.minimum(counts, MAXIMUM_COUNT).astype("<u2").tobytes()


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Postings of some rows. Shapes, with T terms and P postings: `terms` (T,) rising, `starts` (T+1,), others (P,)."""

    terms: NDArray[np.uint64]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    counts: NDArray[np.uint16]

    def find(self, number: int) -> slice:
        """Return where a term's postings stand in `rows` and `counts`."""
        place = int(np.searchsorted(self.terms, np.uint64(number)))
        if place == len(self.terms) or int(self.terms[place]) != number:
            return slice(0, 0)
        return slice(int(self.starts[place]), int(self.starts[place + 1]))


def segment(packed: Sequence[bytes], first_row: int) -> tuple[Segment, NDArray[np.float32]]:
    """Invert packed chunks that stand in consecutive rows; return their postings and each one's number of terms."""
    sizes = np.array([len(each) // 10 for each in packed], np.int64)
    numbers = [np.frombuffer(each, "<u8", count=len(each) // 10) for each in packed]
    counts = [np.frombuffer(each, "<u2", offset=len(each) // 10 * 8) for each in packed]
    rows = np.repeat(np.arange(first_row, first_row + len(packed), dtype=np.int32), sizes)
    lengths = np.array([each.sum() for each in counts], np.float32)
    return inverted(joined(numbers, np.uint64), rows, joined(counts, np.uint16)), lengths


def joined(parts: Sequence[NDArray[np.generic]], dtype: type[np.generic]) -> NDArray[np.generic]:
    """Concatenate arrays, of which there may be none."""
    return np.concatenate(parts) if parts else np.zeros(0, dtype)


def inverted(numbers: NDArray[np.generic], rows: NDArray[np.int32], counts: NDArray[np.generic]) -> Segment:
    """Sort postings by term; within one they keep their order, so rows rise."""
    order = np.argsort(numbers, kind="stable")
    terms, starts = np.unique(numbers[order], return_index=True)
    return Segment(terms, np.append(starts, len(numbers)), rows[order], counts[order])  # type: ignore[arg-type]


def merged(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Keep every segment at least twice as large as the next: a term is looked up in a handful of them only.

    Each posting is moved a logarithmic number of times, so that a small write never pays for a large base.
    """
    kept = list(segments)
    while len(kept) > 1 and len(kept[-1].rows) * 2 > len(kept[-2].rows):
        second, first = kept.pop(), kept.pop()
        numbers = np.concatenate([np.repeat(each.terms, np.diff(each.starts)) for each in (first, second)])
        rows = np.concatenate([first.rows, second.rows])
        kept.append(inverted(numbers, rows, np.concatenate([first.counts, second.counts])))
    return tuple(kept)
