"""The moment by which a request has its answer: set once where the request comes in, and no wait inside outlives it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Iterator
from contextlib import aclosing, contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import TypeVar

from shared.domain.errors import DeadlineExceeded

Result = TypeVar("Result")

_ends_at: ContextVar[float | None] = ContextVar("ends_at", default=None)


@contextmanager
def ending_within(seconds: float) -> Iterator[None]:
    """Give what runs inside, and the tasks that it starts, so many seconds from now."""
    token = _ends_at.set(monotonic() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(token)


@contextmanager
def without_end() -> Iterator[None]:
    """Let what runs inside take its time: work that goes on when the request that began it is over."""
    token = _ends_at.set(None)
    try:
        yield
    finally:
        _ends_at.reset(token)


def seconds_left() -> float | None:
    """Return the seconds until the moment, below 0 behind it; None where nobody set one."""
    ends_at = _ends_at.get()
    return None if ends_at is None else ends_at - monotonic()


def is_over() -> bool:
    """Say whether the moment has come."""
    left = seconds_left()
    return left is not None and left <= 0


def check_time() -> None:
    """Raise DeadlineExceeded where the moment has come."""
    if is_over():
        raise DeadlineExceeded("the time for this request ran out")


async def in_time(wait: Awaitable[Result]) -> Result:
    """Wait until the moment comes, and cancel what is waited for then. Raises DeadlineExceeded."""
    try:
        async with asyncio.timeout(seconds_left()) as limit:
            return await wait
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise DeadlineExceeded("the time for this request ran out") from error


async def each_in_time(events: AsyncGenerator[Result, None]) -> AsyncGenerator[Result, None]:
    """Pass events on until the moment comes, and close what makes them then. Raises DeadlineExceeded.

    Each wait is bounded by itself: the one who reads may do so from another task each time.
    """
    async with aclosing(events):
        while True:
            try:
                event = await in_time(anext(events))
            except StopAsyncIteration:
                return
            yield event
