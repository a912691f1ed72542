"""Rows that are written together: how many transactions they take, who waits for whom, and what a failure does."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from sqlite3 import Connection

import pytest

from infra.local.sqlite import Database
from infra.local.together import RowsTogether
from shared.domain.errors import StoreUnavailable

INSERT = "INSERT OR REPLACE INTO line VALUES (?)"


class Counted(Database):
    """Counts its transactions."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.transactions = 0
        self.create("CREATE TABLE line (number INTEGER PRIMARY KEY CHECK (number >= 0))")

    def transaction(self) -> AbstractContextManager[Connection]:
        self.transactions += 1
        return super().transaction()

    async def numbers(self) -> list[int]:
        """Return what is kept."""
        return [row["number"] for row in await self.read("SELECT number FROM line ORDER BY number", ())]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Counted]:
    opened = Counted(tmp_path / "lines.sqlite")
    yield opened
    opened.close()


async def test_a_row_is_kept_once_its_writer_goes_on(database: Counted) -> None:
    rows = RowsTogether(database, INSERT)
    for number in range(3):
        await rows.write((number,))
        assert await database.numbers() == list(range(number + 1))
    assert database.transactions == 3


async def test_many_at_once_share_a_transaction_and_those_who_come_meanwhile_the_next(database: Counted) -> None:
    rows = RowsTogether(database, INSERT)
    first = [asyncio.create_task(rows.write((number,))) for number in range(50)]
    # The first batch is on its way once its task has run, which takes a step of the loop or two.
    for _ in range(3):
        await asyncio.sleep(0)
    await asyncio.gather(*first, *(rows.write((number,)) for number in range(50, 100)))
    assert await database.numbers() == list(range(100))
    assert database.transactions == 2


async def test_whoever_leaves_takes_nothing_from_the_others(database: Counted) -> None:
    rows = RowsTogether(database, INSERT)
    leaving, staying = (asyncio.create_task(rows.write((number,))) for number in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    await staying
    assert await database.numbers() == [0, 1]
    with pytest.raises(asyncio.CancelledError):
        await leaving


async def test_a_store_that_fails_fails_those_who_wrote_and_nobody_after_them(database: Counted) -> None:
    rows = RowsTogether(database, INSERT)
    await database.write("ALTER TABLE line RENAME TO elsewhere", ())
    failed = await asyncio.gather(*(rows.write((number,)) for number in range(5)), return_exceptions=True)
    assert [type(each) for each in failed] == [StoreUnavailable] * 5
    await database.write("ALTER TABLE elsewhere RENAME TO line", ())
    await rows.write((7,))
    assert await database.numbers() == [7]
