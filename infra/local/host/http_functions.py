"""The HTTP functions as one route of Starlette."""

import logging
from collections.abc import Iterable
from typing import Any

from fastapi.encoders import jsonable_encoder
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from infra.local.host.error_responses import internal_error, request_id_of
from infra.local.host.functions import RegisteredFunction, wrongly_declared
from infra.local.host.invocations import Invocations, Invoke
from infra.local.host.route_table import RouteTable
from infra.local.host.route_template import patterns

logger = logging.getLogger(__name__)

AZURE_METHODS = ("GET", "POST")
"""What a function takes that names no methods."""


class HttpEndpoint:
    """Calls one function with the request and sends what it returns."""

    def __init__(self, function: RegisteredFunction, invocations: Invocations) -> None:
        self._name = function.name
        self._gate = invocations.gate
        self._invoke: Invoke = invocations.prepared(function)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. An exception of the function is answered; one inside a stream cuts the connection."""
        request = Request(scope, receive, send)
        with self._gate:
            try:
                response = response_of(await self._invoke(request))
            except Exception:
                response = self._failed(request)
            await response(scope, receive, send)

    def _failed(self, request: Request) -> Response:
        request_id = request_id_of(request)
        logger.exception("function '%s' failed, request %s", self._name, request_id)
        return internal_error(request_id)


class HttpFunctions(BaseRoute):
    """Finds the function of a request; as a route among others it steps aside where no function answers."""

    def __init__(self, functions: Iterable[RegisteredFunction], invocations: Invocations, prefix: str) -> None:
        """Raises BadSetting for a route that is not well formed or that two functions claim."""
        self._table: RouteTable[HttpEndpoint] = RouteTable()
        for function in functions:
            try:
                self._add(function, HttpEndpoint(function, invocations), prefix)
            except ValueError as error:
                raise wrongly_declared(function, f"cannot be routed: {error}") from error

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Full where a function has the path, whatever the method: the wrong one is answered here too."""
        if scope["type"] != "http":
            return Match.NONE, {}
        found = self._table.find(scope["path"], scope["method"])
        if found is None:
            return Match.NONE, {}
        return Match.FULL, {"path_params": found.parameters, "place": found.place}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that matched. Raises HTTPException 405 with the methods that are allowed."""
        place = scope["place"]
        endpoint = place.methods.get(scope["method"])
        if endpoint is None:
            raise HTTPException(405, headers={"allow": place.allowed})
        await endpoint(scope, receive, send)

    def _add(self, function: RegisteredFunction, endpoint: HttpEndpoint, prefix: str) -> None:
        for pattern in patterns(prefix, function.trigger.route or function.name):
            for method in methods_of(function):
                self._table.add(pattern, method, endpoint)


def methods_of(function: RegisteredFunction) -> list[str]:
    """The methods that a function takes; whoever answers GET answers HEAD."""
    declared = [getattr(method, "value", str(method)).upper() for method in function.trigger.methods or AZURE_METHODS]
    return [*declared, "HEAD"] if "GET" in declared and "HEAD" not in declared else declared


def response_of(result: Any) -> Response:
    """What a function returned as a response: as FastAPI does it, except that nothing is an error as on Azure."""
    if isinstance(result, Response):
        return result
    if result is None:
        raise TypeError("an HTTP function must return a response")
    return JSONResponse(jsonable_encoder(result))
