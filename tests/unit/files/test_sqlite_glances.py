"""A glance from the event loop sees what is committed, writes nothing, and leaves the waiting to a thread."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.sqlite import Database
from shared.domain.errors import StoreUnavailable


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "things.db")
    opened.create("CREATE TABLE thing (name TEXT)")
    yield opened
    opened.close()


def count(reader: sqlite3.Connection) -> int:
    found: int = reader.execute("SELECT count(*) FROM thing").fetchone()[0]
    return found


async def test_a_glance_sees_what_was_written_before(database: Database) -> None:
    for written in range(3):
        assert await database.glance(count) == written
        await database.write("INSERT INTO thing VALUES (?)", ("pump",))
    assert await database.glance(count) == 3


async def test_a_glance_sees_nothing_of_a_write_under_way_and_does_not_wait_for_it(database: Database) -> None:
    with database.transaction() as writer:
        writer.execute("INSERT INTO thing VALUES ('pump')")
        assert await database.glance(count) == 0


async def test_a_glance_writes_nothing(database: Database) -> None:
    with pytest.raises(StoreUnavailable, match="readonly"):
        await database.glance(lambda reader: reader.execute("INSERT INTO thing VALUES ('pump')"))
    assert await database.glance(count) == 0


async def test_a_locked_file_is_waited_for_on_a_thread(database: Database) -> None:
    threads: list[threading.Thread] = []

    def look(reader: sqlite3.Connection) -> int:
        threads.append(threading.current_thread())
        if len(threads) == 1:
            raise sqlite3.OperationalError("database is locked")
        return count(reader)

    assert await database.glance(look) == 0
    assert threads[0] is threading.current_thread()
    assert threads[1] is not threads[0]
