"""Waiting for something that becomes true, with a deadline in place of a guess."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    """Return as soon as the condition holds. Raises TimeoutError after so many seconds."""
    async with asyncio.timeout(seconds):
        while True:
            if condition():
                return
            await asyncio.sleep(0.005)
