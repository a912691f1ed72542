"""The grounds that hold state: a SQLite file, and Cosmos DB as its stand-in serves it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from infra.azure.attempts import Attempts
from infra.azure.cosmos.connection import CosmosConnection
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.cosmos.signature import KEY

GROUNDS = ("sqlite", "azure")


@asynccontextmanager
async def cosmos(server: CosmosServer, database: str = "") -> AsyncIterator[CosmosConnection]:
    """Yield a connection to a database of its own, or to the one that is named."""
    connection = CosmosConnection(server.endpoint, KEY, database or uuid4().hex)
    await connection.create_containers()
    yield connection
    await connection.close()


async def no_wait(seconds: float) -> None:
    """Take no time."""
    await asyncio.sleep(0)


def patient(seconds: float) -> Attempts:
    """Return attempts that end within so many seconds, and wait for nothing in between."""
    return Attempts("the state store", seconds, no_wait, seconds / 5)
