"""An embedder on an OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from infra.keys import Key
from infra.openai_compatible.connection import Connection, translated
from infra.openai_compatible.patience import Patience
from shared.domain.errors import ModelUnavailable
from shared.domain.vectors import Vectors

if TYPE_CHECKING:
    from openai.types import CreateEmbeddingResponse

BATCH = 128
"""Texts per call: at chunks of 400 tokens well below the 300,000 tokens that OpenAI takes at once."""

PATIENCE = Patience(60.0)
"""For one call; a server embeds a full batch in a few seconds."""


class CompatibleEmbedder:
    """Port Embedder; checks every vector before it is believed."""

    def __init__(
        self,
        base_url: str,
        key: Key,
        model: str,
        dimensions: int,
        patience: Patience = PATIENCE,
    ) -> None:
        """Embed with a model of the server whose vectors have `dimensions` numbers (1 or more)."""
        self._connection = Connection(base_url, key, patience)
        self._model, self._dimensions = model, dimensions

    @property
    def name(self) -> str:
        """The model with the length of its vectors."""
        return f"{self._model}@{self._dimensions}"

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        return self._dimensions

    async def ping(self) -> None:
        """Reach the server; see the port."""
        await self._connection.ping()

    async def close(self) -> None:
        """Let go of the connections to the server."""
        await self._connection.close()

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts in order, 128 per call; see the port."""
        import numpy as np

        parts = [await self._batch(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
        return np.vstack([np.zeros((0, self._dimensions), np.float32), *parts])

    async def _batch(self, texts: Sequence[str]) -> Vectors:
        async with translated():
            # A server refuses an empty text; a space has no meaning either.
            given = [text or " " for text in texts]
            response = await self._connection.ask(
                lambda client: client.embeddings.create(model=self._model, input=given)
            )
            return self._checked(response, len(texts))

    def _checked(self, response: CreateEmbeddingResponse, count: int) -> Vectors:
        """Return the rows in order and at unit length. Raises ModelUnavailable for anything else than good vectors."""
        import numpy as np

        rows = sorted(response.data, key=lambda row: row.index)
        if [row.index for row in rows] != list(range(count)):
            raise ModelUnavailable(f"the embedder was given {count} texts and returned {len(rows)} vectors")
        if any(len(row.embedding) != self._dimensions for row in rows):
            length = next(len(row.embedding) for row in rows if len(row.embedding) != self._dimensions)
            raise ModelUnavailable(f"the embedder's vectors have {length} numbers; {self._dimensions} are expected")
        vectors = np.array([row.embedding for row in rows], np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise ModelUnavailable("the embedder returned a vector that points nowhere")
        return np.asarray(vectors / lengths, np.float32)
