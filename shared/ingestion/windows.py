"""Chooses where a section is cut into chunks, by what stands there and not by how far it is from the start.

This is content-defined chunking (Muthitacharoen et al., LBFS, 2001) on sentences: among the places that fit, the
text after each decides, so that after an edit the cuts fall back into the old places within a few chunks.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from zlib import crc32

from shared.ingestion.pieces import Piece
from shared.text.tokens import count_tokens

FEWEST_TOKENS, MOST_TOKENS = 300, 400
"""Size of a chunk of running text: small enough to be found by one fact, large enough to explain it."""

MIDDLE = 50
"""Tokens to each side of the middle where the last two chunks of a section may be parted."""

HASHED = 64
"""Characters after a cut that decide about it."""


def windows(pieces: Sequence[Piece], text: str) -> Iterator[Sequence[Piece]]:
    """Yield the pieces of each chunk in order; what is left under 700 tokens is parted near its middle.

    A chunk is smaller than 300 tokens where the next piece would not fit, and larger than 400 only for one long row.
    """
    ends = [*accumulate((piece.tokens for piece in pieces), initial=0)]
    start = 0
    while start < len(pieces):
        # A repeated heading row counts as if it had been read before.
        before = ends[start] - count_tokens(pieces[start].head)
        left = ends[-1] - before
        end = len(pieces) if left <= MOST_TOKENS else _cut(pieces, ends, start, before, text)
        yield pieces[start:end]
        start = end


def _cut(pieces: Sequence[Piece], ends: Sequence[int], start: int, before: int, text: str) -> int:
    left = ends[-1] - before
    fewest, most = FEWEST_TOKENS, MOST_TOKENS
    if left < fewest + most:
        fewest, most = left // 2 - MIDDLE, left // 2 + MIDDLE
    first = max(start + 1, bisect_left(ends, before + fewest))
    last = min(len(pieces) - 1, bisect_right(ends, before + most) - 1)
    if first > last:
        return max(start + 1, bisect_right(ends, before + MOST_TOKENS) - 1)
    return min(range(first, last + 1), key=lambda end: (-pieces[end - 1].ending, _hash(pieces[end], text)))


def _hash(piece: Piece, text: str) -> int:
    following = text[piece.start : min(piece.end, piece.start + HASHED)]
    return crc32(following.encode("utf-8", "surrogatepass"))
