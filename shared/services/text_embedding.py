"""Embed texts for whoever asks, with the embedder that documents are embedded with."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.access import Principal
from shared.domain.errors import BadRequest, NoSuchModel
from shared.domain.vectors import Vectors
from shared.services.embedding import Embedding
from shared.text.tokens import count_tokens


@dataclass(frozen=True, slots=True)
class EmbeddedTexts:
    """Vectors of shape (texts, dimensions), each of unit length, and about how many tokens were read."""

    vectors: Vectors
    tokens: int

    def numbers(self) -> list[list[float]]:
        """Return each vector as numbers."""
        rows: list[list[float]] = self.vectors.tolist()
        return rows

    def base64(self) -> list[str]:
        """Return the little-endian float32 bytes of each vector in base64."""
        return [b64encode(row.astype("<f4").tobytes()).decode("ascii") for row in self.vectors]


@dataclass(frozen=True)
class TextEmbedding:
    """The embedder under its name; every text is paid, and kept nowhere."""

    embedding: Embedding

    async def embed(
        self, principal: Principal, model: str, texts: Sequence[str], dimensions: int | None
    ) -> EmbeddedTexts:
        """Embed texts in order; fewer `dimensions` are the first ones, at unit length again.

        Raises NoSuchModel, BadRequest for more dimensions than there are, BudgetExceeded and what the embedder raises.
        """
        embedder = self.embedding.embedder
        if not embedder.dimensions or model != embedder.name:
            raise NoSuchModel(
                f"there is no embedder {model!r}; GET /models names the one there is, if any", model=model
            )
        if dimensions is not None and dimensions > embedder.dimensions:
            raise BadRequest(f"the embedder has {embedder.dimensions} dimensions", field="dimensions")
        vectors, _ = await self.embedding.paid(principal, texts)
        return EmbeddedTexts(shortened(vectors, dimensions), sum(map(count_tokens, texts)))


def shortened(vectors: Vectors, dimensions: int | None) -> Vectors:
    """Return the first dimensions of each vector, at unit length; a vector without any length stays as it is."""
    import numpy as np

    if dimensions is None:
        return vectors
    kept = vectors[:, :dimensions]
    lengths = np.linalg.norm(kept, axis=1, keepdims=True)
    return (kept / np.where(lengths == 0, 1, lengths)).astype(np.float32)
