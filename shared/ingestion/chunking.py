"""Cuts a parsed document into chunks: at its headings first, then between sentences, rows and lines."""

from collections.abc import Sequence

from shared.domain.documents import Chunk, ParsedDocument, chunk_id
from shared.ingestion.pieces import Piece, pieces
from shared.ingestion.plain_text import placed_blocks, plain_text
from shared.ingestion.sections import sections
from shared.ingestion.windows import windows


def chunk(document_id: str, parsed: ParsedDocument) -> list[Chunk]:
    """Return the chunks in order; a repeated passage under the same headings is kept once.

    No chunk spans two headings, however short its section: a small chunk is found by exactly what it says, and its
    headings are part of what is searched. `text` equals `plain_text(parsed)[start:end]`; a chunk that begins inside
    a table has the table's heading row and a line feed before that.
    """
    text = plain_text(parsed)
    chunks: dict[str, Chunk] = {}
    for section in sections(placed_blocks(parsed)):
        for window in windows(pieces(section), text):
            made = _chunk(document_id, parsed.title, section.path, window, text, len(chunks))
            chunks.setdefault(made.id, made)
    return [*chunks.values()]


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
