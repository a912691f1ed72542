"""A receiver of webhooks on the loopback that believes only what is signed, with faults on demand."""

import asyncio
import hashlib
import hmac
import json
from collections import deque
from time import time
from types import TracebackType
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.loopback import LoopbackServer

SECRET = "a secret of the loopback"
HANGS = 0
"""The status of an answer that never comes."""

FRESH_SECONDS = 300


class WebhookReceiver:
    """Takes what is signed with SECRET and fresh, answers 401 to the rest, and keeps what it took.

    `faults` holds the statuses of the next answers; HANGS gives none.
    """

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.asked = 0
        self.faults: deque[int] = deque()
        self._server = LoopbackServer(Starlette(routes=[Route("/alerts", self._receive, methods=["POST"])]))

    @property
    def address(self) -> str:
        return f"{self._server.address}/alerts"

    def __enter__(self) -> "WebhookReceiver":
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, trace)

    async def _receive(self, request: Request) -> Response:
        body = await request.body()
        self.asked += 1
        fault = self.faults.popleft() if self.faults else 204
        if fault == HANGS:
            await asyncio.Event().wait()
        if fault >= 300:
            return Response(status_code=fault)
        timestamp = request.headers.get("x-alert-timestamp", "")
        known = hmac.new(SECRET.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(request.headers.get("x-alert-signature", ""), f"v1={known}"):
            return Response(status_code=401)
        if abs(time() - int(timestamp)) > FRESH_SECONDS:
            return Response(status_code=401)
        self.taken.append(json.loads(body))
        return Response(status_code=fault)
