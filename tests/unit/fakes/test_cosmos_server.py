"""The stand-in for Cosmos DB refuses what the service refuses, and keeps what the service keeps."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.fakes.cosmos.items import LARGEST
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.cosmos.signature import KEY, signature
from tests.fakes.virtual_clock import VirtualClock

DATE = "Fri, 20 Nov 2026 12:00:00 GMT"
DOCUMENTS = ["dbs", "d", "colls", "c", "docs"]
WITH_TTL = {
    "id": "c",
    "partitionKey": {"paths": ["/partition"], "kind": "Hash"},
    "defaultTtl": -1,
    "indexingPolicy": {"includedPaths": [{"path": "/place/?"}], "excludedPaths": [{"path": "/*"}]},
}


class Client:
    """Signs requests as the SDK does."""

    def __init__(self, server: CosmosServer) -> None:
        self._http = httpx.Client(base_url=server.endpoint)

    def send(self, method: str, segments: list[str], body: Any = None, **more: str | None) -> httpx.Response:
        headers: dict[str, str | None] = {
            "x-ms-version": "2020-07-15",
            "x-ms-date": DATE,
            "authorization": quote(signature(method, segments, DATE, KEY)),
            "x-ms-documentdb-partitionkey": '["p"]',
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        path = "/" + "/".join(quote(each, safe="") for each in segments)
        sent = {name: value for name, value in headers.items() if value is not None}
        content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        return self._http.request(method, path, headers=sent, content=content)

    def create(self, name: str = "a", **properties: Any) -> httpx.Response:
        return self.send("POST", DOCUMENTS, {"id": name, "partition": "p", **properties})

    def patch(self, *operations: dict[str, Any], condition: str | None = None) -> httpx.Response:
        body = {"operations": operations} | ({"condition": condition} if condition is not None else {})
        return self.send("PATCH", [*DOCUMENTS, "a"], body)

    def query(self, text: str, values: dict[str, Any] | None = None, **more: str | None) -> httpx.Response:
        body = {"query": text, "parameters": [{"name": name, "value": value} for name, value in (values or {}).items()]}
        kind = {"x_ms_documentdb_isquery": "true", "content_type": "application/query+json"}
        return self.send("POST", DOCUMENTS, body, **{**kind, **more})

    def batch(self, *operations: dict[str, Any]) -> httpx.Response:
        kind = {"x_ms_cosmos_is_batch_request": "True", "x_ms_cosmos_batch_atomic": "True"}
        return self.send("POST", DOCUMENTS, operations, **kind)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def server(clock: VirtualClock) -> Iterator[CosmosServer]:
    with CosmosServer(clock) as server:
        yield server


@pytest.fixture
def client(server: CosmosServer) -> Client:
    client = Client(server)
    assert client.send("POST", ["dbs"], {"id": "d"}).status_code == 201
    assert client.send("POST", ["dbs", "d", "colls"], WITH_TTL).status_code == 201
    return client


def test_a_request_without_a_version_or_with_another_key_is_refused(client: Client) -> None:
    assert client.send("GET", []).status_code == 200
    assert client.send("GET", [], x_ms_version=None).status_code == 400
    assert client.send("GET", [], authorization=None).status_code == 401
    forged = quote(signature("GET", [], DATE, "YW5vdGhlciBrZXk="))
    assert client.send("GET", [], authorization=forged).status_code == 401


def test_what_is_made_twice_is_a_conflict_and_what_is_not_there_is_not_found(client: Client) -> None:
    assert client.send("POST", ["dbs"], {"id": "d"}).status_code == 409
    assert client.send("GET", ["dbs", "other"]).status_code == 404
    assert client.create().status_code == 201
    assert client.create().status_code == 409
    for method, body in (("GET", None), ("PUT", {"id": "b", "partition": "p"}), ("DELETE", None)):
        assert client.send(method, [*DOCUMENTS, "b"], body).status_code == 404
    assert client.send("GET", ["dbs", "d", "colls", "other", "docs", "a"]).status_code == 404


def test_an_item_is_read_in_its_partition_alone(client: Client) -> None:
    client.create()
    assert client.send("GET", [*DOCUMENTS, "a"]).json()["id"] == "a"
    assert client.send("GET", [*DOCUMENTS, "a"], x_ms_documentdb_partitionkey='["q"]').status_code == 404
    assert client.send("GET", [*DOCUMENTS, "a"], x_ms_documentdb_partitionkey=None).status_code == 400


def test_an_item_of_another_partition_than_the_requests_is_refused(client: Client) -> None:
    refused = client.send("POST", DOCUMENTS, {"id": "a", "partition": "q"})
    assert (refused.status_code, refused.headers["x-ms-substatus"]) == (400, "1001")


@pytest.mark.parametrize(
    ("name", "status"),
    [("a/b", 400), ("a\\b", 400), ("a?b", 400), ("a#b", 400), ("", 400), ("x" * 1023, 201), ("x" * 1024, 400)],
)
def test_an_id_has_no_forbidden_character_and_a_bound(client: Client, name: str, status: int) -> None:
    assert client.create(name).status_code == status


@pytest.mark.parametrize(("size", "status"), [(LARGEST - 100, 201), (LARGEST, 413)])
def test_an_item_of_more_than_two_megabytes_is_refused(client: Client, size: int, status: int) -> None:
    assert client.create(text="x" * size).status_code == status


def test_what_is_no_json_is_refused(client: Client) -> None:
    assert client.send("POST", DOCUMENTS, b'{"id": ').status_code == 400


def test_a_stale_etag_is_refused_and_a_fresh_one_is_not(client: Client) -> None:
    etag = client.create().json()["_etag"]
    item = {"id": "a", "partition": "p", "n": 1}
    assert client.send("PUT", [*DOCUMENTS, "a"], item, if_match='"other"').status_code == 412
    fresh = client.send("PUT", [*DOCUMENTS, "a"], item, if_match=etag).json()["_etag"]
    assert client.send("DELETE", [*DOCUMENTS, "a"], if_match=etag).status_code == 412
    assert client.send("DELETE", [*DOCUMENTS, "a"], if_match=fresh).status_code == 204


def test_an_upsert_adds_or_replaces(client: Client) -> None:
    for number in (1, 2):
        item = {"id": "a", "partition": "p", "n": number}
        assert client.send("POST", DOCUMENTS, item, x_ms_documentdb_is_upsert="True").status_code == 200
    assert client.send("GET", [*DOCUMENTS, "a"]).json()["n"] == 2


def test_a_patch_changes_what_it_names(client: Client) -> None:
    client.create(n=1, gone=True, inner={})
    changed = client.patch(
        {"op": "incr", "path": "/n", "value": 2},
        {"op": "set", "path": "/inner/new", "value": "x"},
        {"op": "remove", "path": "/gone"},
        {"op": "incr", "path": "/fresh", "value": 4},
    ).json()
    assert (changed["n"], changed["inner"], changed["fresh"], "gone" in changed) == (3, {"new": "x"}, 4, False)


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ("FROM c WHERE c.n + 1 <= 2", 200),
        ("FROM c WHERE c.n + 1 <= 1", 412),
        ("FROM c WHERE c.missing = 1", 412),
        ("FROM c WHERE NOT c.missing = 1", 412),
        ("FROM c WHERE c.n = '1'", 412),
        ("FROM c WHERE c.n = @n", 400),
        ("FROM c WHERE c.n ==", 400),
    ],
)
def test_a_patch_needs_its_condition_to_be_true(client: Client, condition: str, status: int) -> None:
    client.create(n=1)
    assert client.patch({"op": "incr", "path": "/n", "value": 1}, condition=condition).status_code == status
    assert client.send("GET", [*DOCUMENTS, "a"]).json()["n"] == (2 if status == 200 else 1)


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "incr", "path": "/text", "value": 1},
        {"op": "incr", "path": "/n", "value": "1"},
        {"op": "remove", "path": "/missing"},
        {"op": "replace", "path": "/missing", "value": 1},
        {"op": "set", "path": "/missing/inner", "value": 1},
        {"op": "set", "path": "/id", "value": "b"},
        {"op": "set", "path": "/partition", "value": "q"},
        {"op": "set", "path": "n", "value": 1},
        {"op": "set", "path": "/n"},
        {"op": "double", "path": "/n", "value": 1},
    ],
)
def test_a_patch_that_cannot_be_is_refused(client: Client, operation: dict[str, Any]) -> None:
    client.create(n=1, text="x")
    assert client.patch(operation).status_code == 400


@pytest.mark.parametrize(("count", "status"), [(0, 400), (1, 200), (10, 200), (11, 400)])
def test_a_patch_has_at_most_ten_operations(client: Client, count: int, status: int) -> None:
    client.create(n=0)
    assert client.patch(*[{"op": "incr", "path": "/n", "value": 1}] * count).status_code == status


def test_numbers_are_doubles(client: Client) -> None:
    client.create(n=2**53 + 1)
    assert client.send("GET", [*DOCUMENTS, "a"]).json()["n"] == 2**53
    assert client.patch({"op": "incr", "path": "/n", "value": 1}).json()["n"] == 2**53


async def test_an_item_is_gone_when_its_time_is_over(client: Client, clock: VirtualClock) -> None:
    client.create("a", ttl=60)
    client.create("b")
    await clock.advance(59.9)
    assert client.send("GET", [*DOCUMENTS, "a"]).status_code == 200
    await clock.advance(0.1)
    assert client.send("GET", [*DOCUMENTS, "a"]).status_code == 404
    assert client.send("GET", [*DOCUMENTS, "b"]).status_code == 200
    assert client.create("c", ttl=0).status_code == 400


def test_a_batch_is_written_whole_or_not_at_all(client: Client) -> None:
    client.create("a", n=1)
    create = {"operationType": "Create", "resourceBody": {"id": "b", "partition": "p"}}
    body = {"operations": [{"op": "incr", "path": "/n", "value": 1}], "condition": "FROM c WHERE c.n < 2"}
    patch = {"operationType": "Patch", "id": "a", "resourceBody": body}
    assert client.batch(create, patch).status_code == 200
    again = client.batch({**create, "resourceBody": {"id": "c", "partition": "p"}}, patch)
    assert (again.status_code, [each["statusCode"] for each in again.json()]) == (207, [424, 412])
    assert client.send("GET", [*DOCUMENTS, "c"]).status_code == 404
    assert client.send("GET", [*DOCUMENTS, "a"]).json()["n"] == 2


@pytest.mark.parametrize(("count", "status"), [(0, 400), (100, 200), (101, 400)])
def test_a_batch_has_at_most_a_hundred_operations(client: Client, count: int, status: int) -> None:
    bodies = [{"id": f"i{place}", "partition": "p"} for place in range(count)]
    assert client.batch(*[{"operationType": "Create", "resourceBody": each} for each in bodies]).status_code == status


def test_a_refusal_on_demand_says_how_long_to_wait_where_it_is_told(client: Client, server: CosmosServer) -> None:
    server.refusals.extend([(429, 250), (429, None)])
    told, silent = client.create(), client.create()
    assert (told.status_code, told.headers["x-ms-retry-after-ms"]) == (429, "250")
    assert (silent.status_code, "x-ms-retry-after-ms" in silent.headers) == (429, False)
    assert client.create().status_code == 201
    assert [each.status for each in server.seen] == [429, 429, 201]


def test_a_query_over_all_partitions_has_to_say_so(client: Client) -> None:
    client.create()
    text, everywhere = "SELECT c.id FROM c WHERE c.id = @id", "x_ms_documentdb_query_enablecrosspartition"
    assert client.query(text, {"@id": "a"}).json()["Documents"] == [{"id": "a"}]
    assert client.query(text, {"@id": "a"}, x_ms_documentdb_partitionkey=None).status_code == 400
    found = client.query(text, {"@id": "a"}, **{"x_ms_documentdb_partitionkey": None, everywhere: "True"})
    assert found.json()["Documents"] == [{"id": "a"}]
    assert client.query(text, {"@id": "a"}, content_type="application/json").status_code == 415


def test_a_long_list_comes_in_pages(client: Client, server: CosmosServer) -> None:
    for name in "abc":
        client.create(name)
    server.longest_page = 2
    first = client.query("SELECT c.id FROM c")
    rest = client.query("SELECT c.id FROM c", x_ms_continuation=first.headers["x-ms-continuation"])
    assert [each["id"] for each in first.json()["Documents"] + rest.json()["Documents"]] == ["a", "b", "c"]
    assert "x-ms-continuation" not in rest.headers
