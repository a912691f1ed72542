"""What the graph asks the chunk index for: who may read which document, and the texts that may name a heading."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.domain.access import BaseKey


class Passages(Protocol):
    """The indexed documents of a base, as they are at this moment; the adapter of the chunk index implements it."""

    async def version(self, base: BaseKey) -> int:
        """Return a number that grows with every change of the base, as the port ChunkIndex says."""
        ...

    async def access(self, base: BaseKey) -> Mapping[str, frozenset[str]]:
        """Return the access labels of every indexed document by its id."""
        ...

    async def holding(self, base: BaseKey, phrase: str) -> Sequence[str]:
        """Return the ids of the chunks that hold every term of a phrase, whoever may read them."""
        ...

    async def texts(self, base: BaseKey, chunk_ids: Sequence[str]) -> Mapping[str, str]:
        """Return the texts of those of the chunks that are indexed, by id."""
        ...
