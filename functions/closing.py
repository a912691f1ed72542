"""What a ground lets go of at its end."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from inspect import iscoroutinefunction
from typing import Any, Protocol, TypeVar


class Closable(Protocol):
    """What holds connections, files or threads until it is closed."""

    @property
    def close(self) -> Callable[[], Any]:
        """Let go of them, awaited or not."""
        ...


Adapter = TypeVar("Adapter", bound=Closable)


class Closing(AsyncExitStack):
    """Closes what it was told of, the last thing first; one that fails keeps no other open."""

    def over(self, adapter: Adapter) -> Adapter:
        """Close an adapter at the end, and return it; a close that is not awaited may block and gets a thread."""
        if iscoroutinefunction(adapter.close):
            self.push_async_callback(adapter.close)
        else:
            self.push_async_callback(asyncio.to_thread, adapter.close)
        return adapter
