"""Make many requests at once, but not too many."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing")

WORKERS = 32
"""Requests of one call that are under way together."""


async def side_by_side(work: Callable[[Thing], Awaitable[None]], things: Iterable[Thing]) -> None:
    """Do the work for every thing. The first error comes out as it is, and ends the rest."""
    left = iter(things)

    async def worker() -> None:
        for thing in left:
            await work(thing)

    workers = [asyncio.create_task(worker()) for _ in range(WORKERS)]
    try:
        await asyncio.gather(*workers)
    finally:
        for each in workers:
            each.cancel()
