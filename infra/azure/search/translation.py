"""Errors of the search service in the words of the error tree, without its texts: they may quote documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import DeadlineExceeded, KnowledgeError, RateLimited, StoreUnavailable

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError

PASSING = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses of a call after which the same call may succeed."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One attempt that failed: our error and its cause, whether it may pass, seconds to wait (0 where unsaid)."""

    error: KnowledgeError
    cause: Exception
    passing: bool
    retry_after: float = 0.0


def failure(error: Exception) -> Failure:
    """Say what an attempt failed of."""
    from azure.core.exceptions import (
        ClientAuthenticationError,
        DecodeError,
        HttpResponseError,
        ServiceResponseTimeoutError,
    )

    if isinstance(error, TimeoutError | ServiceResponseTimeoutError):
        return Failure(DeadlineExceeded("the search service did not answer in time"), error, passing=True)
    if isinstance(error, HttpResponseError) and not isinstance(error, DecodeError) and error.status_code:
        return refusal(error, error.status_code)
    if isinstance(error, ClientAuthenticationError):
        return Failure(StoreUnavailable("the identity for the search service gets no token"), error, passing=False)
    return Failure(
        StoreUnavailable(f"the search service cannot be reached or understood: {type(error).__name__}"),
        error,
        passing=True,
    )


def refusal(error: HttpResponseError, status: int) -> Failure:
    """Say what a status of the service means."""
    wait = seconds(getattr(error.response, "headers", {}).get("retry-after"))
    if status == 429:
        details = {"retry_after": wait} if wait else {}
        return Failure(RateLimited("the search service takes no more calls for now", **details), error, True, wait)
    if status in (401, 403):
        message = f"the search service refuses the key or the identity: HTTP {status}"
    elif status == 404:
        message = "the search index is not there: HTTP 404"
    else:
        message = f"the search service answered with HTTP {status}"
    return Failure(StoreUnavailable(message, status=status), error, status in PASSING, wait)


def seconds(header: str | None) -> float:
    """Return the seconds that a service asks to wait, 0 where it says none or a date."""
    try:
        return max(0.0, float(header)) if header else 0.0
    except ValueError:
        return 0.0
