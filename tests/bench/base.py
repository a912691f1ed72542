"""A base of many documents, filled through the ports in bulk: real chunks, terms and graph, made-up vectors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

import numpy as np

from functions.ground import Ground
from shared.domain.access import EVERYONE, BaseKey, Principal, Scope
from shared.domain.answers import Question
from shared.domain.documents import Chunk, Document, DocumentState, KnowledgeBase, document_id
from shared.domain.roles import Role
from shared.domain.vectors import Vectors
from shared.ingestion.chunking import chunk
from shared.services.build_graph import contributions

BASE = BaseKey("local", "bench")
PRINCIPAL = Principal("local", "bench", role=Role.ADMIN)
SCOPE = Scope(BASE, PRINCIPAL.labels)
DIMENSIONS = 384
MOMENT = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass(frozen=True)
class KnownVectors:
    """An embedder whose vectors are there already: random ones of unit length, the same for the same text."""

    name: str = "random"
    dimensions: int = DIMENSIONS

    async def ping(self) -> None:
        """Nothing can be away."""

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a row per text, shape (texts, dimensions)."""
        return np.stack([self.row(text) for text in texts])

    def row(self, text: str) -> Vectors:
        """Return the vector of one text."""
        seed = int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
        vector = np.random.default_rng(seed).standard_normal(self.dimensions, np.float32)
        return vector / np.linalg.norm(vector)


def asked(text: str, top_k: int = 8) -> Question:
    """Return a question to the base that no cache answers."""
    return Question(PRINCIPAL, SCOPE, text, top_k=top_k, use_cache=False)


async def create(ground: Ground) -> None:
    """Register the base."""
    await ground.catalog.create_base(KnowledgeBase(BASE, BASE.id, "", frozenset({EVERYONE}), MOMENT))


async def fill(ground: Ground, texts: dict[str, str]) -> int:
    """Index Markdown texts by name, read their graph, publish it once, and return how many chunks there are."""
    await create(ground)
    every = {name: await chunks_of(ground, name, text) for name, text in texts.items()}
    for name, chunks in every.items():
        await index(ground, name, chunks)
    for chunks in every.values():
        await ground.graph.record(BASE, contributions(chunks))
    await ground.graph.publish(BASE)
    return sum(map(len, every.values()))


async def chunks_of(ground: Ground, name: str, text: str) -> list[Chunk]:
    """Parse and cut a text as the ingestion does."""
    return chunk(document_id(BASE, name), await ground.parser.parse(name, text.encode()))


async def index(ground: Ground, name: str, chunks: Sequence[Chunk]) -> None:
    """Make chunks searchable and register their document as ready."""
    document = Document(
        BASE, document_id(BASE, name), name, "bench", DocumentState.READY, MOMENT, MOMENT, chunk_count=len(chunks)
    )
    await ground.catalog.keep_document(document)
    vectors = await KnownVectors().embed([each.headed_text for each in chunks])
    await ground.index.replace(document, chunks, vectors)
