"""Alarms: things to do at a time on the wall clock, however long the machine slept in between."""

import asyncio
from collections.abc import Callable

LONGEST_WAIT_SECONDS = 60.0
"""The loop's clock stands still in a sleeping laptop, so a far alarm looks at the wall clock this often."""


class Alarms:
    """Each alarm has a key and fires once on the event loop."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` is the wall clock in seconds since the epoch."""
        self._now = now
        self._handles: dict[tuple[str, int], asyncio.TimerHandle] = {}

    def set(self, key: tuple[str, int], due: float, ring: Callable[[], None]) -> None:
        """Call `ring` at `due`, at once where that is past."""
        wait = min(max(due - self._now(), 0.0), LONGEST_WAIT_SECONDS)
        self._handles[key] = asyncio.get_running_loop().call_later(wait, self._check, key, due, ring)

    def clear(self, execution: str) -> None:
        """Forget the alarms of an execution, which is the first half of their keys."""
        for key in [key for key in self._handles if key[0] == execution]:
            self._handles.pop(key).cancel()

    def close(self) -> None:
        """Forget every alarm."""
        for handle in self._handles.values():
            handle.cancel()
        self._handles.clear()

    def _check(self, key: tuple[str, int], due: float, ring: Callable[[], None]) -> None:
        del self._handles[key]
        if self._now() < due:
            self.set(key, due, ring)
        else:
            ring()
