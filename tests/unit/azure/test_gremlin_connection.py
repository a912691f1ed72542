"""The connection to Cosmos DB for Gremlin under every fault, against the strict stand-in."""

import asyncio
import logging
import socket
import threading
from collections.abc import AsyncIterator

import pytest

from infra.azure.gremlin.connection import ATTEMPTS, Connection
from infra.azure.gremlin.scripts import CHUNKS_OF, Script
from shared.domain.errors import Conflict, DeadlineExceeded, KnowledgeError, RateLimited, StoreUnavailable
from tests.fakes.cosmos_gremlin import CHARGE, DATABASE, GRAPH, KEY, CosmosGremlin, Fault
from tests.fakes.faults import refusing
from tests.workflow.polling import until

QUESTION = {"tenant": "heron", "base": "handbook", "document": "d1"}
ROWS = [{"chunk": "c1"}, {"chunk": "c2"}, {"chunk": "c3"}]


class Waits(list[float]):
    """Remembers how long was waited, and does not wait."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


class Rotated:
    """Gives the first key until it is refused, then the next."""

    def __init__(self, keys: list[str]) -> None:
        self.left = keys

    async def __call__(self) -> str:
        return self.left[0]

    def refused(self) -> None:
        self.left.pop(0)


@pytest.fixture
async def server() -> AsyncIterator[CosmosGremlin]:
    with CosmosGremlin() as started:
        started.rows = ROWS
        yield started


@pytest.fixture
async def waits() -> Waits:
    return Waits()


@pytest.fixture
async def connection(server: CosmosGremlin, waits: Waits) -> AsyncIterator[Connection]:
    made = Connection(
        server.endpoint, KEY, DATABASE, GRAPH, connections=1, attempt_seconds=0.2, deadline_seconds=20, sleep=waits
    )
    yield made
    await made.close()


async def test_a_script_is_answered_after_the_challenge_and_over_all_parts(
    server: CosmosGremlin, connection: Connection
) -> None:
    assert await connection.run(CHUNKS_OF, **QUESTION) == ROWS
    assert server.keys == [KEY]
    assert server.executed == [(CHUNKS_OF.text, QUESTION)]


async def test_request_units_are_reported_of_success_and_of_failure(server: CosmosGremlin) -> None:
    charges: list[float] = []
    made = Connection(server.endpoint, KEY, DATABASE, GRAPH, charged=charges.append, sleep=Waits())
    server.faults.append(Fault.THROTTLED)
    await made.run(CHUNKS_OF, **QUESTION)
    await made.close()
    assert charges == [CHARGE, CHARGE]


@pytest.mark.parametrize("fault", [*Fault])
async def test_one_fault_ends_in_success_or_in_a_typed_error(
    server: CosmosGremlin, connection: Connection, fault: Fault
) -> None:
    server.faults.append(fault)
    if fault in (Fault.EXPIRED, Fault.TOO_SLOW, Fault.MALFORMED):
        with pytest.raises(KnowledgeError):
            await connection.run(CHUNKS_OF, **QUESTION)
    assert await connection.run(CHUNKS_OF, **QUESTION) == ROWS


LASTING = {
    Fault.THROTTLED: RateLimited,
    Fault.BROKEN: StoreUnavailable,
    Fault.EXPIRED: StoreUnavailable,
    Fault.CONFLICT: Conflict,
    Fault.PRECONDITION: Conflict,
    Fault.TOO_SLOW: DeadlineExceeded,
    Fault.MALFORMED: StoreUnavailable,
    Fault.IDLE: StoreUnavailable,
    Fault.HALF_OPEN: DeadlineExceeded,
    Fault.SILENT: DeadlineExceeded,
    Fault.RESET: StoreUnavailable,
    Fault.CUT_OFF: StoreUnavailable,
    Fault.TRUNCATED: StoreUnavailable,
    Fault.DRIP: DeadlineExceeded,
    Fault.BAD_JSON: StoreUnavailable,
}


@pytest.mark.parametrize("fault", [*LASTING])
async def test_a_lasting_fault_ends_in_its_error_after_bounded_attempts(
    server: CosmosGremlin, connection: Connection, fault: Fault
) -> None:
    server.lasting = fault
    with pytest.raises(LASTING[fault]):
        await connection.run(CHUNKS_OF, **QUESTION)
    assert len(server.executed) <= ATTEMPTS
    server.lasting = None
    assert await connection.run(CHUNKS_OF, **QUESTION) == ROWS


async def test_throttling_waits_as_long_as_the_server_asks(
    server: CosmosGremlin, connection: Connection, waits: Waits
) -> None:
    server.faults += [Fault.THROTTLED_FOR_A_WHILE, Fault.THROTTLED]
    assert await connection.run(CHUNKS_OF, **QUESTION) == ROWS
    assert waits == [3.95, 0.2]


async def test_throttling_beyond_the_deadline_says_how_long(server: CosmosGremlin, waits: Waits) -> None:
    made = Connection(server.endpoint, KEY, DATABASE, GRAPH, deadline_seconds=3.9, sleep=waits)
    server.lasting = Fault.THROTTLED_FOR_A_WHILE
    with pytest.raises(RateLimited) as caught:
        await made.run(CHUNKS_OF, **QUESTION)
    await made.close()
    assert caught.value.details == {"retry_after": 3.95}
    assert waits == []


async def test_nobody_listening_is_a_store_that_is_away(waits: Waits) -> None:
    with refusing() as address:
        made = Connection(address.replace("http", "ws"), KEY, DATABASE, GRAPH, sleep=waits)
        with pytest.raises(StoreUnavailable):
            await made.run(CHUNKS_OF, **QUESTION)
        await made.close()
    assert len(waits) == ATTEMPTS - 1


async def test_a_server_that_never_greets_is_waited_for_up_to_the_deadline(waits: Waits) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"ws://127.0.0.1:{silent.getsockname()[1]}/"
        made = Connection(endpoint, KEY, DATABASE, GRAPH, attempt_seconds=0.1, deadline_seconds=0.5, sleep=waits)
        with pytest.raises(DeadlineExceeded):
            await made.run(CHUNKS_OF, **QUESTION)
        await made.close()


async def test_an_end_waits_for_no_script_that_hangs(server: CosmosGremlin, waits: Waits) -> None:
    made = Connection(server.endpoint, KEY, DATABASE, GRAPH, attempt_seconds=3600, deadline_seconds=3600, sleep=waits)
    server.lasting, before = Fault.SILENT, set(threading.enumerate())
    asked = [asyncio.ensure_future(made.run(CHUNKS_OF, **QUESTION)) for _ in range(made.connections + 1)]
    await until(lambda: len(server.executed) == made.connections, 60)
    for each in asked:
        each.cancel()
    await made.close()
    started = set(threading.enumerate()) - before
    assert [each.name for each in started if each.name.startswith("gremlin")] == []
    assert len(server.executed) == made.connections


async def test_a_connection_that_the_server_closed_while_idle_is_opened_anew(
    server: CosmosGremlin, connection: Connection
) -> None:
    await connection.run(CHUNKS_OF, **QUESTION)
    server.faults.append(Fault.IDLE)
    assert await connection.run(CHUNKS_OF, **QUESTION) == ROWS
    assert server.connected == 2


async def test_a_new_token_is_used_for_a_new_connection(server: CosmosGremlin, waits: Waits) -> None:
    key = Rotated(["old", KEY])
    made = Connection(server.endpoint, key, DATABASE, GRAPH, connections=1, sleep=waits)
    assert await made.run(CHUNKS_OF, **QUESTION) == ROWS
    assert await made.run(CHUNKS_OF, **QUESTION) == ROWS
    await made.close()
    assert server.keys == ["old", KEY]
    assert key.left == [KEY]


async def test_a_token_that_was_renewed_in_time_is_used_for_a_new_connection(
    server: CosmosGremlin, waits: Waits
) -> None:
    key = Rotated([KEY, "newer"])
    made = Connection(server.endpoint, key, DATABASE, GRAPH, connections=1, sleep=waits)
    assert await made.run(CHUNKS_OF, **QUESTION) == ROWS
    server.key = "newer"
    key.refused()
    assert await made.run(CHUNKS_OF, **QUESTION) == ROWS
    await made.close()
    assert server.keys == [KEY, "newer"]
    assert waits == []


async def test_a_wrong_key_is_said_once_and_not_tried_again(server: CosmosGremlin, waits: Waits) -> None:
    made = Connection(server.endpoint, "d3Jvbmc=", DATABASE, GRAPH, sleep=waits)
    with pytest.raises(StoreUnavailable, match="key"):
        await made.run(CHUNKS_OF, **QUESTION)
    await made.close()
    assert waits == []


async def test_an_error_of_the_server_leaves_no_text_in_the_log(
    server: CosmosGremlin, connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.append(Fault.BROKEN)
    with caplog.at_level(logging.DEBUG):
        await connection.run(CHUNKS_OF, **QUESTION)
    assert "handbook" not in caplog.text


async def test_a_list_is_spelled_out_and_filled_up() -> None:
    text, bound = Script("has('chunk', within(chunks))", ("chunks",)).bound({"chunks": ["a", "b", "c"], "tenant": "t"})
    assert text == "has('chunk', within(chunks0, chunks1, chunks2, chunks3))"
    assert bound == {"tenant": "t", "chunks0": "a", "chunks1": "b", "chunks2": "c", "chunks3": "-"}


async def test_a_list_beyond_the_bound_is_refused() -> None:
    script = Script("within(chunks)", ("chunks",))
    script.bound({"chunks": ["a"] * 128})
    with pytest.raises(ValueError, match="128"):
        script.bound({"chunks": ["a"] * 129})
