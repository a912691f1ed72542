"""The stand-in for Cosmos DB for Gremlin refuses what the service refuses, and fails as it fails."""

from collections.abc import Iterator
from typing import Any

import pytest
from gremlin_python.driver.client import Client
from gremlin_python.driver.protocol import GremlinServerError
from gremlin_python.driver.serializer import GraphBinarySerializersV1, GraphSONSerializersV2d0
from gremlin_python.process.anonymous_traversal import traversal

from tests.fakes.cosmos_gremlin import CHARGE, DATABASE, GRAPH, KEY, RETRY_AFTER, CosmosGremlin, Fault

QUESTION = "g.V().has('tenant', tenant).count()"
TENANT = {"tenant": "heron"}


@pytest.fixture
def server() -> Iterator[CosmosGremlin]:
    with CosmosGremlin() as started:
        started.rows = [1, 2, 3]
        yield started


def client(server: CosmosGremlin, user: str = f"/dbs/{DATABASE}/colls/{GRAPH}", key: str = KEY) -> Client:
    return Client(
        server.endpoint, "g", username=user, password=key, pool_size=1, message_serializer=GraphSONSerializersV2d0()
    )


def submitted(server: CosmosGremlin, script: Any, bindings: dict[str, Any] | None = None) -> tuple[Any, Any]:
    asking = client(server)
    try:
        answer = asking.submit_async(script, TENANT if bindings is None else bindings).result(10)
        return answer.all().result(10), answer.status_attributes
    finally:
        asking.close()


def refused(server: CosmosGremlin, script: Any, bindings: dict[str, Any] | None = None) -> GremlinServerError:
    with pytest.raises(GremlinServerError) as caught:
        submitted(server, script, bindings)
    return caught.value


def test_the_sdk_is_challenged_and_reads_all_parts_and_the_charge(server: CosmosGremlin) -> None:
    rows, attributes = submitted(server, QUESTION)
    assert rows == [1, 2, 3]
    assert attributes["x-ms-total-request-charge"] == CHARGE
    assert server.keys == [KEY]
    assert server.executed == [(QUESTION, TENANT)]


@pytest.mark.parametrize(("user", "key"), [("/dbs/other/colls/graph", KEY), (f"/dbs/{DATABASE}/colls/{GRAPH}", "x")])
def test_another_graph_and_another_key_are_refused(server: CosmosGremlin, user: str, key: str) -> None:
    asking = client(server, user, key)
    with pytest.raises(GremlinServerError, match="401"):
        asking.submit_async(QUESTION, TENANT).result(10).all().result(10)
    asking.close()
    assert server.executed == []


def test_bytecode_is_refused(server: CosmosGremlin) -> None:
    error = refused(server, traversal().with_(None).V().bytecode)
    assert error.status_attributes["x-ms-status-code"] == 1004


@pytest.mark.parametrize(
    "script", ["g.V().count()", "g.addV('entity').property('id', eid)", "g.V().has('tenant', tenant).valueMap()"]
)
def test_what_breaks_a_rule_is_never_run(server: CosmosGremlin, script: str) -> None:
    assert refused(server, script).status_attributes["x-ms-status-code"] == 1004
    assert server.executed == []
    assert server.refused


def test_another_format_ends_the_connection(server: CosmosGremlin) -> None:
    asking = Client(server.endpoint, "g", pool_size=1, message_serializer=GraphBinarySerializersV1())
    with pytest.raises(RuntimeError):
        asking.submit_async(QUESTION, TENANT).result(10).all().result(10)
    asking.close()


def test_throttling_travels_as_500_with_the_time_to_wait_in_its_attributes(server: CosmosGremlin) -> None:
    server.faults.append(Fault.THROTTLED_FOR_A_WHILE)
    error = refused(server, QUESTION)
    assert error.status_code == 500
    assert error.status_attributes["x-ms-status-code"] == 429
    assert error.status_attributes["x-ms-retry-after-ms"] == RETRY_AFTER
    assert server.executed == []


def test_a_fault_is_used_up_by_one_request(server: CosmosGremlin) -> None:
    server.faults.append(Fault.CONFLICT)
    assert refused(server, QUESTION).status_attributes["x-ms-status-code"] == 409
    assert submitted(server, QUESTION)[0] == [1, 2, 3]
