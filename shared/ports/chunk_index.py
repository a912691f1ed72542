"""Finds chunks by words and by meaning."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.domain.access import BaseKey, Scope
from shared.domain.answers import HeldTerm, Hit, ScoredChunk
from shared.domain.documents import Chunk, Document
from shared.domain.vectors import Vectors


class ChunkIndex(Protocol):
    """The chunks of every knowledge base, searchable at once after a write; each write raises the base's version."""

    async def replace(self, document: Document, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """Make these the document's chunks, all at once; unchanged ones stay as they are.

        `vectors` has a row per chunk, or no columns where there is no embedder. The document's access labels go
        with its chunks.
        """
        ...

    async def remove(self, base: BaseKey, document_id: str) -> None:
        """Take away every chunk of a document; one that has none is no error."""
        ...

    async def chunks_of(self, base: BaseKey, document_id: str) -> list[Chunk]:
        """Return a document's chunks in order."""
        ...

    async def relabel(self, base: BaseKey, document_id: str, access: frozenset[str]) -> None:
        """Give a document and its chunks other access labels; one that is not indexed is no error."""
        ...

    async def documents(self, base: BaseKey) -> Mapping[str, frozenset[str]]:
        """Return the access labels of every indexed document by its id, those without a chunk included."""
        ...

    async def by_words(self, scope: Scope, question: str, limit: int) -> list[ScoredChunk]:
        """Return readable chunks by BM25, best first."""
        ...

    async def by_meaning(self, scope: Scope, vector: Vectors, limit: int) -> list[ScoredChunk]:
        """Return readable chunks by cosine to a vector of shape (1, dimensions), best first."""
        ...

    async def terms_held(self, scope: Scope, question: str, chunk_ids: Sequence[str]) -> list[HeldTerm]:
        """Return each distinct term that `by_words` searches for, with those of the chunks that hold it."""
        ...

    async def hits(self, scope: Scope, scored: Sequence[ScoredChunk]) -> list[Hit]:
        """Return the chunks with their documents' names in the given order, without those that are gone or hidden."""
        ...

    async def version(self, base: BaseKey) -> int:
        """Return a number that grows with every change of the base; 0 before the first."""
        ...

    async def labels(self, base: BaseKey, version: int) -> frozenset[str]:
        """Return every access label that a document of the base carries at this version, or since; at once if known."""
        ...


class EmbeddingStore(Protocol):
    """Vectors by content, so that the same text is embedded once."""

    async def known(self, model: str, texts: Sequence[str]) -> dict[str, bytes]:
        """Return the vectors that are there, as little-endian float16 bytes by text."""
        ...

    async def keep(self, model: str, vectors: dict[str, bytes]) -> None:
        """Keep vectors by text; keeping one twice changes nothing."""
        ...

    async def forget(self, texts: Sequence[str]) -> None:
        """Drop the vectors of texts, whichever model made them; what another document needs is made anew."""
        ...
