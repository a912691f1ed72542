"""Documents and chunks that the contracts of index and graph are tested with."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from shared.domain.access import EVERYONE, BaseKey, Scope
from shared.domain.documents import Chunk, Document, DocumentState, chunk_id, document_id
from shared.domain.vectors import Vectors

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BASE = BaseKey("heron", "handbook")
OTHER = BaseKey("kingfisher", "handbook")
READER = Scope(BASE, frozenset({EVERYONE}))
CREW = Scope(BASE, frozenset({EVERYONE, "group:crew"}))


def document(name: str, *labels: str, base: BaseKey = BASE) -> Document:
    """Return a document that carries the labels, or that everyone may read."""
    access = frozenset(labels or (EVERYONE,))
    made = Document(base, document_id(base, name), name, '"1"', DocumentState.INDEXING, NOW, NOW)
    return replace(made, access=access)


def chunks(of: Document, *texts: str, heading: str = "") -> list[Chunk]:
    """Cut a document into one chunk per text."""
    path = (heading,) if heading else ()
    return [
        Chunk(chunk_id(of.id, path, text), of.id, place, of.name, path, text, 1, place * 100, place * 100 + len(text))
        for place, text in enumerate(texts)
    ]


def vectors(*rows: Sequence[float]) -> Vectors:
    """Return unit vectors in the directions given."""
    array = np.array(rows, np.float32)
    return array / np.linalg.norm(array, axis=1, keepdims=True)


def no_vectors(count: int) -> Vectors:
    """Return what an index gets where there is no embedder."""
    return np.zeros((count, 0), np.float32)
