"""Make requests to a service of Azure that may be sent twice: bounded repeats, one deadline, one kind of error."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from shared.domain.errors import KnowledgeError, StoreUnavailable

Result = TypeVar("Result")

PAUSES = (0.1, 0.4, 1.6)
"""Seconds before each repeat, where the service does not say how long to wait."""

PASSING = frozenset({408, 429, 449, 500, 502, 503, 504})
"""Statuses after which the same request may succeed; 449 is that of a write which met another one."""

REFUSALS = frozenset({404, 409, 412, 416})
"""Statuses that say something of one thing in the service, and nothing of the service."""

NO_REPEATS: dict[str, Any] = {"retry_total": 0, "retry_connect": 0, "retry_read": 0, "retry_status": 0}
"""The SDKs repeat nothing: they would wait 15 s, and they know no deadline."""


@dataclass(frozen=True)
class Attempts:
    """Each request, its repeats included, ends within `deadline_seconds`; `service` is its name in messages.

    One attempt is given up after `attempt_seconds`, where that is told, so that a slow answer leaves time for another.
    There is one attempt more than `pauses`, the seconds before each repeat.
    """

    service: str
    deadline_seconds: float = 30.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    attempt_seconds: float | None = None
    pauses: Sequence[float] = PAUSES

    async def make(self, request: Callable[[], Awaitable[Result]]) -> Result:
        """Make a request and repeat it while its error may pass. Raises StoreUnavailable.

        Refusals of one thing (404, 409, 412, 416) come out as the SDK raises them.
        """
        try:
            return await self.repeated(request)
        except KnowledgeError:
            raise
        except TimeoutError as error:
            raise StoreUnavailable(f"{self.service} did not answer in time") from error
        except Exception as error:
            # The SDKs let errors of their transport and of parsing through as they are, so there is no closed list.
            if status_of(error) in REFUSALS:
                raise
            raise self.unavailable(error) from error

    async def repeated(self, request: Callable[[], Awaitable[Result]]) -> Result:
        """Make a request and repeat it while its error may pass, which then comes out as the SDK raised it.

        Raises TimeoutError after the deadline.
        """
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self.deadline_seconds
        async with asyncio.timeout_at(ends_at):
            for pause in self.pauses:
                try:
                    return await self._once(request)
                except Exception as error:
                    wait = max(pause, asked_wait(error))
                    if not may_pass(error) or loop.time() + wait >= ends_at:
                        raise
                await self.sleep(wait)
            return await self._once(request)

    async def _once(self, request: Callable[[], Awaitable[Result]]) -> Result:
        async with asyncio.timeout(self.attempt_seconds):
            return await request()

    def unavailable(self, error: Exception) -> StoreUnavailable:
        """Return an error of an SDK or its transport in the words of the error tree."""
        status, wait = status_of(error), asked_wait(error)
        details: dict[str, Any] = {"status": status} if status else {}
        details |= {"retry_after": wait} if wait else {}
        reason = f"HTTP {status}" if status else type(error).__name__
        if status in (401, 403) or reason in ("ClientAuthenticationError", "CredentialUnavailableError"):
            reason += "; the key or the identity is refused, or lacks the role"
        return StoreUnavailable(f"{self.service} cannot be used: {reason}", **details)


def status_of(error: Exception) -> int | None:
    """Return the status that the service refused a request with, or None where it did not come to that."""
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) and status >= 400 else None


def may_pass(error: Exception) -> bool:
    """Say whether the same request may succeed: the network failed, an answer was torn, or the service says so."""
    from azure.core.exceptions import ClientAuthenticationError

    status = status_of(error)
    return (
        status in PASSING if status is not None else not isinstance(error, ClientAuthenticationError | KnowledgeError)
    )


def asked_wait(error: Exception) -> float:
    """Return the seconds that the service asks to wait, 0 where it does not."""
    headers = getattr(getattr(error, "response", None), "headers", None) or getattr(error, "headers", None) or {}
    for name, unit in (("x-ms-retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name])) * unit
        except (KeyError, TypeError, ValueError):
            continue
    return 0.0
