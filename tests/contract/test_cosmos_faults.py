"""What goes wrong between the adapters and Cosmos DB ends in success or in a typed error, and nothing is done twice."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from infra.azure.cosmos import connection as connection_module
from infra.azure.cosmos.catalog import STORM, CosmosCatalog
from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import DOCUMENTS
from infra.azure.cosmos.ledger import CosmosLedger
from infra.azure.cosmos.table import Item, Table
from infra.azure.cosmos.version_counter import CosmosVersionCounter
from shared.domain.access import Principal
from shared.domain.errors import BudgetExceeded, StoreUnavailable
from tests.contract.ledgers import NOON, daily, reservation
from tests.contract.state_grounds import cosmos, patient
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.cosmos.signature import KEY
from tests.fakes.faults import Fault, FaultyProxy
from tests.faults.deeds import DEEDS, DOCUMENT, FURTHER, KEY_OF, Deed, is_reserved_once, reserve


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


@pytest.mark.parametrize(
    ("fault", "detail"), [(Fault.EXPIRED, ("status", 401)), (Fault.THROTTLED_FOR_A_WHILE, ("retry_after", 1.0))]
)
async def test_a_refusal_that_lasts_says_what_the_service_said(
    sound: CosmosConnection, proxy: FaultyProxy, fault: Fault, detail: tuple[str, float]
) -> None:
    connection = before(proxy, sound, patience=20)
    await connection.ping()
    proxy.lasting = fault
    with pytest.raises(StoreUnavailable) as failed:
        await reserve(connection)
    assert detail in failed.value.details.items()
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
