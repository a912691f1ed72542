"""Stands in for an embedder where there is none."""

from collections.abc import Sequence

from shared.domain.vectors import Vectors


class NoEmbedder:
    """Gives every text a vector of no numbers: search is by words and graph alone."""

    @property
    def name(self) -> str:
        """The name that says so."""
        return "none"

    @property
    def dimensions(self) -> int:
        """Nothing is measured."""
        return 0

    async def ping(self) -> None:
        """There is nothing that could be away."""

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Return shape (texts, 0)."""
        import numpy as np

        return np.zeros((len(texts), 0), np.float32)
