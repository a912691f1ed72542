"""Cuts a parsed document into chunks: at its headings first, then between sentences, rows and lines."""

from collections.abc import Iterable, Iterator, Sequence

from shared.domain.base_settings import ChunkSize
from shared.domain.documents import Chunk, ParsedDocument, chunk_id
from shared.ingestion.pieces import Piece, pieces
from shared.ingestion.plain_text import placed_blocks, plain_text
from shared.ingestion.sections import sections
from shared.ingestion.windows import windows


def chunk(document_id: str, parsed: ParsedDocument, size: ChunkSize = ChunkSize()) -> list[Chunk]:
    """Return the chunks in order; a repeated passage under the same headings is kept once.

    No chunk spans two headings, however short its section: a small chunk is found by exactly what it says, and its
    headings are part of what is searched. `text` equals `plain_text(parsed)[start:end]`; a chunk that begins inside
    a table has the table's heading row and a line feed before that.
    """
    text = plain_text(parsed)
    chunks: dict[str, Chunk] = {}
    for section in sections(placed_blocks(parsed)):
        cut = pieces(section, size.tokens)
        for window in overlapping(cut, windows(cut, text, size.tokens), size.overlap):
            made = _chunk(document_id, parsed.title, section.path, window, text, len(chunks))
            chunks.setdefault(made.id, made)
    return [*chunks.values()]


def overlapping(pieces: Sequence[Piece], windows: Iterable[Sequence[Piece]], overlap: int) -> Iterator[Sequence[Piece]]:
    """Let each window begin with the last whole pieces before it, as many as `overlap` tokens hold."""
    place = 0
    for window in windows:
        start, room = place, overlap
        while start and pieces[start - 1].tokens <= room:
            start -= 1
            room -= pieces[start].tokens
        place += len(window)
        yield pieces[start:place]


def _chunk(
    document_id: str, title: str, path: tuple[str, ...], window: Sequence[Piece], text: str, ordinal: int
) -> Chunk:
    first, end = window[0], window[-1].end
    body = text[first.start : end]
    if first.head:
        body = f"{first.head}\n{body}"
    return Chunk(
        chunk_id(document_id, path, body), document_id, ordinal, title, path, body, first.page, first.start, end
    )
