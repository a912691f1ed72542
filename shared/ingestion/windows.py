"""Chooses where a section is cut into chunks, by what stands there and not by how far it is from the start.

This is content-defined chunking (Muthitacharoen et al., LBFS, 2001) on sentences. Anchors divide a long section
first, then windows of three quarters to all of a chunk's tokens divide what lies between two anchors. Windows alone
may never fall back into step after an edit, where only every second paragraph fits; anchors do not know of each
other, so an edit moves the cuts up to the next anchor and no further.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from zlib import crc32

from shared.domain.base_settings import ChunkSize
from shared.ingestion.pieces import Piece
from shared.text.tokens import count_tokens

FEWEST = 0.75
"""Share of its tokens that a chunk of running text has at least."""

MIDDLE = 0.125
"""Share to each side of the middle where the last two chunks of a section may be parted."""

ANCHOR_REACH = 5
"""Chunks to each side in which an anchor is the best place; about every tenth chunk begins at one."""

HASHED = 64
"""Characters after a cut that decide about it."""


def windows(pieces: Sequence[Piece], text: str, tokens: int = ChunkSize().tokens) -> Iterator[Sequence[Piece]]:
    """Yield the pieces of each chunk in order; of 400 tokens, what is left under 700 is parted near its middle.

    A chunk is smaller than 300 tokens there and where the next piece would not fit, and larger than 400 only for one
    long row; with other `tokens` all of that is in proportion.
    """
    for run in _runs(pieces, text, ANCHOR_REACH * tokens):
        ends = _ends(run)
        start = 0
        while start < len(run):
            # A repeated heading row counts as if it had been read before.
            before = ends[start] - count_tokens(run[start].head)
            end = len(run) if ends[-1] - before <= tokens else _cut(run, ends, start, before, text, tokens)
            yield run[start:end]
            start = end


def _ends(pieces: Sequence[Piece]) -> list[int]:
    return [*accumulate((piece.tokens for piece in pieces), initial=0)]


def _runs(pieces: Sequence[Piece], text: str, reach: int) -> Iterator[Sequence[Piece]]:
    """Divide at the anchors: the best place to cut, with the lowest hash, within `reach` tokens to both sides."""
    ends = _ends(pieces)
    if ends[-1] <= reach:
        yield pieces
        return
    ranks = [_rank(pieces, cut, text) for cut in range(1, len(pieces))]
    start = 0
    for cut, rank in enumerate(ranks, start=1):
        # The nearest better place is mostly the next one, so that both looks are short.
        before = range(cut - 1, bisect_left(ends, ends[cut] - reach) - 1, -1)
        behind = range(cut + 1, bisect_right(ends, ends[cut] + reach))
        if all(rank < ranks[other - 1] for other in chain(before, behind) if 0 < other < len(pieces)):
            yield pieces[start:cut]
            start = cut
    yield pieces[start:]


def _rank(pieces: Sequence[Piece], cut: int, text: str) -> tuple[int, int]:
    """Order places to cut before a piece, the best first."""
    following = text[pieces[cut].start : min(pieces[cut].end, pieces[cut].start + HASHED)]
    return -pieces[cut - 1].ending, crc32(following.encode("utf-8", "surrogatepass"))


def _cut(pieces: Sequence[Piece], ends: Sequence[int], start: int, before: int, text: str, tokens: int) -> int:
    left = ends[-1] - before
    fewest, most = int(FEWEST * tokens), tokens
    if left < fewest + most:
        fewest, most = left // 2 - int(MIDDLE * tokens), left // 2 + int(MIDDLE * tokens)
    first = max(start + 1, bisect_left(ends, before + fewest))
    last = min(len(pieces) - 1, bisect_right(ends, before + most) - 1)
    if first > last:
        return max(start + 1, bisect_right(ends, before + tokens) - 1)
    return min(range(first, last + 1), key=lambda cut: _rank(pieces, cut, text))
