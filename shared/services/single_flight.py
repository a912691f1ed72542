"""Let one of those who ask the same at the same time work, and give its answer to the others."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from shared.deadline import in_time
from shared.domain.answers import Answer
from shared.domain.errors import Unavailable

MOST_FAILURES = 3
"""So many askers find a dependency unavailable one after the other; then the rest is told so and waits no longer."""


class Flight:
    """The askers of one question at one time: one has the turn to work, and `answer` is there once it is done."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.askers = 0
        self.answer: Answer | None = None
        self.failures = 0
        self.error: Unavailable | None = None

    def land(self, answer: Answer) -> None:
        """Give an answer to all who wait, before the one who worked has read it to its end."""
        if self.answer is None:
            self.answer = answer
            self.turn.release()

    def fail(self, error: Unavailable) -> None:
        """Count a failure that the next asker would very likely meet too."""
        self.failures += 1
        if self.failures >= MOST_FAILURES:
            self.error = error


class SingleFlight:
    """The questions that are being answered; one process, one event loop."""

    def __init__(self) -> None:
        """Begin with none."""
        self._flights: dict[Hashable, Flight] = {}

    @property
    def under_way(self) -> int:
        """How many different questions are asked right now."""
        return len(self._flights)

    @asynccontextmanager
    async def joined(self, key: Hashable) -> AsyncIterator[Flight]:
        """Wait for the answer of whoever asked first, or for its place where it failed or left.

        Inside, either `answer` is there, or this asker alone works and calls `land`. Raises Unavailable where the
        last of several askers in a row met that, and DeadlineExceeded.
        """
        flight = self._flights.get(key)
        # Behind an answer that is there, the cache is asked: it knows what was forgotten meanwhile.
        if flight is None or flight.answer or flight.error:
            flight = self._flights[key] = Flight()
        flight.askers += 1
        try:
            await in_time(flight.turn.acquire())
            if flight.answer or flight.error:
                flight.turn.release()
            if flight.error:
                raise flight.error.with_traceback(None)
            if flight.answer:
                yield flight
                return
            try:
                yield flight
            except Unavailable as error:
                flight.fail(error)
                raise
            finally:
                if flight.answer is None:
                    flight.turn.release()
        finally:
            flight.askers -= 1
            if not flight.askers and self._flights.get(key) is flight:
                del self._flights[key]
