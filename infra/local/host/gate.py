"""The gate that every invocation passes, so that a stopping host can refuse new ones and wait for the rest."""

import asyncio
from types import TracebackType

from shared.domain.errors import Unavailable


class Stopping(Unavailable):
    """The host is starting or stopping and takes nothing on."""


class Gate:
    """Lives on the event loop; `with gate:` is one invocation."""

    def __init__(self) -> None:
        self._is_open = False
        self._inside = 0
        self._empty = asyncio.Event()
        self._empty.set()

    def __enter__(self) -> None:
        """Raises Stopping while the gate is closed."""
        if not self._is_open:
            raise Stopping("the host is stopping; try again in a moment")
        self._inside += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._inside -= 1
        if not self._inside:
            self._empty.set()

    def open(self) -> None:
        """Let invocations in."""
        self._is_open = True

    def shut(self) -> None:
        """Let nothing in any more."""
        self._is_open = False

    async def close(self, seconds: float) -> bool:
        """Let nothing in any more and wait for those inside; returns whether all left in time."""
        self.shut()
        if self._inside:
            self._empty.clear()
        try:
            await asyncio.wait_for(self._empty.wait(), seconds)
        except TimeoutError:
            return False
        return True
