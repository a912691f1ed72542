"""Counts up to a bound, in Cosmos DB: one conditional patch per count, a partition per account."""

from collections.abc import Sequence

from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import TALLY
from infra.azure.cosmos.names import item_name
from infra.azure.cosmos.table import Refusal, Table, with_partition
from shared.domain.errors import StoreUnavailable
from shared.domain.tally import Share, Stretch

TURNS = 8
"""Times that an item is made anew, where the service removes it in between."""


class CosmosTally:
    """Port Tally for any number of instances over one account; the service removes a stretch after its time."""

    def __init__(self, connection: CosmosConnection) -> None:
        self._tally = Table(connection, TALLY)

    async def take(self, stretch: Stretch, shares: Sequence[Share], now: float) -> bool:
        """See the port."""
        if any(each.amount > each.most for each in shares):
            return False
        partition, name = item_name(stretch.account), item_name(stretch.name)
        raised = [{"op": "incr", "path": f"/{counted(each)}", "value": each.amount} for each in shares]
        fits = " AND ".join(f"c.{counted(each)} <= {each.most - each.amount}" for each in shares)
        begun = {counted(each): each.amount for each in shares}
        for _ in range(TURNS):
            changed = await self._tally.patch(partition, name, raised, f"FROM c WHERE {fits}")
            if changed is Refusal.CHANGED:
                return False
            if not isinstance(changed, Refusal):
                return True
            if await self._tally.create(with_partition(partition, name, ttl=stretch.seconds, **begun)) is None:
                return True
        raise StoreUnavailable("a count is removed again and again")


def counted(share: Share) -> str:
    """Name the property that holds what was counted of a share's kind."""
    return f"counted_{share.of}"
