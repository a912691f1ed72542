"""Measurements in Cosmos DB, which drops them by itself when their time is over."""

from collections.abc import Callable, Sequence
from dataclasses import astuple
from time import time
from typing import Any

from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import MEASUREMENTS
from infra.azure.cosmos.names import item_name
from infra.azure.cosmos.side_by_side import side_by_side
from infra.azure.cosmos.table import Table, with_partition
from shared.domain.performance import MINUTES_KEPT, Batch, series_of


class CosmosMeasurements:
    """Port MeasurementStore, shared by every instance; an hour is a partition."""

    def __init__(self, connection: CosmosConnection, clock: Callable[[], float] = time) -> None:
        """`clock` gives Unix seconds."""
        self._measurements, self._clock = Table(connection, MEASUREMENTS), clock

    async def keep(self, batch: Batch) -> None:
        """See the port."""
        series = [astuple(each) for each in batch.series]
        properties = {"ttl": MINUTES_KEPT * 60, "batch": batch.name, "minute": batch.minute, "series": series}
        await self._measurements.put(with_partition(hour_of(batch.minute), item_name(batch.name), **properties))

    async def since(self, minute: int) -> Sequence[Batch]:
        """See the port."""
        found: list[dict[str, Any]] = []

        async def read(hour: int) -> None:
            query = "SELECT c.batch, c.minute, c.series FROM c WHERE c.minute >= @minute"
            found.extend(await self._measurements.query(hour_of(hour * 60), query, {"@minute": minute}))

        await side_by_side(read, range(minute // 60, int(self._clock() // 3600) + 1))
        return [Batch(each["batch"], each["minute"], tuple(map(series_of, each["series"]))) for each in found]


def hour_of(minute: int) -> str:
    """Return the partition of a minute."""
    return item_name("hour", str(minute // 60))
