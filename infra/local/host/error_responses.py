"""Errors that the host itself answers with, in the form that the whole API uses."""

import re
import uuid
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.domain.errors import KnowledgeError

REQUEST_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)

CODES = {400: "bad_request", 403: "access_denied", 404: "not_found", 405: "method_not_allowed", 503: "unavailable"}
MESSAGES = {404: "there is nothing at this address", 405: "this address does not take this method"}


def request_id_of(request: Request) -> str:
    """The id that the caller gave, where it is a harmless one, or a new one."""
    given = request.headers.get("x-request-id", "")
    return given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def error_response(
    status: int, code: str, message: str, request_id: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """One error as JSON."""
    body = {"error": {"code": code, "message": message, "request_id": request_id, "details": {}}}
    return JSONResponse(body, status, {**(headers or {}), "x-request-id": request_id})


def answer_refusal(request: Request, error: Exception) -> Response:
    """The answer to an unknown route, a wrong method, and whatever else Starlette refuses by status."""
    assert isinstance(error, HTTPException)  # noqa: S101 - Starlette calls this handler for no other exception
    message = MESSAGES.get(error.status_code, error.detail)
    code = CODES.get(error.status_code, "bad_request")
    return error_response(error.status_code, code, message, request_id_of(request), error.headers)


def answer_stopping(request: Request, error: Exception) -> Response:
    """The answer while the host starts or stops."""
    return error_response(503, "unavailable", str(error), request_id_of(request), {"retry-after": "1"})


def answer_typed(request: Request, error: Exception) -> Response:
    """The answer to an error of the tree that the host's own routes let through."""
    assert isinstance(error, KnowledgeError)  # noqa: S101 - Starlette calls this handler for no other exception
    status = 503 if error.retryable else 400
    return error_response(status, error.code, error.message, request_id_of(request))


def answer_unforeseen(request: Request, error: Exception) -> Response:
    """The answer to an exception of the host's own routes; Starlette raises it again for the log."""
    return internal_error(request_id_of(request))


def internal_error(request_id: str) -> Response:
    """The answer to an exception that nobody foresaw; what it was stands in the log under the id."""
    return error_response(500, "internal_error", "something went wrong on our side", request_id)
