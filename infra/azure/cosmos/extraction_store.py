"""What a model was paid to write, in Cosmos DB, a partition per knowledge base."""

from collections.abc import Collection, Mapping, Sequence

from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import WRITINGS
from infra.azure.cosmos.names import item_name, partition_of
from infra.azure.cosmos.side_by_side import side_by_side
from infra.azure.cosmos.table import Item, Refusal, Table, listed, with_partition
from shared.domain.access import BaseKey
from shared.domain.errors import StoreUnavailable
from shared.ports.extraction import Writing

AT_ONCE = 100
"""Keys or chunks that one query asks for."""

STORM = 8
"""Times that a writing is read again because somebody else changed it in between, before that is an error."""


class CosmosExtractionStore:
    """Implements the port ExtractionStore."""

    def __init__(self, connection: CosmosConnection) -> None:
        self._writings = Table(connection, WRITINGS)

    async def known(self, base: BaseKey, keys: Collection[str]) -> Mapping[str, str]:
        """See the port."""
        found: dict[str, str] = {}
        for some in batches([item_name(key) for key in keys]):
            names, bound = listed("key", some)
            query = f"SELECT c.key, c.text FROM c WHERE c.id IN ({names})"
            items = await self._writings.query(partition_of(base), query, bound)
            found |= {each["key"]: each["text"] for each in items}
        return found

    async def keep(self, base: BaseKey, writings: Sequence[Writing]) -> None:
        """See the port. Raises StoreUnavailable where others change a writing again and again."""

        async def keep_one(writing: Writing) -> None:
            item = item_of(base, writing)
            if await self._writings.create(item) is not None:
                await self._support(item)

        await side_by_side(keep_one, writings)

    async def forget(self, base: BaseKey, chunk_ids: Collection[str]) -> None:
        """See the port."""
        partition = partition_of(base)
        for some in batches(list(chunk_ids)):
            names, bound = listed("chunk", some)
            resting = " OR ".join(f"ARRAY_CONTAINS(c.chunks, {name})" for name in names.split(", "))
            items = await self._writings.query(partition, f"SELECT c.id FROM c WHERE {resting}", bound)
            await self._writings.delete_all(partition, [each["id"] for each in items])

    async def _support(self, item: Item) -> None:
        """Let a writing that is there rest on these chunks too; its text stays as it was paid."""
        for _ in range(STORM):
            present = await self._writings.read(item["partition"], item["id"])
            if present is None:
                refused = await self._writings.create(item)
            elif set(item["chunks"]) <= set(present["chunks"]):
                return
            else:
                wider = {**present, "chunks": sorted({*present["chunks"], *item["chunks"]})}
                refused = await self._writings.replace(wider, present["_etag"])
            if not isinstance(refused, Refusal):
                return
        raise StoreUnavailable("the writing is changed by others again and again")


def item_of(base: BaseKey, writing: Writing) -> Item:
    """Write a writing as an item."""
    chunks = sorted(set(writing.chunk_ids))
    return with_partition(partition_of(base), item_name(writing.key), key=writing.key, text=writing.text, chunks=chunks)


def batches(values: Sequence[str]) -> list[Sequence[str]]:
    """Cut a list into pieces that one query takes."""
    return [values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE)]
