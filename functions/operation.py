"""Declares an HTTP function once: its route, its models, its place in the API's description."""

import inspect
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from math import ceil
from time import perf_counter
from typing import Any, get_args, get_type_hints

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import BaseModel

from functions import measurements, performing
from functions.bootstrap import services
from functions.callers import OPEN, Needs, challenge, entered
from functions.contracts.stateful import Stateful
from functions.errors import HOUSE, ErrorForm, status_of
from functions.rate_headers import rate_headers
from functions.request import Call, check_headers, ignored_fields, read_body, read_query, request_id_of
from shared.deadline import ending_within
from shared.domain.errors import KnowledgeError, NotSignedIn

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
    needs: Needs
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: type[BaseModel] | None
    also: str = ""
    """Another media type that it may answer with, where the body asks for it."""
    errors: ErrorForm = HOUSE
    is_conditional: bool = False
    """Whether it reads If-Match."""


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
    needs: Needs = None,
    also: str = "",
    errors: ErrorForm = HOUSE,
    conditional: bool = False,
) -> Callable[[Handler], Handler]:
    """Register `async def name(call, body=…, query=…) -> Model | Response` as an HTTP function of the blueprint.

    `also` is a media type that it answers with where the body asks for a stream, `errors` how it writes its errors,
    `conditional` that it goes by the header If-Match.
    `needs` is what the caller's role must be allowed to use; None asks them to be signed in, OPEN and
    SIGNING_IN for nothing.
    The models are taken from the handler's own signature, the summary from its docstring's first line.
    """

    def register(handler: Handler) -> Handler:
        declared = declare(handler, method, path, status, media_type, needs)
        declared = replace(declared, also=also, errors=errors, is_conditional=conditional)
        OPERATIONS.append(declared)
        endpoint = with_client(declared) if starts_runs else plain(declared)
        endpoint.__name__ = endpoint.__qualname__ = declared.name
        if starts_runs:
            endpoint = blueprint.durable_client_input(client_name="client")(endpoint)
        blueprint.route(route=PREFIX + path, methods=[method], auth_level=func.AuthLevel.ANONYMOUS)(endpoint)
        return handler

    return register


def declare(handler: Handler, method: str, path: str, status: int, media_type: str, needs: Needs) -> Operation:
    """Read an operation off its handler."""
    hints = get_type_hints(handler)
    answers = [each for each in get_args(hints.get("return")) or [hints.get("return")] if is_model(each)]
    return Operation(
        name=handler.__name__,
        method=method,
        path=path,
        summary=(inspect.getdoc(handler) or "").split("\n")[0],
        status=status,
        media_type=media_type,
        handler=handler,
        needs=needs,
        body=hints.get("body"),
        query=hints.get("query"),
        answer=answers[0] if answers else None,
    )


def is_model(kind: Any) -> bool:
    """Say whether an annotation is a model of a body."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


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
        response = error_response(error, call, declared.errors)
        if response.status_code >= SERVER_ERROR:
            logger.warning("request %s: %s", call.request_id, error.message, exc_info=error.__cause__)
    except Exception:
        logger.exception("request %s failed in %s", call.request_id, declared.name)
        failure = KnowledgeError("the service failed; the request id helps to find out why")
        response = error_response(failure, call, declared.errors)
    response.headers["x-request-id"] = call.request_id
    response.headers.update(rate_headers(call.standings))
    route, failed = "/" + PREFIX + declared.path, response.status_code >= SERVER_ERROR
    measurements.request_ended(declared.method, route, response.status_code, started)
    performing.request_ended(declared.method, route, started, failed=failed)
    return response


async def run(declared: Operation, call: Call) -> Response:
    """Find out who asks, read what the handler asks for, call it, and write what it answers."""
    check_headers(call.request)
    if declared.needs is not OPEN:
        call = await entered(call, declared.needs)
    arguments: dict[str, BaseModel] = {}
    ignored = ""
    if declared.body:
        arguments["body"] = await read_body(call.request, declared.body)
        ignored = ignored_fields(arguments["body"])
    if declared.query:
        arguments["query"] = read_query(call.request, declared.query)
    with in_its_time(declared):
        answer = await declared.handler(call, **arguments)
    response = answer if isinstance(answer, Response) else json_response(answer, declared.status)
    if ignored:
        response.headers["x-ignored-fields"] = ignored
    return response


def in_its_time(declared: Operation) -> AbstractContextManager[None]:
    """Set the moment by which a request has its answer; one that is open to all asks no model and no search."""
    return nullcontext() if declared.needs is OPEN else ending_within(services().settings.request_seconds)


def json_response(answer: BaseModel | None, status: int) -> Response:
    """Write a model as JSON, with the ETag of one that has states; nothing is an empty body."""
    if answer is None:
        return Response(status_code=status)
    response = Response(answer.model_dump_json(), status_code=status, media_type="application/json")
    if isinstance(answer, Stateful):
        response.headers["etag"] = answer.etag
    return response


def error_response(error: KnowledgeError, call: Call, form: ErrorForm = HOUSE) -> Response:
    """Write an error as JSON, with Retry-After where a wait is known to help."""
    from azurefunctions.extensions.http.fastapi import JSONResponse

    response = JSONResponse(form.body(error, call.request_id), status_code=status_of(error))
    if isinstance(wait := error.details.get("retry_after"), int | float):
        # The header holds whole seconds.
        response.headers["retry-after"] = str(ceil(wait))
    if isinstance(error, NotSignedIn):
        response.headers["www-authenticate"] = challenge(call.request)
    return response
