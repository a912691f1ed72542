"""What goes wrong between the adapters and Cosmos DB ends in success or in a typed error, and nothing is done twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from infra.azure.cosmos import connection as connection_module
from infra.azure.cosmos.answer_cache import CosmosAnswerCache
from infra.azure.cosmos.catalog import STORM, CosmosCatalog
from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import DOCUMENTS
from infra.azure.cosmos.embedding_store import CosmosEmbeddingStore
from infra.azure.cosmos.extraction_queue import CosmosExtractionQueue
from infra.azure.cosmos.extraction_store import CosmosExtractionStore
from infra.azure.cosmos.ledger import CosmosLedger
from infra.azure.cosmos.table import Item, Table
from infra.azure.cosmos.version_counter import CosmosVersionCounter
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import Answer, Question
from shared.domain.documents import Document, DocumentState, KnowledgeBase
from shared.domain.errors import BudgetExceeded, StoreUnavailable
from shared.domain.money import Money
from shared.money.accounts import tenant_account, user_account
from shared.ports.extraction import Writing
from tests.contract.ledgers import NOON, USAGE, daily, monthly, reservation, standing
from tests.contract.state_grounds import cosmos, patient
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.cosmos.signature import KEY
from tests.fakes.faults import Fault, FaultyProxy, refusing

WHEN = datetime(2026, 11, 20, tzinfo=UTC)
KEY_OF = BaseKey("heron", "handbook")
BASE = KnowledgeBase(KEY_OF, "Handbook", "", frozenset({"everyone"}), WHEN)
CHANGED = replace(BASE, access=frozenset({"group:board"}))
DOCUMENT = Document(KEY_OF, "d1", "a.md", '"1"', DocumentState.RECEIVED, WHEN, WHEN)
FURTHER = replace(DOCUMENT, state=DocumentState.READY)
QUESTION = Question(Principal("heron", "ada"), Scope(KEY_OF, frozenset({"everyone"})), "Who leads the plant?")
ANSWER = Answer("Lin Xiaoyan [1]", (), (), (), 1.0, "extractive")
BUDGETS = (daily(100), monthly(100), daily(100, tenant_account("acme")), daily(100, user_account("acme", "ana")))
ONCE = [fault for fault in Fault if fault is not Fault.EXPIRED]


@dataclass(frozen=True)
class Deed:
    """Something done through an adapter, and what has to be so when it was done once or repeated after an error."""

    act: Callable[[CosmosConnection], Awaitable[object]]
    holds: Callable[[CosmosConnection], Awaitable[bool]]
    requests: int


async def is_base_kept(connection: CosmosConnection) -> bool:
    catalog = CosmosCatalog(connection)
    return await catalog.all_bases() == [KEY_OF] and await catalog.base(KEY_OF) == BASE


async def advance(connection: CosmosConnection) -> None:
    await CosmosCatalog(connection).keep_document(DOCUMENT)
    assert await CosmosCatalog(connection).advance_document(FURTHER)


async def is_document_further(connection: CosmosConnection) -> bool:
    return await CosmosCatalog(connection).documents(KEY_OF, 10) == [FURTHER]


async def keep_writings(connection: CosmosConnection) -> None:
    store = CosmosExtractionStore(connection)
    await store.keep(KEY_OF, [Writing("k", "rows", ("c1",)), Writing("gone", "rows", ("c2",))])
    await store.forget(KEY_OF, ["c2"])


async def are_writings_kept(connection: CosmosConnection) -> bool:
    return await CosmosExtractionStore(connection).known(KEY_OF, ["k", "gone"]) == {"k": "rows"}


async def wait_in_line(connection: CosmosConnection) -> None:
    queue = CosmosExtractionQueue(connection)
    await queue.add(KEY_OF, ["b", "a"])
    await queue.remove(KEY_OF, ["x"])


async def is_line_in_order(connection: CosmosConnection) -> bool:
    return await CosmosExtractionQueue(connection).waiting(KEY_OF, 10) == ["b", "a"]


async def keep_vector(connection: CosmosConnection) -> None:
    await CosmosEmbeddingStore(connection).keep("model", {"heron": b"\x00\x3c"})


async def is_vector_kept(connection: CosmosConnection) -> bool:
    return await CosmosEmbeddingStore(connection).known("model", ["heron"]) == {"heron": b"\x00\x3c"}


async def change_base(connection: CosmosConnection) -> None:
    catalog = CosmosCatalog(connection)
    if await catalog.base(KEY_OF) is None:
        await catalog.create_base(BASE)
    assert await catalog.change_base(CHANGED, BASE) or await catalog.base(KEY_OF) == CHANGED


async def is_base_changed(connection: CosmosConnection) -> bool:
    return await CosmosCatalog(connection).base(KEY_OF) == CHANGED


async def keep_answer(connection: CosmosConnection) -> None:
    await CosmosAnswerCache(connection, 60, "house").keep(QUESTION, 1, ANSWER)


async def is_answer_kept(connection: CosmosConnection) -> bool:
    kept = await CosmosAnswerCache(connection, 60, "house").get(QUESTION, 1)
    return kept is not None and kept.answer == ANSWER


async def is_version_raised(connection: CosmosConnection) -> bool:
    return await CosmosVersionCounter(connection).current(KEY_OF) >= 1


async def reserve(connection: CosmosConnection) -> None:
    await CosmosLedger(connection, BUDGETS).reserve(reservation("a", 60), NOON)


async def is_reserved_once(connection: CosmosConnection) -> bool:
    return await standing(CosmosLedger(connection, BUDGETS)) == [(0, 60)] * 4


async def settle(connection: CosmosConnection) -> None:
    await reserve(connection)
    await CosmosLedger(connection, BUDGETS).settle("a", Money(7), USAGE, NOON)


async def is_settled_once(connection: CosmosConnection) -> bool:
    return await standing(CosmosLedger(connection, BUDGETS)) == [(7, 0)] * 4


DEEDS = {
    "a base": Deed(lambda connection: CosmosCatalog(connection).create_base(BASE), is_base_kept, 2),
    "a change of a base": Deed(change_base, is_base_changed, 4),
    "a document": Deed(advance, is_document_further, 5),
    "writings": Deed(keep_writings, are_writings_kept, 5),
    "a queue": Deed(wait_in_line, is_line_in_order, 7),
    "a vector": Deed(keep_vector, is_vector_kept, 2),
    "an answer": Deed(keep_answer, is_answer_kept, 2),
    "a version": Deed(lambda each: CosmosVersionCounter(each).raise_version(KEY_OF), is_version_raised, 4),
    "a reservation": Deed(reserve, is_reserved_once, 16),
    "a settlement": Deed(settle, is_settled_once, 21),
}


@pytest.fixture
def proxy(cosmos_server: CosmosServer) -> Iterator[FaultyProxy]:
    with FaultyProxy(cosmos_server.endpoint) as proxy:
        yield proxy


def before(proxy: FaultyProxy, sound: CosmosConnection, patience: float = 1.5) -> CosmosConnection:
    """Reach the database of a sound connection through the proxy, with so many seconds of patience."""
    return CosmosConnection(proxy.address, KEY, sound.database, patient(patience))


@pytest.fixture
async def sound(cosmos_server: CosmosServer) -> AsyncIterator[CosmosConnection]:
    async with cosmos(cosmos_server) as connection:
        yield connection


async def done_in_the_end(deed: Deed, connection: CosmosConnection) -> None:
    """Do the deed, and again where it ends in the one error that says that it may be repeated."""
    try:
        await asyncio.wait_for(deed.act(connection), 30)
    except StoreUnavailable:
        await asyncio.wait_for(deed.act(connection), 30)


@pytest.mark.parametrize("fault", ONCE)
@pytest.mark.parametrize("name", DEEDS)
async def test_a_deed_that_meets_one_fault_is_done_once(
    sound: CosmosConnection, proxy: FaultyProxy, name: str, fault: Fault
) -> None:
    deed, connection = DEEDS[name], before(proxy, sound, patience=4)
    await connection.ping()
    # The fault moves along the deed's requests with its kind, so that the kinds together meet all of them.
    proxy.faults.extend([None] * (ONCE.index(fault) % deed.requests) + [fault])  # type: ignore[list-item]
    await done_in_the_end(deed, connection)
    assert await deed.holds(sound)
    await connection.close()


@pytest.mark.parametrize("name", ["a reservation", "a settlement"])
@pytest.mark.parametrize("fault", [Fault.RESET, Fault.BROKEN])
async def test_money_is_booked_once_wherever_the_fault_comes(
    cosmos_server: CosmosServer, proxy: FaultyProxy, name: str, fault: Fault
) -> None:
    deed = DEEDS[name]
    for place in range(deed.requests):
        async with cosmos(cosmos_server) as sound:
            connection = before(proxy, sound, patience=20)
            await connection.ping()
            proxy.faults.extend([None] * place + [fault])  # type: ignore[list-item]
            await done_in_the_end(deed, connection)
            assert await deed.holds(sound), place
            proxy.faults.clear()
            await connection.close()


@pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.THROTTLED, Fault.RESET])
async def test_a_batch_that_is_sent_again_keeps_its_conditions(
    sound: CosmosConnection, proxy: FaultyProxy, fault: Fault
) -> None:
    await reserve(sound)
    connection = before(proxy, sound, patience=20)
    await connection.ping()
    # The SDK reads each container's settings before its first item.
    proxy.faults.extend([None, None, None, fault])  # type: ignore[list-item]
    with pytest.raises(BudgetExceeded):
        await CosmosLedger(connection, (daily(100),)).reserve(reservation("b", 41), NOON)
    assert await is_reserved_once(sound)
    await connection.close()


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("name", DEEDS)
async def test_a_fault_that_lasts_is_a_typed_error_in_time(
    sound: CosmosConnection, proxy: FaultyProxy, name: str, fault: Fault
) -> None:
    connection = before(proxy, sound)
    await connection.ping()
    proxy.lasting = fault
    with pytest.raises(StoreUnavailable) as failed:
        await asyncio.wait_for(DEEDS[name].act(connection), 10)
    if fault is Fault.EXPIRED:
        assert failed.value.details["status"] == 401
    if fault is Fault.THROTTLED_FOR_A_WHILE:
        assert failed.value.details["retry_after"] == 1.0
    proxy.lasting = None
    await connection.close()


@pytest.mark.parametrize("fault", Fault)
async def test_a_connection_that_cannot_be_opened_is_opened_later(
    sound: CosmosConnection, proxy: FaultyProxy, fault: Fault
) -> None:
    connection = before(proxy, sound)
    proxy.lasting = fault
    with pytest.raises(StoreUnavailable):
        await asyncio.wait_for(connection.ping(), 10)
    proxy.lasting = None
    await connection.ping()
    await connection.close()


async def test_a_refused_connection_is_a_typed_error(sound: CosmosConnection) -> None:
    with refusing() as address:
        connection = CosmosConnection(address, KEY, sound.database, patient(1.5))
        with pytest.raises(StoreUnavailable):
            await asyncio.wait_for(reserve(connection), 10)
        await connection.close()


@pytest.mark.parametrize("status", [429, 449])
async def test_a_request_is_repeated_as_long_after_as_the_service_asks(
    cosmos_server: CosmosServer, sound: CosmosConnection, status: int
) -> None:
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    sound.attempts = replace(sound.attempts, sleep=note)
    cosmos_server.refusals.extend([(status, 1500), (status, None)])
    await CosmosVersionCounter(sound).current(KEY_OF)
    assert waits == [1.5, 0.4]


class Stormy(Table):
    """A table whose items somebody else writes right after each read, a number of times."""

    storms = 0

    async def read(self, partition: str, name: str) -> Item | None:
        item = await super().read(partition, name)
        if item is not None and Stormy.storms > 0:
            Stormy.storms -= 1
            await self.put(item)
        return item


@pytest.mark.parametrize(("storms", "succeeds"), [(STORM - 1, True), (STORM, False)])
async def test_a_storm_of_other_writers_ends_in_success_or_in_a_typed_error(
    sound: CosmosConnection, storms: int, succeeds: bool
) -> None:
    catalog = CosmosCatalog(sound)
    await catalog.keep_document(DOCUMENT)
    catalog._documents = Stormy(sound, DOCUMENTS)
    Stormy.storms = storms
    if succeeds:
        assert await catalog.advance_document(FURTHER)
    else:
        with pytest.raises(StoreUnavailable):
            await catalog.advance_document(FURTHER)


async def test_a_request_that_never_gets_its_turn_is_a_typed_error(
    sound: CosmosConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "LONGEST_QUEUE_SECONDS", 0.01)
    sound._turns = asyncio.Semaphore(1)
    async with sound._turns:
        with pytest.raises(StoreUnavailable):
            await CosmosVersionCounter(sound).current(KEY_OF)
    assert await CosmosVersionCounter(sound).current(KEY_OF) == 0


async def test_a_database_that_is_not_there_is_store_unavailable(cosmos_server: CosmosServer) -> None:
    connection = CosmosConnection(cosmos_server.endpoint, KEY, "never-created")
    with pytest.raises(StoreUnavailable, match="has no container"):
        await CosmosCatalog(connection).bases(Principal("nobody", "probe"), 1)
    await connection.close()
