"""The rows of the matrix for Cosmos DB for NoSQL: what each store writes is there once, whatever came in between."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from uuid import uuid4

from infra.azure.attempts import Attempts
from infra.azure.cosmos.connection import CosmosConnection
from shared.domain.errors import StoreUnavailable
from tests.contract.state_grounds import no_wait
from tests.fakes.cosmos.items import ContainerItems
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.cosmos.signature import KEY
from tests.faults.cells import Adapter, Limits, Standing, Surroundings
from tests.faults.deeds import DEEDS, Deed
from tests.faults.gates import HttpGate
from tests.faults.kinds import NOT_OF_HTTP

PATTERN = "pattern"
"""The database whose containers every cell gets anew; the SDK takes a while to create them."""


def emptied(server: CosmosServer) -> str:
    """Return the name of a new database with every container."""
    name = uuid4().hex
    server.databases[name] = {
        each: ContainerItems(held.settings, held.clock) for each, held in server.databases[PATTERN].items()
    }
    return name


@asynccontextmanager
async def done(deed: Deed, around: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """One deed in a database of its own."""
    sound = CosmosConnection(around.cosmos.endpoint, KEY, emptied(around.cosmos))
    gate = HttpGate(around.cosmos.endpoint)
    attempts = Attempts("the state store", limits.call, no_wait, limits.attempt)
    connection = CosmosConnection(gate.address, KEY, sound.database, attempts)

    async def act() -> None:
        await deed.act(connection)

    async def single(_: int) -> bool:
        return await deed.holds(sound)

    # One more: the SDK asks the account what it is before anything else.
    yield Standing(gate, act, None, deed.requests + 1, single, KEY)
    await connection.close()
    await sound.close()


STATE = tuple(
    Adapter(f"state, {name}", partial(done, deed), (StoreUnavailable,), NOT_OF_HTTP) for name, deed in DEEDS.items()
)
