"""The ports ExtractionStore and ExtractionQueue: what was paid stays, what a chunk carried goes with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.extraction_store import SqliteExtractionQueue, SqliteExtractionStore
from infra.local.sqlite import Database
from shared.domain.access import BaseKey
from shared.ports.extraction import ExtractionQueue, ExtractionStore, Writing

BASE, OTHER = BaseKey("acme", "plants"), BaseKey("zenith", "plants")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "knowledge.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def store(database: Database) -> ExtractionStore:
    return SqliteExtractionStore(database)


@pytest.fixture
def queue(database: Database) -> ExtractionQueue:
    return SqliteExtractionQueue(database)


async def test_a_writing_is_found_by_its_key_in_its_base_alone(store: ExtractionStore) -> None:
    await store.keep(BASE, [Writing("k", "rows 行", ("c1",))])
    assert await store.known(BASE, ["k", "unknown"]) == {"k": "rows 行"}
    assert await store.known(OTHER, ["k"]) == {}


async def test_keeping_twice_changes_nothing(store: ExtractionStore) -> None:
    for text in ("first", "second"):
        await store.keep(BASE, [Writing("k", text, ("c1",))])
    assert await store.known(BASE, ["k"]) == {"k": "first"}


async def test_a_writing_goes_with_any_of_its_chunks_and_no_other_does(store: ExtractionStore) -> None:
    writings = [Writing("one", "a", ("c1",)), Writing("both", "b", ("c1", "c2")), Writing("other", "c", ("c3",))]
    await store.keep(BASE, writings)
    await store.keep(OTHER, writings)
    await store.forget(BASE, ["c2"])
    assert set(await store.known(BASE, ["one", "both", "other"])) == {"one", "other"}
    assert len(await store.known(OTHER, ["one", "both", "other"])) == 3


async def test_what_was_kept_is_there_for_the_next_process(store: ExtractionStore, tmp_path: Path) -> None:
    await store.keep(BASE, [Writing("k", "rows", ("c1",))])
    again = Database(tmp_path / "knowledge.sqlite")
    assert await SqliteExtractionStore(again).known(BASE, ["k"]) == {"k": "rows"}
    again.close()


async def test_documents_wait_in_the_order_they_came(queue: ExtractionQueue) -> None:
    await queue.add(BASE, ["b", "a"])
    await queue.add(BASE, ["c", "b"])
    await queue.add(OTHER, ["z"])
    assert await queue.waiting(BASE, 10) == ["b", "a", "c"]
    assert await queue.waiting(BASE, 2) == ["b", "a"]
    assert set(await queue.bases()) == {BASE, OTHER}


async def test_a_document_that_was_taken_out_waits_no_more(queue: ExtractionQueue) -> None:
    await queue.add(BASE, ["a", "b"])
    await queue.remove(BASE, ["a", "never there"])
    assert await queue.waiting(BASE, 10) == ["b"]
    await queue.remove(BASE, ["b"])
    assert await queue.bases() == []
