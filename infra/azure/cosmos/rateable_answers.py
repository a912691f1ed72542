"""Answers that can be rated, in Cosmos DB, a partition per person; the service drops what is over its time."""

from collections.abc import Sequence

from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import RATEABLE_ANSWERS
from infra.azure.cosmos.conversations import lifetime, partition_of
from infra.azure.cosmos.names import item_name
from infra.azure.cosmos.table import Table, with_partition
from infra.feedback_json import answer_of, json_of
from shared.domain.conversations import Owner
from shared.domain.feedback import RateableAnswer


class CosmosRateableAnswers:
    """Implements the port RateableAnswers."""

    def __init__(self, connection: CosmosConnection) -> None:
        self._items = Table(connection, RATEABLE_ANSWERS)

    async def note(self, answer: RateableAnswer) -> None:
        """See the port."""
        kept, ttl = json_of(answer), lifetime(answer.expires_at - answer.at)
        item = with_partition(partition_of(answer.owner), item_name(answer.id), answer=kept, ttl=ttl)
        await self._items.put(item)

    async def answer(self, owner: Owner, id: str) -> RateableAnswer | None:
        """See the port."""
        item = await self._items.read(partition_of(owner), item_name(id))
        return answer_of(item["answer"]) if item else None

    async def answers(self, owner: Owner) -> Sequence[RateableAnswer]:
        """See the port."""
        items = await self._items.query(partition_of(owner), "SELECT c.answer FROM c", {})
        return sorted((answer_of(each["answer"]) for each in items), key=lambda each: each.id)

    async def erase(self, owner: Owner) -> None:
        """See the port."""
        partition = partition_of(owner)
        found = await self._items.query(partition, "SELECT c.id FROM c", {})
        await self._items.delete_all(partition, [each["id"] for each in found])

    async def sweep(self) -> int:
        """See the port."""
        return 0
