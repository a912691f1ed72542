"""A strict stand-in for Cosmos DB for Gremlin on the loopback: its rules, its status attributes and its faults.

It answers with `rows`, or lets an Apache TinkerPop Gremlin Server behind it do the work.
"""

import asyncio
import base64
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.certificates import server_context
from tests.fakes.cosmos_gremlin_rules import complaints

MIME = b"application/vnd.gremlin-v2.0+json"
KEY = "bG9vcGJhY2s="
DATABASE, GRAPH = "knowledge", "graph"
RETRY_AFTER = "00:00:03.9500000"
CHARGE = 11.3
PACE = 0.05
"""Seconds between two parts of an answer that drips."""


class Fault(StrEnum):
    """What goes wrong with one request. From SILENT on the script has been run."""

    THROTTLED = "429"
    THROTTLED_FOR_A_WHILE = "429 with a time to wait"
    BROKEN = "500"
    EXPIRED = "401"
    CONFLICT = "409"
    PRECONDITION = "412"
    TOO_SLOW = "1009"
    MALFORMED = "1004"
    IDLE = "the connection was closed since it was last used"
    HALF_OPEN = "the request is taken and nothing happens"
    SILENT = "the answer never comes"
    RESET = "the connection is torn down before the answer"
    CUT_OFF = "the connection is torn down in the middle of the answer"
    TRUNCATED = "the answer ends after its first part"
    DRIP = "the answer comes in parts that never end"
    BAD_JSON = "the answer is no JSON"
    NO_LIST = "the answer holds no list"


FINAL = {Fault.EXPIRED, Fault.TOO_SLOW, Fault.MALFORMED}
SLOW = {Fault.HALF_OPEN, Fault.SILENT, Fault.DRIP, Fault.NO_LIST, Fault.THROTTLED_FOR_A_WHILE}
PASSING = [fault for fault in Fault if fault not in FINAL | SLOW]
"""What is over with the next attempt, and found out at once."""

REFUSALS = {
    Fault.THROTTLED: (500, {"x-ms-status-code": 429, "x-ms-substatus-code": 3200}),
    Fault.THROTTLED_FOR_A_WHILE: (500, {"x-ms-status-code": 429, "x-ms-retry-after-ms": RETRY_AFTER}),
    Fault.BROKEN: (500, {"x-ms-status-code": 500}),
    Fault.EXPIRED: (401, {"x-ms-status-code": 401}),
    Fault.CONFLICT: (500, {"x-ms-status-code": 409}),
    Fault.PRECONDITION: (500, {"x-ms-status-code": 412}),
    Fault.TOO_SLOW: (500, {"x-ms-status-code": 1009}),
    Fault.MALFORMED: (500, {"x-ms-status-code": 1004}),
}
Rows = list[Any]


class CosmosGremlin:
    """Serves the graph /dbs/knowledge/colls/graph; what breaks a rule of the service is refused with 1004.

    `faults` are used up one per request, `lasting` meets every request after them; `fails_once` loses the first answer
    to a script with that word, and after `ends_after` scripts none is run any more. `executed` are the scripts that
    were run, `asked` counts requests, `connected` connections, and `keys` holds what was offered as a key.
    """

    def __init__(
        self, upstream: str = "", source: str = "g", key: str = KEY, certificate: tuple[Path, Path] | None = None
    ) -> None:
        """Stand before the traversal source of a Gremlin Server, or alone; over TLS with a certificate and its key."""
        self._certificate = certificate
        self.upstream, self.source, self.key = upstream, source, key
        self.rows: Rows = []
        self.faults: deque[Fault] = deque()
        self.lasting: Fault | None = None
        self.fails_once = ""
        self.ends_after: int | None = None
        self.executed: list[tuple[str, dict[str, Any]]] = []
        self.refused: list[str] = []
        self.keys: list[str] = []
        self.asked = self.connected = 0
        # Bound and not yet listening: until the block begins, connections are refused.
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))
        self._session: aiohttp.ClientSession | None = None
        self._server: aiohttp.ClientWebSocketResponse | None = None
        self._running = asyncio.Lock()
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    @property
    def endpoint(self) -> str:
        """Where a client connects."""
        return f"{'wss' if self._certificate else 'ws'}://127.0.0.1:{self._listening.getsockname()[1]}/"

    def __enter__(self) -> "CosmosGremlin":
        self._thread.start()
        if not self._started.wait(10):
            raise RuntimeError("the loopback server did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application()
        app.router.add_get("/", self._connection)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        tls = self._certificate and server_context(*self._certificate)
        await web.SockSite(runner, self._listening, ssl_context=tls).start()
        self._started.set()
        await self._stopping.wait()
        await runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def _connection(self, request: web.Request) -> web.WebSocketResponse:
        self.connected += 1
        client = web.WebSocketResponse(max_msg_size=64 * 1024 * 1024)
        await client.prepare(request)
        waiting: dict[str, Any] | None = None
        known = False
        async for message in client:
            asked = parsed(message.data)
            if asked["op"] == "authentication":
                known, asked = self._knows(asked["args"]["sasl"]), waiting or asked
                if not known:
                    await client.send_str(answer(asked, 401, None, {"x-ms-status-code": 401}))
                    continue
            elif not known:
                waiting = asked
                await client.send_str(answer(asked, 407, None, {}))
                continue
            if not await self._answered(request, client, asked):
                break
        return client

    def _knows(self, sasl: str) -> bool:
        _, user, key = base64.b64decode(sasl).decode().split("\0")
        self.keys.append(key)
        return user == f"/dbs/{DATABASE}/colls/{GRAPH}" and key == self.key

    async def _answered(self, request: web.Request, client: web.WebSocketResponse, asked: dict[str, Any]) -> bool:
        """Answer one request; return whether the connection lives on."""
        script, bindings = asked["args"].get("gremlin", ""), asked["args"].get("bindings", {})
        self.asked += 1
        fault = self._fault(script)
        if fault in REFUSALS:
            code, attributes = REFUSALS[fault]
            await client.send_str(answer(asked, code, None, {**attributes, "x-ms-total-request-charge": CHARGE}))
            return True
        if fault is Fault.IDLE:
            await client.close(code=1000)
            return False
        if fault is Fault.HALF_OPEN:
            await self._stopping.wait()
            return False
        wrong = [*complaints(script, bindings)] if asked["op"] == "eval" else ["bytecode is not taken"]
        if wrong:
            self.refused += wrong
            await client.send_str(answer(asked, 500, None, {"x-ms-status-code": 1004}, "; ".join(wrong)))
            return True
        self.executed.append((script, bindings))
        code, rows, reason = await self._run(script, bindings) if self.upstream else (200, self.rows, "")
        if code != 200:
            status = 409 if "already exists" in reason else 500
            await client.send_str(answer(asked, 500, None, {"x-ms-status-code": status}, reason))
            return True
        if fault is not None:
            return await self._spoil(request, client, asked, fault)
        half = len(rows) // 2
        if half:
            await client.send_str(answer(asked, 206, rows[:half], charged(CHARGE / 2)))
        await client.send_str(answer(asked, 200, rows[half:], charged(CHARGE)))
        return True

    def _fault(self, script: str) -> Fault | None:
        """Return what goes wrong with a request."""
        if self.ends_after is not None:
            self.ends_after -= 1
            if self.ends_after < 0:
                return Fault.BROKEN
        if self.fails_once and self.fails_once in script:
            self.fails_once = ""
            return Fault.RESET
        return self.faults.popleft() if self.faults else self.lasting

    async def _spoil(
        self, request: web.Request, client: web.WebSocketResponse, asked: dict[str, Any], fault: Fault
    ) -> bool:
        spoiler: dict[Fault, Callable[[], Awaitable[None]]] = {
            Fault.SILENT: self._silence,
            Fault.TRUNCATED: lambda: client.send_str(answer(asked, 206, [], charged(CHARGE))),
            Fault.DRIP: lambda: self._drip(client, asked),
            Fault.BAD_JSON: lambda: client.send_str('{"requestId": "half'),
            Fault.NO_LIST: lambda: client.send_str(answer(asked, 200, None, charged(CHARGE))),
        }
        if fault is Fault.CUT_OFF and request.transport is not None:
            request.transport.write(b"\x81\x7e\x40\x00" + b'{"requestId"')
        if fault in spoiler:
            await spoiler[fault]()
        if fault in (Fault.BAD_JSON, Fault.NO_LIST):
            return True
        torn_down(request)
        return False

    async def _silence(self) -> None:
        await self._stopping.wait()

    async def _drip(self, client: web.WebSocketResponse, asked: dict[str, Any]) -> None:
        while not client.closed and not self._stopping.is_set():
            await client.send_str(answer(asked, 206, [], charged(CHARGE)))
            await asyncio.sleep(PACE)

    async def _run(self, script: str, bindings: dict[str, Any]) -> tuple[int, Rows, str]:
        """Let the Gremlin Server run a script. The one difference of the dialects is how an id is set."""
        arguments = {
            "gremlin": script.replace("property('id', ", "property(T.id, "),
            "bindings": bindings,
            "aliases": {"g": self.source},
        }
        asked = {"requestId": "41d2e28a-20a4-4ab0-b379-d810dede3786", "op": "eval", "processor": "", "args": arguments}
        rows: Rows = []
        async with self._running:
            server = await self._behind()
            await server.send_bytes(bytes([len(MIME)]) + MIME + json.dumps(asked).encode())
            while True:
                said = json.loads((await server.receive()).data)
                code = said["status"]["code"]
                if code not in (200, 204, 206):
                    return code, [], said["status"]["message"]
                rows += untyped(said["result"]["data"]) or []
                if code != 206:
                    return 200, rows, ""

    async def _behind(self) -> aiohttp.ClientWebSocketResponse:
        """Return the one connection to the Gremlin Server."""
        if self._server is None:
            self._session = aiohttp.ClientSession()
            self._server = await self._session.ws_connect(self.upstream, max_msg_size=0)
        return self._server


def parsed(frame: bytes) -> dict[str, Any]:
    """Read a request. Raises ValueError for any other format than GraphSON 2."""
    if not isinstance(frame, bytes) or frame[1 : 1 + frame[0]] != MIME:
        raise ValueError("only GraphSON 2 is taken")
    asked: dict[str, Any] = json.loads(frame[1 + frame[0] :])
    return asked


def answer(asked: dict[str, Any], code: int, rows: Rows | None, attributes: dict[str, Any], reason: str = "") -> str:
    """Write one part of an answer as Cosmos DB does, without types."""
    status = {"code": code, "message": reason, "attributes": attributes}
    id = asked["requestId"]["@value"]
    return json.dumps({"requestId": id, "status": status, "result": {"data": rows, "meta": {}}}, ensure_ascii=False)


def charged(units: float) -> dict[str, Any]:
    """Return the attributes of a part that went well."""
    return {"x-ms-status-code": 200, "x-ms-request-charge": units, "x-ms-total-request-charge": units}


def untyped(value: Any) -> Any:
    """Take the types off a value of GraphSON 2; a map's keys are strings there."""
    if isinstance(value, list):
        return [untyped(each) for each in value]
    if isinstance(value, dict):
        return untyped(value["@value"]) if "@type" in value else {key: untyped(each) for key, each in value.items()}
    return value


def torn_down(request: web.Request) -> None:
    """End a connection as a failing machine does: with a reset, not a farewell."""
    if request.transport is not None:
        request.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        request.transport.abort()
