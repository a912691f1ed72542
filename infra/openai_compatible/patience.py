"""Repeat a call of an OpenAI-compatible server while that may help, as long as the server asks for, in one deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from math import isfinite
from random import SystemRandom
from typing import TypeVar

from shared.domain.errors import DeadlineExceeded

Result = TypeVar("Result")

RETRIES = 2
"""Times a call is repeated that failed before its first byte."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
"""Seconds before a repetition where the server does not say how long; each pause is twice the one before."""

JITTER = 0.25
"""Share of a pause that is left to chance, so that callers who failed together do not come back together."""

chance = SystemRandom()

PASSING = frozenset({408, 409, 429})
"""Statuses below 500 after which the same request may succeed; every one from there may pass too."""


@dataclass(frozen=True)
class Patience:
    """A call, its waits and repetitions included, gives its first sign of life within `seconds`, or it is over.

    Each further chunk of a stream is whole within so many seconds again.
    """

    seconds: float
    retries: int = RETRIES
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic

    async def make(self, request: Callable[[], Awaitable[Result]]) -> Result:
        """Make a request, and again while its error may pass and the wait ends before the deadline.

        Raises DeadlineExceeded, and otherwise the last error of the SDK: at once where its wait would be too long.
        """
        end = self.clock() + self.seconds
        for pause in self.pauses():
            try:
                return await within(end - self.clock(), request)
            except Exception as error:
                wait = asked_wait(error) or pause
                if not may_pass(error) or self.clock() + wait >= end:
                    raise
            await self.sleep(wait)
        return await within(end - self.clock(), request)

    async def each_of(self, stream: AsyncIterable[Result]) -> AsyncIterator[Result]:
        """Yield the chunks of a stream. Raises DeadlineExceeded where one is not whole in time.

        The transport's own bound counts from the last byte, so that a server which drips would hold a call for hours.
        """
        chunks, end = aiter(stream), object()
        while (chunk := await within(self.seconds, partial(anext, chunks, end))) is not end:
            yield chunk

    def pauses(self) -> Iterator[float]:
        """Yield the seconds to rest before each repetition where the server does not ask for a wait."""
        for number in range(self.retries):
            yield min(LONGEST_PAUSE, FIRST_PAUSE * 2**number) * chance.uniform(1 - JITTER, 1)


async def within(seconds: float, request: Callable[[], Awaitable[Result]]) -> Result:
    """Make a request that is given up after some seconds. Raises DeadlineExceeded."""
    try:
        async with asyncio.timeout(seconds) as limit:
            return await request()
    except TimeoutError as error:
        if limit.expired():
            raise DeadlineExceeded("the model did not answer in time") from error
        raise


def may_pass(error: Exception) -> bool:
    """Say whether the same request may succeed; where the server says so itself, it is believed."""
    from openai import APIConnectionError, APIStatusError

    if not isinstance(error, APIStatusError):
        return isinstance(error, APIConnectionError)
    told = error.response.headers.get("x-should-retry")
    return told == "true" if told in ("true", "false") else error.status_code in PASSING or error.status_code >= 500


def asked_wait(error: Exception) -> float:
    """Return the seconds that the server asks to wait, 0 where it does not."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    waits = (number(headers.get("retry-after-ms"), 0.001), number(headers.get("retry-after"), 1.0), until(headers))
    return next((wait for wait in waits if wait is not None), 0.0)


def number(header: str | None, unit: float) -> float | None:
    """Return a header that holds a count of units in seconds, None for any other."""
    try:
        wait = float(header or "") * unit
    except ValueError:
        return None
    return wait if isfinite(wait) and wait >= 0 else None


def until(headers: Mapping[str, str]) -> float | None:
    """Return the seconds until the date that an answer asks to wait for, by the clock of the server that wrote it."""
    try:
        told = parsedate_to_datetime(headers.get("retry-after", "")) - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return max(0.0, told.total_seconds())
