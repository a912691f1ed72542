"""The ports ExtractionStore and ExtractionQueue: what was paid stays, what a chunk carried goes with it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from infra.azure.cosmos.extraction_queue import CosmosExtractionQueue
from infra.azure.cosmos.extraction_store import CosmosExtractionStore
from infra.local.extraction_store import SqliteExtractionQueue, SqliteExtractionStore
from infra.local.sqlite import Database
from shared.domain.access import BaseKey
from shared.ports.extraction import ExtractionQueue, ExtractionStore, Writing
from tests.contract.odd_names import ODD_NAMES
from tests.contract.state_grounds import GROUNDS, cosmos

BASE, OTHER = BaseKey("acme", "plants"), BaseKey("zenith", "plants")


Opening = Callable[[], tuple[ExtractionStore, ExtractionQueue]]


@pytest.fixture(params=GROUNDS)
async def opened(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Opening]:
    """How a process opens both, on the same state each time."""
    if request.param == "azure":
        async with cosmos(request.getfixturevalue("cosmos_server")) as connection:
            yield lambda: (CosmosExtractionStore(connection), CosmosExtractionQueue(connection))
        return
    databases: list[Database] = []

    def open_file() -> tuple[ExtractionStore, ExtractionQueue]:
        databases.append(Database(tmp_path / "knowledge.sqlite"))
        return SqliteExtractionStore(databases[-1]), SqliteExtractionQueue(databases[-1])

    yield open_file
    for each in databases:
        each.close()


@pytest.fixture
def store(opened: Opening) -> ExtractionStore:
    return opened()[0]


@pytest.fixture
def queue(opened: Opening) -> ExtractionQueue:
    return opened()[1]


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


async def test_what_was_kept_is_there_for_the_next_process(store: ExtractionStore, opened: Opening) -> None:
    await store.keep(BASE, [Writing("k", "rows", ("c1",))])
    again, _ = opened()
    assert await again.known(BASE, ["k"]) == {"k": "rows"}


async def test_a_writing_that_two_asked_for_goes_with_the_chunks_of_either(store: ExtractionStore) -> None:
    await store.keep(BASE, [Writing("k", "rows", ("c1",))])
    await store.keep(BASE, [Writing("k", "rows", ("c2",))])
    await store.forget(BASE, ["c2"])
    assert await store.known(BASE, ["k"]) == {}


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


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_any_name_is_kept_and_found_literally(opened: Opening, name: str) -> None:
    store, queue = opened()
    base = BaseKey(name, name)
    await store.keep(base, [Writing(name, name, (name,)), Writing("other", "rows", ("c1",))])
    assert await store.known(base, [name, "unknown"]) == {name: name}
    await store.forget(base, [name])
    assert await store.known(base, [name, "other"]) == {"other": "rows"}
    await queue.add(base, [name])
    assert (await queue.waiting(base, 10), await queue.bases()) == ([name], [base])
    await queue.remove(base, [name])
    assert await queue.bases() == []


async def test_any_number_of_keys_and_chunks_is_accepted(store: ExtractionStore) -> None:
    writings = [Writing(f"k{number}", "rows", (f"c{number}",)) for number in range(120)]
    await store.keep(BASE, writings)
    assert len(await store.known(BASE, [each.key for each in writings])) == 120
    await store.forget(BASE, [f"c{number}" for number in range(119)])
    assert set(await store.known(BASE, [each.key for each in writings])) == {"k119"}
    assert await store.known(BASE, []) == {}
    await store.forget(BASE, [])


async def test_more_documents_than_a_page_wait_in_their_order(queue: ExtractionQueue) -> None:
    names = [f"{number * 7 % 120}" for number in range(120)]
    await queue.add(BASE, names)
    assert await queue.waiting(BASE, 1000) == names
    await queue.add(BASE, [])
