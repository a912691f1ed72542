"""What the graph asks of the index: who may read which document, and which texts may name a heading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from infra.azure.search import filters, queries
from infra.azure.search.index import AzureChunkIndex
from infra.azure.search.rows import SHOWN, chunk_of
from shared.domain.access import BaseKey


@dataclass(frozen=True)
class IndexedPassages:
    """Answers for a whole base, whoever may read it: what comes of it is masked where it is read."""

    index: AzureChunkIndex

    async def version(self, base: BaseKey) -> int:
        """Return the version of the base in the index."""
        return await self.index.version(base)

    async def access(self, base: BaseKey) -> Mapping[str, frozenset[str]]:
        """Return the access labels of every indexed document by its id."""
        return await self.index.documents(base)

    async def holding(self, base: BaseKey, phrase: str) -> Sequence[str]:
        """Return the ids of the chunks in which the service finds every word of a phrase, in the forms it knows."""
        words = queries.plain_words(phrase)
        if not words:
            return []
        where = f"{filters.of_base(base)} and {filters.CHUNKS}"
        rows = await self.index.every(where, ["id"], queries.holding(words, "all"))
        return [row["id"] for row in rows]

    async def texts(self, base: BaseKey, chunk_ids: Sequence[str]) -> Mapping[str, str]:
        """Return the texts of those of the chunks that are indexed, by id."""
        found: dict[str, str] = {}
        for start in range(0, len(chunk_ids), queries.MOST_NAMED):
            ids = filters.among("id", chunk_ids[start : start + queries.MOST_NAMED])
            rows = await self.index.every(f"{filters.of_base(base)} and {filters.CHUNKS} and {ids}", SHOWN)
            found |= {row["id"]: chunk_of(row).text for row in rows}
        return found
