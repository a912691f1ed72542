"""Keeps what processes measured, for a bounded time."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.performance import Batch


class MeasurementStore(Protocol):
    """Batches of measurements, of every process that shares the store."""

    async def keep(self, batch: Batch) -> None:
        """Keep a batch; one of the same name is kept once."""
        ...

    async def since(self, minute: int) -> Sequence[Batch]:
        """Return the batches of a minute and of all later ones, in any order."""
        ...
