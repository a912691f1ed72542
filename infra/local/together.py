"""Rows that several callers write at the same time, in one transaction."""

import asyncio
from dataclasses import dataclass, field

from infra.local.sqlite import Database

Row = tuple[object, ...]


@dataclass(frozen=True, eq=False)
class Batch:
    """Rows that go together; `written` is done once all of them are kept."""

    written: "asyncio.Task[None]"
    rows: list[Row] = field(default_factory=list)


class RowsTogether:
    """Rows of one statement; what comes while a transaction is under way goes with the next. One event loop.

    Alone, a row waits for nobody; of many callers at once all but one are spared a change of thread and a transaction.
    """

    def __init__(self, database: Database, statement: str) -> None:
        """Write with a statement that no row makes fail by itself, since it would fail its neighbours too."""
        self._database, self._statement = database, statement
        self._gathering: Batch | None = None
        self._under_way = asyncio.Lock()

    async def write(self, row: Row) -> None:
        """Write a row, and return once it is kept; whoever leaves meanwhile takes nothing from the others."""
        batch = self._gathering
        if batch is None:
            batch = self._gathering = Batch(asyncio.get_running_loop().create_task(self._write()))
        batch.rows.append(row)
        await asyncio.shield(batch.written)

    async def _write(self) -> None:
        async with self._under_way:
            batch, self._gathering = self._gathering, None
            if batch is not None:
                await self._database.run(lambda: self._kept(batch.rows))

    def _kept(self, rows: list[Row]) -> None:
        with self._database.transaction() as writer:
            writer.executemany(self._statement, rows)
