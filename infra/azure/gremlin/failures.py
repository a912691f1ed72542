"""Say the errors of Cosmos DB for Gremlin in the words of the error tree, and whether trying again may help."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.domain.errors import Conflict, DeadlineExceeded, KnowledgeError, RateLimited, StoreUnavailable

THROTTLED, UNAUTHORIZED = 429, frozenset({401, 403})
CONFLICTING = frozenset({409, 412})
"""A vertex of that id is there already, or changed between being read and written: the same script settles it."""

PASSING = frozenset({404, 408, 410, 449, 500, 502, 503, 504, 1007, 1008})
"""Races with a delete, servers that restart, connections that are moved: another try on another connection may do."""

TOO_LONG = frozenset({598, 1009})
"""The server's own limit of time for one script; it would be reached again."""

TIME_SPAN = re.compile(r"(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)")
"""A .NET TimeSpan: days, hours, minutes, seconds."""


@dataclass(frozen=True)
class Failure:
    """What went wrong. `wait` are the seconds that the server asks for, or None where it names none.

    A failure that is not `passing` will be the same the next time; `broken` says that the connection is of no more use,
    `unauthorized` that the key is not.
    """

    error: KnowledgeError
    passing: bool = True
    wait: float | None = None
    broken: bool = False
    unauthorized: bool = False


def status_of(code: int, attributes: Mapping[str, object]) -> int:
    """Return Cosmos DB's own status where it sends one: throttling travels as a 500 with 429 in its attributes."""
    own = str(attributes.get("x-ms-status-code", ""))
    return int(own) if own.isdigit() else code


def refusal(code: int, attributes: Mapping[str, object], renewable: bool) -> Failure:
    """Return what a status of the server means; `renewable` credentials may be accepted the next time.

    Source of the statuses: learn.microsoft.com/azure/cosmos-db/gremlin/headers.
    """
    status = status_of(code, attributes)
    if status == THROTTLED:
        wait = seconds(attributes.get("x-ms-retry-after-ms"))
        details = {} if wait is None else {"retry_after": wait}
        return Failure(RateLimited("the graph database takes no more requests for now", **details), wait=wait)
    if status in CONFLICTING:
        return Failure(Conflict("the graph changed under this write, again and again", status=status))
    if status in UNAUTHORIZED:
        error = StoreUnavailable("the graph database refuses the key or the token", status=status)
        return Failure(error, passing=renewable, broken=True, unauthorized=True)
    if status in TOO_LONG:
        return Failure(DeadlineExceeded("the graph database stopped a script that took too long"), passing=False)
    error = StoreUnavailable(f"the graph database answered with status {status}", status=status)
    return Failure(error, passing=status in PASSING, broken=status in PASSING)


def disconnection(error: Exception) -> Failure:
    """Return what an error of the connection, or of reading an answer, means."""
    if isinstance(error, TimeoutError):
        return Failure(DeadlineExceeded("the graph database did not answer in time"), broken=True)
    reason = f"{type(error).__name__}: {error}"[:300]
    return Failure(StoreUnavailable(f"the graph database cannot be reached: {reason}"), broken=True)


def seconds(span: object) -> float | None:
    """Read a time span, "00:00:03.9500000"; None where it is none."""
    match = TIME_SPAN.fullmatch(str(span))
    if match is None:
        return None
    days, hours, minutes, rest = match.groups()
    return int(days or 0) * 86_400 + int(hours) * 3_600 + int(minutes) * 60 + float(rest)
