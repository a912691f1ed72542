"""The rows of the matrix for Cosmos DB for Gremlin.

That a script sent twice writes once, tests/contract/test_graph_on_azure.py holds on a real Gremlin Server.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from infra.azure.gremlin import Connection
from infra.azure.gremlin.scripts import ADD_CHUNK, CHUNKS_OF
from shared.domain.errors import Conflict, DeadlineExceeded, RateLimited, StoreUnavailable
from tests.contract.state_grounds import no_wait
from tests.fakes.cosmos_gremlin import DATABASE, GRAPH, KEY
from tests.faults.cells import Adapter, Limits, Standing, Surroundings
from tests.faults.gates import GremlinGate
from tests.faults.kinds import NO_VECTORS, Kind

ROWS = [{"chunk": "c1"}, {"chunk": "c2"}]
ERRORS = (StoreUnavailable, RateLimited, DeadlineExceeded, Conflict)


def connected(gate: GremlinGate, limits: Limits) -> Connection:
    """Reach the graph over one connection."""
    return Connection(gate.endpoint, KEY, DATABASE, GRAPH, 1, limits.attempt, limits.call, sleep=no_wait)


@asynccontextmanager
async def reading(_: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """The chunks of a document are asked for."""
    gate = GremlinGate()
    gate.rows = ROWS
    connection = connected(gate, limits)

    async def found() -> list[object]:
        return await connection.run(CHUNKS_OF, tenant="heron", base="handbook", document="d1")

    yield Standing(gate, found, ROWS, secret=KEY)
    await connection.close()


@asynccontextmanager
async def writing(_: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """A chunk is added where it is missing: the same script with the same values, however often it is sent."""
    gate = GremlinGate()
    gate.rows = ROWS[:1]
    connection = connected(gate, limits)
    chunk = {"base": "handbook", "chunk": "c1", "document": "d1", "said": "{}", "headings": "[]"}

    async def added() -> list[object]:
        return await connection.run(ADD_CHUNK, tenant="heron", vid="v1", **chunk)

    async def single(_: int) -> bool:
        return len({(script, str(bindings)) for script, bindings in gate.executed}) == 1

    yield Standing(gate, added, ROWS[:1], 1, single, KEY)
    await connection.close()


INSIDE = "the graph database throttles inside an answer, with a time to wait and without: the last column"
ABSENT = {Kind.THROTTLED: INSIDE, Kind.THROTTLED_FOR_A_WHILE: INSIDE, Kind.WRONG_DIMENSION: NO_VECTORS}

GRAPH_ROWS = (
    Adapter("graph, a question", reading, ERRORS, ABSENT),
    Adapter("graph, a write", writing, ERRORS, ABSENT),
)
