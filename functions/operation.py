"""Declares an HTTP function once: its route, its models, its place in the API's description."""

import inspect
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, get_type_hints

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import BaseModel

from functions import measurements
from functions.errors import error_body, status_of
from functions.request import Call, ignored_fields, read_body, read_query, request_id_of
from shared.domain.errors import KnowledgeError

PREFIX = "api/v1/"
"""Where every route of the API begins."""

SERVER_ERROR = 500
"""Statuses from here on are the service's own trouble, which its operator wants to see."""

Handler = Callable[..., Awaitable[Any]]
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Operation:
    """One function of the API. `body` and `query` are read from the request, `answer` is written as JSON."""

    name: str
    method: str
    path: str
    summary: str
    status: int
    media_type: str
    handler: Handler
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: type[BaseModel] | None


OPERATIONS: list[Operation] = []
"""Every operation in the order of its declaration; the API's description is made from this list."""


def operation(
    blueprint: Any,
    method: str,
    path: str,
    *,
    status: int = 200,
    media_type: str = "application/json",
    starts_runs: bool = False,
) -> Callable[[Handler], Handler]:
    """Register `async def name(call, body=…, query=…) -> Model | Response` as an HTTP function of the blueprint.

    The models are taken from the handler's own signature, the summary from its docstring's first line.
    """

    def register(handler: Handler) -> Handler:
        declared = declare(handler, method, path, status, media_type)
        OPERATIONS.append(declared)
        endpoint = with_client(declared) if starts_runs else plain(declared)
        endpoint.__name__ = endpoint.__qualname__ = declared.name
        if starts_runs:
            endpoint = blueprint.durable_client_input(client_name="client")(endpoint)
        blueprint.route(route=PREFIX + path, methods=[method], auth_level=func.AuthLevel.ANONYMOUS)(endpoint)
        return handler

    return register


def declare(handler: Handler, method: str, path: str, status: int, media_type: str) -> Operation:
    """Read an operation off its handler."""
    hints = get_type_hints(handler)
    answer = hints.get("return")
    return Operation(
        name=handler.__name__,
        method=method,
        path=path,
        summary=(inspect.getdoc(handler) or "").split("\n")[0],
        status=status,
        media_type=media_type,
        handler=handler,
        body=hints.get("body"),
        query=hints.get("query"),
        answer=answer if isinstance(answer, type) and issubclass(answer, BaseModel) else None,
    )


def plain(declared: Operation) -> Any:
    """Make the function that the host calls."""

    async def endpoint(req: Request) -> Response:
        return await respond(declared, Call(req, request_id_of(req)))

    return endpoint


def with_client(declared: Operation) -> Any:
    """Make the function that the host calls with a client for durable runs."""

    async def endpoint(req: Request, client: str) -> Response:
        return await respond(declared, Call(req, request_id_of(req), client))

    return endpoint


async def respond(declared: Operation, call: Call) -> Response:
    """Run the handler; whatever happens, answer in the API's form and measure it."""
    started = perf_counter()
    try:
        response = await run(declared, call)
    except KnowledgeError as error:
        response = error_response(error, call)
        if response.status_code >= SERVER_ERROR:
            logger.warning("request %s: %s", call.request_id, error.message, exc_info=error.__cause__)
    except Exception:
        logger.exception("request %s failed in %s", call.request_id, declared.name)
        response = error_response(KnowledgeError("the service failed; the request id helps to find out why"), call)
    response.headers["x-request-id"] = call.request_id
    measurements.request_ended(declared.method, "/" + PREFIX + declared.path, response.status_code, started)
    return response


async def run(declared: Operation, call: Call) -> Response:
    """Read what the handler asks for, call it, and write what it answers."""
    arguments: dict[str, BaseModel] = {}
    ignored = ""
    if declared.body:
        arguments["body"] = await read_body(call.request, declared.body)
        ignored = ignored_fields(arguments["body"])
    if declared.query:
        arguments["query"] = read_query(call.request, declared.query)
    answer = await declared.handler(call, **arguments)
    response = answer if isinstance(answer, Response) else json_response(answer, declared.status)
    if ignored:
        response.headers["x-ignored-fields"] = ignored
    return response


def json_response(answer: BaseModel | None, status: int) -> Response:
    """Write a model as JSON; nothing is an empty body."""
    if answer is None:
        return Response(status_code=status)
    return Response(answer.model_dump_json(), status_code=status, media_type="application/json")


def error_response(error: KnowledgeError, call: Call) -> Response:
    """Write an error as JSON, with Retry-After where a wait is known to help."""
    from azurefunctions.extensions.http.fastapi import JSONResponse

    response = JSONResponse(error_body(error, call.request_id), status_code=status_of(error))
    if "retry_after" in error.details:
        response.headers["retry-after"] = str(error.details["retry_after"])
    return response
