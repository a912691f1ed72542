"""Threads for blocking work that never keep alive a process which has to end."""

import asyncio
import queue
import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import TypeVar

Result = TypeVar("Result")


class Threads:
    """A fixed number of daemon threads, started with the first work."""

    def __init__(self, count: int, name: str) -> None:
        """`count` is how many pieces of work run at once; the rest waits."""
        self._count = count
        self._name = name
        self._waiting: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._started = False

    def submit(self, work: Callable[[], None]) -> None:
        """Run `work`, which must not raise, on one of the threads."""
        if not self._started:
            self._start()
        self._waiting.put(work)

    async def run(self, work: Callable[[], Result]) -> Result:
        """Run `work` on one of the threads and wait for it; it sees the caller's context variables."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Result] = loop.create_future()
        context = copy_context()

        def settle() -> None:
            try:
                result = context.run(work)
            except BaseException as error:
                failure = as_exception(error)
                deliver(loop, answer, lambda: answer.set_exception(failure))
            else:
                deliver(loop, answer, lambda: answer.set_result(result))

        self.submit(settle)
        return await answer

    def close(self) -> None:
        """Let every thread end once it is idle."""
        for _ in range(self._count if self._started else 0):
            self._waiting.put(None)

    def _start(self) -> None:
        self._started = True
        for number in range(self._count):
            threading.Thread(target=self._work, name=f"{self._name}-{number}", daemon=True).start()

    def _work(self) -> None:
        while (work := self._waiting.get()) is not None:
            work()


def deliver(loop: asyncio.AbstractEventLoop, answer: "asyncio.Future[Result]", settle: Callable[[], None]) -> None:
    """Settle a future from another thread, unless nobody waits any more."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(lambda: None if answer.done() else settle())


def as_exception(error: BaseException) -> Exception:
    """A future cannot hold StopIteration or an exit; say it as an error."""
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    return RuntimeError(f"{type(error).__name__}: {error}")
