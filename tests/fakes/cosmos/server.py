"""The stand-in's HTTP server: routes, headers and answers."""

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import unquote

from starlette.types import Receive, Scope, Send

from tests.fakes.cosmos.items import ContainerItems, read_json
from tests.fakes.cosmos.queries import page, parameters_of
from tests.fakes.cosmos.refused import Refused
from tests.fakes.cosmos.signature import check_signature
from tests.fakes.loopback import LoopbackServer

Item = dict[str, Any]
Headers = dict[str, str]

VERSIONS = ("2018-12-31", "2020-07-15", "2020-11-05")
READ_UNITS, WRITE_UNITS, QUERY_UNITS = 1.0, 6.0, 2.5


@dataclass(frozen=True)
class Seen:
    """A request that the server answered."""

    operation: str
    container: str
    partition: str | None
    status: int


class CosmosServer(LoopbackServer):
    """One account on the loopback.

    `refusals` are used up one per item request: a status, and the milliseconds to wait where they are told.
    `longest_page` makes pages short, as the service may at any time. `seen` keeps what was answered.
    """

    def __init__(
        self, clock: Callable[[], float] = time, certificate: tuple[Path, Path] | None = None, token: str | None = None
    ) -> None:
        """Serve over TLS where there is a certificate, and take the token of an identity where there is one."""
        self.clock, self.token = clock, token
        self.databases: dict[str, dict[str, ContainerItems]] = {}
        self.refusals: deque[tuple[int, int | None]] = deque()
        self.longest_page = 1000
        self.seen: list[Seen] = []
        super().__init__(self._serve, certificate)

    @property
    def endpoint(self) -> str:
        """Where the account answers."""
        return self.address

    def items(self, database: str, container: str) -> list[Item]:
        """Return what a container holds, without what is over."""
        held = self.databases[database][container]
        return [item for partition in list(held.partitions) for item in held.live(partition).values()]

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        status, answer, more_headers = self._answer(scope["method"], scope["raw_path"].decode(), headers, body)
        written = b"" if answer is None else json.dumps(answer).encode()
        all_headers = {"content-type": "application/json", "content-length": str(len(written)), **more_headers}
        raw = [(name.encode(), value.encode()) for name, value in all_headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": written})

    def _answer(self, method: str, path: str, headers: Headers, body: bytes) -> tuple[int, Any, Headers]:
        segments = [unquote(segment) for segment in path.strip("/").split("/") if segment]
        try:
            if headers.get("x-ms-version") not in VERSIONS:
                raise Refused(400, "the header x-ms-version is missing or unknown")
            check_signature(method, segments, headers, self.token)
            if not segments:
                return 200, account(f"{self._scheme}://{headers['host']}/"), {}
            if "docs" in segments[4:5]:
                return self._documents(method, segments, headers, body)
            return self._resources(method, segments, body)
        except Refused as refused:
            extra = {"x-ms-substatus": str(refused.substatus)} if refused.substatus else {}
            return refused.status, {"code": str(refused.status), "message": refused.reason}, extra

    def _resources(self, method: str, segments: list[str], body: bytes) -> tuple[int, Any, Headers]:
        """Make and read databases and containers."""
        made = read_json(body) if method == "POST" else {}
        if segments == ["dbs"]:
            return 201, self._add(self.databases, made["id"], {}) and {"id": made["id"], "_rid": made["id"]}, {}
        database = self.databases.get(segments[1])
        if database is None:
            raise Refused(404, "there is no such database")
        if len(segments) == 2 and method == "GET":
            return 200, {"id": segments[1], "_rid": segments[1]}, {}
        if segments[2:] == ["colls"] and method == "POST":
            settings = {**made, "_rid": f"{segments[1]}.{made['id']}", "_self": f"dbs/{segments[1]}/colls/{made['id']}"}
            self._add(database, made["id"], ContainerItems(settings, lambda: self.clock()))
            return 201, settings, {}
        if len(segments) == 4 and method == "GET" and segments[3] in database:
            return 200, database[segments[3]].settings, {}
        raise Refused(404, "there is no such resource")

    def _add(self, where: dict[str, Any], name: str, thing: Any) -> bool:
        if name in where:
            raise Refused(409, "the id is taken")
        where[name] = thing
        return True

    def _documents(self, method: str, segments: list[str], headers: Headers, body: bytes) -> tuple[int, Any, Headers]:
        """Read and change items."""
        operation, partition = operation_of(method, headers), partition_of(headers)
        status, answer, more = 500, None, {}
        try:
            self._refuse_on_demand()
            held = self.databases.get(segments[1], {}).get(segments[3])
            if held is None:
                raise Refused(404, "there is no such container", 1003)
            status, answer, more = self._perform(held, operation, partition, segments[5:], headers, body)
        except Refused as refused:
            status = refused.status
            raise
        except Throttled as throttled:
            status, answer, more = (
                throttled.status,
                {"code": str(throttled.status), "message": "slow down"},
                throttled.more,
            )
        finally:
            self.seen.append(Seen(operation, segments[3], partition, status))
        return status, answer, {"x-ms-session-token": "0:1#1", **more}

    def _refuse_on_demand(self) -> None:
        if self.refusals:
            status, wait = self.refusals.popleft()
            raise Throttled(status, {} if wait is None else {"x-ms-retry-after-ms": str(wait)})

    def _perform(
        self,
        held: ContainerItems,
        operation: str,
        partition: str | None,
        rest: list[str],
        headers: Headers,
        body: bytes,
    ) -> tuple[int, Any, Headers]:
        if operation == "query":
            return self._query(held, partition, headers, body)
        if partition is None:
            raise Refused(400, "the header x-ms-documentdb-partitionkey is missing")
        etag, name = headers.get("if-match"), "/".join(rest)
        written = {"x-ms-request-charge": str(WRITE_UNITS)}
        if operation == "read":
            return 200, held.read(partition, name), {"x-ms-request-charge": str(READ_UNITS)}
        if operation == "create":
            return 201, held.create(partition, read_json(body)), written
        if operation == "upsert":
            return 200, held.upsert(partition, read_json(body), etag), written
        if operation == "replace":
            return 200, held.replace(partition, name, read_json(body), etag), written
        if operation == "patch":
            return 200, held.patch(partition, name, read_json(body), etag), written
        if operation == "delete":
            held.delete(partition, name, etag)
            return 204, None, written
        return batch_answer(held, partition, read_json(body))

    def _query(
        self, held: ContainerItems, partition: str | None, headers: Headers, body: bytes
    ) -> tuple[int, Any, Headers]:
        everywhere = headers.get("x-ms-documentdb-query-enablecrosspartition", "").lower() == "true"
        if partition is None and not everywhere:
            raise Refused(400, "a query over all partitions has to say so")
        size, token = parameters_of(headers)
        shown, following = page(held, partition, read_json(body), min(size, self.longest_page), token)
        more = {"x-ms-continuation": following} if following else {}
        answer = {"_rid": held.settings["_rid"], "Documents": shown, "_count": len(shown)}
        return 200, answer, {"x-ms-request-charge": str(QUERY_UNITS), **more}


class Throttled(Exception):
    """A refusal that a test asked for."""

    def __init__(self, status: int, more: Headers) -> None:
        super().__init__(status)
        self.status, self.more = status, more


def operation_of(method: str, headers: Mapping[str, str]) -> str:
    """Name what a request on items wants. Raises Refused with 405 or 415."""
    if method == "POST" and headers.get("x-ms-documentdb-isquery", "").lower() == "true":
        if headers.get("content-type") != "application/query+json":
            raise Refused(415, "a query is sent as application/query+json")
        return "query"
    if method == "POST" and headers.get("x-ms-cosmos-is-batch-request", "").lower() == "true":
        if headers.get("x-ms-cosmos-batch-atomic", "").lower() != "true":
            raise Refused(400, "a batch has to be atomic")
        return "batch"
    if method == "POST" and headers.get("x-ms-documentdb-is-upsert", "").lower() == "true":
        return "upsert"
    names = {"GET": "read", "POST": "create", "PUT": "replace", "PATCH": "patch", "DELETE": "delete"}
    if method not in names:
        raise Refused(405, "there is no such method")
    return names[method]


def partition_of(headers: Mapping[str, str]) -> str | None:
    """Return the partition key of a request, None where it has none. Raises Refused with 400."""
    written = headers.get("x-ms-documentdb-partitionkey")
    if written is None:
        return None
    values = json.loads(written)
    if not isinstance(values, list) or len(values) != 1 or not isinstance(values[0], str):
        raise Refused(400, "the partition key is a list of one text")
    return str(values[0])


def batch_answer(held: ContainerItems, partition: str, operations: Any) -> tuple[int, Any, Headers]:
    """Answer a batch: each operation's result, or 207 with the refusal of one and 424 for the others."""
    done = held.batch(partition, operations)
    units = {"x-ms-request-charge": str(WRITE_UNITS * len(operations))}
    if isinstance(done, list):
        return 200, [{"requestCharge": WRITE_UNITS, **each} for each in done], units
    place, refused = done
    results = [{"statusCode": 424, "requestCharge": 0} for _ in operations]
    results[place] = {"statusCode": refused.status, "requestCharge": 1.0}
    return 207, results, units


def account(address: str) -> Item:
    """Return the properties of the account, which answers wherever it was reached."""
    here = [{"name": "Here", "databaseAccountEndpoint": address}]
    return {
        "id": "loopback",
        "_rid": "loopback",
        "writableLocations": here,
        "readableLocations": here,
        "enableMultipleWriteLocations": False,
        "userConsistencyPolicy": {"defaultConsistencyLevel": "Session"},
    }
