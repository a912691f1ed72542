"""Number the changes of each knowledge base, for stores that cannot count by themselves."""

from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import VERSIONS
from infra.azure.cosmos.names import partition_of
from infra.azure.cosmos.table import Refusal, Table, with_partition
from shared.domain.access import BaseKey
from shared.domain.errors import StoreUnavailable

NAME = "version"

TURNS = 8
"""Times that a counter is made anew, where somebody removes it in between."""


class CosmosVersionCounter:
    """A number per base that grows; a raise whose answer is lost may count twice, which only makes caches miss."""

    def __init__(self, connection: CosmosConnection) -> None:
        self._versions = Table(connection, VERSIONS)

    async def current(self, base: BaseKey) -> int:
        """Return the number of the last change; 0 before the first. Raises StoreUnavailable."""
        item = await self._versions.read(partition_of(base), NAME)
        return int(item["number"]) if item else 0

    async def raise_version(self, base: BaseKey) -> int:
        """Count one more change and return its number. Raises StoreUnavailable."""
        return await next_number(self._versions, partition_of(base), NAME, 1)


async def next_number(table: Table, partition: str, name: str, by: int) -> int:
    """Raise the counter of a partition and return what it says then; a counter that is missing stands at 0."""
    for _ in range(TURNS):
        counted = await table.patch(partition, name, [{"op": "incr", "path": "/number", "value": by}])
        if not isinstance(counted, Refusal):
            return int(counted["number"])
        await table.create(with_partition(partition, name, number=0))
    raise StoreUnavailable("the counter of a base is removed again and again")
