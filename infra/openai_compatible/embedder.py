"""An embedder on an OpenAI-compatible server."""

from __future__ import annotations

import base64
import struct
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from infra.keys import Key
from infra.openai_compatible.connection import Connection, translated
from infra.openai_compatible.patience import Patience
from shared.domain.errors import ModelUnavailable
from shared.domain.vectors import Vectors

BATCH = 128
"""Texts per call: at chunks of 400 tokens well below the 300,000 tokens that OpenAI takes at once."""

FLOAT = 4
"""Bytes of a number of a vector in base64."""

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
            # Numbers as base64 are a third of what they are as JSON.
            body = {"model": self._model, "input": given, "encoding_format": "base64"}
            return self._checked(rows_of(await self._connection.ask("/embeddings", body)), len(texts))

    def _checked(self, rows: Sequence[tuple[int, Sequence[float]]], count: int) -> Vectors:
        """Return the rows in order and at unit length. Raises ModelUnavailable for anything else than good vectors."""
        import numpy as np

        if [place for place, _ in rows] != list(range(count)):
            raise ModelUnavailable(f"the embedder was given {count} texts and returned {len(rows)} vectors")
        if any(len(row) != self._dimensions for _, row in rows):
            length = next(len(row) for _, row in rows if len(row) != self._dimensions)
            raise ModelUnavailable(f"the embedder's vectors have {length} numbers; {self._dimensions} are expected")
        vectors = np.array([row for _, row in rows], np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise ModelUnavailable("the embedder returned a vector that points nowhere")
        return np.asarray(vectors / lengths, np.float32)


def rows_of(answer: Any) -> list[tuple[int, Sequence[float]]]:
    """Return the vectors of an answer, each with its place, in the order of their places."""
    return sorted(((row["index"], numbers(row["embedding"])) for row in answer["data"]), key=itemgetter(0))


def numbers(written: Any) -> Sequence[float]:
    """Read a vector; servers that do not know base64 write a list."""
    if not isinstance(written, str):
        return [float(each) for each in written]
    packed = base64.b64decode(written, validate=True)
    return struct.unpack(f"<{len(packed) // FLOAT}f", packed)
