"""Delivering one trigger to one function: a few attempts with growing pauses, then it is poison."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import closing, nullcontext
from typing import Any

from infra.local.host.clock import Clock
from infra.local.host.functions import RegisteredFunction
from infra.local.host.gate import Stopping
from infra.local.host.memory import DELIVERED, POISON

logger = logging.getLogger(__name__)

ATTEMPTS = 5
"""As often as Azure tries a blob before it goes to the poison queue."""

FIRST_PAUSE_SECONDS = 0.5

CALLS_AT_ONCE = 8
"""Functions that the watched folder keeps busy at the same time; a pause between attempts does not count."""

Invoke = Callable[[RegisteredFunction, Any], Awaitable[Any]]


class Delivery:
    """Shared by all triggers of the watched folder; one that fails does not stand in another's way."""

    def __init__(self, invoke: Invoke, clock: Clock) -> None:
        self._invoke = invoke
        self._clock = clock
        self._places = asyncio.Semaphore(CALLS_AT_ONCE)

    async def deliver(
        self, function: RegisteredFunction, path: str, make: Callable[[], Any], is_current: Callable[[], bool]
    ) -> str | None:
        """Call the function with a fresh value per attempt.

        Returns `delivered` or `poison`; None where the host stops or the file moved on, so that nothing is settled.
        """
        for attempt in range(ATTEMPTS):
            if not is_current():
                return None
            try:
                await self._call(function, make())
            except Stopping:
                return None
            except Exception as error:
                if attempt == ATTEMPTS - 1:
                    say_poison(function, path, error)
                    return POISON
                logger.info("function '%s' failed on %s and is tried again: %s", function.name, path, error)
                await self._clock.sleep(FIRST_PAUSE_SECONDS * 2**attempt)
            else:
                return DELIVERED
        return None

    async def _call(self, function: RegisteredFunction, value: Any) -> None:
        async with self._places:
            with closing(value) if hasattr(value, "close") else nullcontext():
                await self._invoke(function, value)


def say_poison(function: RegisteredFunction, path: str, error: Exception) -> None:
    """One line for the operator; the file is offered again when it changes."""
    reason = f"{type(error).__name__}: {error}"
    logger.error(
        "%s is poison: function '%s' failed on it %d times, last with %s", path, function.name, ATTEMPTS, reason
    )
