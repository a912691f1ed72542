"""Errors of the search service in the words of the error tree, without its texts: they may quote documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.errors import DeadlineExceeded, KnowledgeError, RateLimited, StoreUnavailable

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError


def translation(error: Exception) -> KnowledgeError:
    """Say what a call failed of."""
    from azure.core.exceptions import (
        ClientAuthenticationError,
        DecodeError,
        HttpResponseError,
        ServiceResponseTimeoutError,
    )

    if isinstance(error, TimeoutError | ServiceResponseTimeoutError):
        return DeadlineExceeded("the search service did not answer in time")
    if isinstance(error, HttpResponseError) and not isinstance(error, DecodeError) and error.status_code:
        return refusal(error, error.status_code)
    if isinstance(error, ClientAuthenticationError):
        return StoreUnavailable("the identity for the search service gets no token")
    return StoreUnavailable(f"the search service cannot be reached or understood: {type(error).__name__}")


def refusal(error: HttpResponseError, status: int) -> KnowledgeError:
    """Say what a status of the service means."""
    wait = seconds(getattr(error.response, "headers", {}).get("retry-after"))
    if status == 429:
        details = {"retry_after": wait} if wait else {}
        return RateLimited("the search service takes no more calls for now", **details)
    if status in (401, 403):
        message = f"the search service refuses the key or the identity: HTTP {status}"
    elif status == 404:
        message = "the search index is not there: HTTP 404"
    else:
        message = f"the search service answered with HTTP {status}"
    return StoreUnavailable(message, status=status)


def seconds(header: str | None) -> float:
    """Return the seconds that a service asks to wait, 0 where it says none or a date."""
    try:
        return max(0.0, float(header)) if header else 0.0
    except ValueError:
        return 0.0
