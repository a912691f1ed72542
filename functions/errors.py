"""One table from errors to HTTP, and the two bodies that an error may have."""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel

from functions.contracts.errors import ErrorAnswer
from functions.contracts.openai_errors import OpenAIErrorAnswer
from shared.domain import errors

STATUS: dict[type[errors.KnowledgeError], int] = {
    errors.DocumentUnreadable: 422,
    errors.ContentBlocked: 422,
    errors.HeadersTooLarge: 431,
    errors.TooLarge: 413,
    errors.BadRequest: 400,
    errors.NotSignedIn: 401,
    errors.AccessDenied: 403,
    errors.NotFound: 404,
    errors.Outdated: 412,
    errors.Conflict: 409,
    # Not 429: clients repeat that by themselves, and a spent budget does not come back within seconds.
    errors.BudgetExceeded: 402,
    errors.QuotaExceeded: 429,
    errors.RateLimited: 429,
    errors.DeadlineExceeded: 504,
    errors.Unavailable: 503,
    errors.KnowledgeError: 500,
}


def status_of(error: errors.KnowledgeError) -> int:
    """Return the HTTP status of the nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def error_body(error: errors.KnowledgeError, request_id: str) -> dict[str, object]:
    """Return the JSON body of an error."""
    return {
        "error": {
            "code": error.code,
            "message": error.message,
            "request_id": request_id,
            "details": error.details,
        }
    }


KINDS: dict[type[errors.KnowledgeError], str] = {
    errors.NotSignedIn: "authentication_error",
    errors.AccessDenied: "permission_error",
    errors.BudgetExceeded: "insufficient_quota",
    errors.QuotaExceeded: "insufficient_quota",
    errors.RateLimited: "rate_limit_error",
    errors.BadRequest: "invalid_request_error",
    errors.NotFound: "invalid_request_error",
    errors.Conflict: "invalid_request_error",
    errors.KnowledgeError: "server_error",
}
"""What OpenAI calls the kinds of error."""


def openai_error_body(error: errors.KnowledgeError, request_id: str) -> dict[str, object]:
    """Return the JSON body of an error as OpenAI's clients read it."""
    fields = error.details.get("fields")
    param = fields[0]["field"] if isinstance(fields, list) and fields else error.details.get("field")
    if isinstance(error, errors.NoSuchModel):
        param = "model"
    return {
        "error": {
            "message": error.message,
            "type": next(KINDS[kind] for kind in type(error).__mro__ if kind in KINDS),
            "param": param or None,
            "code": error.code,
            "request_id": request_id,
            "details": error.details,
        }
    }


@dataclass(frozen=True)
class ErrorForm:
    """How a route writes its errors."""

    answer: type[BaseModel]
    body: Callable[[errors.KnowledgeError, str], dict[str, object]]


HOUSE = ErrorForm(ErrorAnswer, error_body)
OPENAI = ErrorForm(OpenAIErrorAnswer, openai_error_body)
