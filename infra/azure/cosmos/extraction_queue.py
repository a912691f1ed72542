"""The documents that wait for a model to read them, in Cosmos DB, a partition per knowledge base."""

from collections.abc import Sequence

from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import QUEUE
from infra.azure.cosmos.names import item_name, partition_of
from infra.azure.cosmos.side_by_side import side_by_side
from infra.azure.cosmos.table import Table, with_partition
from infra.azure.cosmos.version_counter import next_number
from shared.domain.access import BaseKey

COUNTER = "=counter"
"""The item that numbers the arrivals of a partition; no document's name begins like this."""

FIRST_COME = "SELECT c.document FROM c WHERE c.place > 0 ORDER BY c.place"
WHO_WAITS = "SELECT c.tenant, c.base FROM c WHERE c.place > 0"


class CosmosExtractionQueue:
    """Implements the port ExtractionQueue."""

    def __init__(self, connection: CosmosConnection) -> None:
        self._queue = Table(connection, QUEUE)

    async def add(self, base: BaseKey, document_ids: Sequence[str]) -> None:
        """See the port."""
        if not document_ids:
            return
        partition = partition_of(base)
        # A gap where a document waits already, or where a number was drawn in vain, changes no order.
        last = await next_number(self._queue, partition, COUNTER, len(document_ids))
        first = last - len(document_ids) + 1

        async def wait(arrival: tuple[int, str]) -> None:
            place, document = arrival
            waiting = {"tenant": base.tenant, "base": base.id, "document": document, "place": place}
            await self._queue.create(with_partition(partition, item_name(document), **waiting))

        await side_by_side(wait, enumerate(dict.fromkeys(document_ids), first))

    async def waiting(self, base: BaseKey, limit: int) -> list[str]:
        """See the port."""
        items = await self._queue.query(partition_of(base), FIRST_COME, {}, limit)
        return [each["document"] for each in items]

    async def bases(self) -> list[BaseKey]:
        """See the port."""
        found = await self._queue.everywhere("bases that wait", WHO_WAITS, {})
        return list(dict.fromkeys(BaseKey(each["tenant"], each["base"]) for each in found))

    async def remove(self, base: BaseKey, document_ids: Sequence[str]) -> None:
        """See the port."""
        await self._queue.delete_all(partition_of(base), [item_name(each) for each in document_ids])
