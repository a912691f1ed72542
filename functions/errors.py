"""One table from errors to HTTP, and the body that every error has."""

from shared.domain import errors

STATUS: dict[type[errors.KnowledgeError], int] = {
    errors.DocumentUnreadable: 422,
    errors.ContentBlocked: 422,
    errors.TooLarge: 413,
    errors.BadRequest: 400,
    errors.AccessDenied: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    # Not 429: clients repeat that by themselves, and a spent budget does not come back within seconds.
    errors.BudgetExceeded: 402,
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
