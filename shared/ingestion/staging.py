"""Writes chunks as JSON and reads them back, on their way from one step of the ingestion to the next."""

import json
from collections.abc import Sequence
from operator import attrgetter

from shared.domain.documents import Chunk

FIELDS = ("id", "document_id", "ordinal", "title", "heading_path", "text", "page", "start", "end")


def chunks_to_json(chunks: Sequence[Chunk]) -> bytes:
    """Write each chunk as a list of its fields in order."""
    rows = [*map(attrgetter(*FIELDS), chunks)]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def chunks_from_json(content: bytes) -> list[Chunk]:
    """Read what `chunks_to_json` wrote."""
    rows = json.loads(content.decode("utf-8", "surrogatepass"))
    return [
        Chunk(identity, document, ordinal, title, tuple(path), text, page, start, end)
        for identity, document, ordinal, title, path, text, page, start, end in rows
    ]
