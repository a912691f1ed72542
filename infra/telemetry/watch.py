"""Watch work from its begin to its end, whatever ends it."""

from asyncio import CancelledError
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

from infra.telemetry.conventions import OPERATION, PROVIDER, REQUEST_MODEL
from infra.telemetry.tracing import NO_TRACING, Attributes, Place, Tracing
from shared.deadline import is_over
from shared.domain.errors import DeadlineExceeded, KnowledgeError

Result = TypeVar("Result")
Event = TypeVar("Event")


@dataclass(frozen=True, slots=True)
class Call:
    """One operation; `model` is empty where it is not one of a model."""

    operation: str
    provider: str
    model: str = ""

    @property
    def name(self) -> str:
        """The name of its span."""
        return f"{self.operation} {self.model}".rstrip()

    @property
    def attributes(self) -> Attributes:
        """What is known before it begins; nothing that anybody wrote or asked."""
        model = {REQUEST_MODEL: self.model} if self.model else {}
        return {OPERATION: self.operation, PROVIDER: self.provider, **model}


@dataclass(frozen=True, slots=True)
class Ended:
    """A call that is over: how long it took, in seconds, how long until its first piece, and the code of its error.

    `first` is None where it did not come piece by piece; `error` is empty after success and for who left early.
    """

    call: Call
    seconds: float
    first: float | None = None
    error: str = ""


def unheard(_: Ended) -> None:
    """Let a call go unrecorded."""


@dataclass(frozen=True)
class Watch:
    """Begins and ends a span for each call, and tells `ended` of it."""

    tracing: Tracing = NO_TRACING
    ended: Callable[[Ended], None] = unheard

    async def over(
        self, call: Call, work: Callable[[], Awaitable[Result]], learned: Callable[[Result], Attributes]
    ) -> Result:
        """Do work that ends with one result."""
        span = self.tracing.begin(call.name, call.attributes, self.tracing.here())
        started, error = perf_counter(), ""
        try:
            with span.around():
                result = await work()
            span.note(learned(result))
            return result
        except BaseException as failure:
            error = code_of(failure)
            raise
        finally:
            span.end(error)
            self.ended(Ended(call, perf_counter() - started, error=error))

    def along(
        self, call: Call, events: AsyncGenerator[Event, None], learned: Callable[[Event], Attributes]
    ) -> AsyncGenerator[Event, None]:
        """Pass events on; the span begins with the first of them, under the place where this was called.

        Whoever takes the events of an answer may do so long after the function that was asked has returned.
        """
        return self._along(call, events, learned, self.tracing.here())

    async def _along(
        self, call: Call, events: AsyncGenerator[Event, None], learned: Callable[[Event], Attributes], under: Place
    ) -> AsyncGenerator[Event, None]:
        span = self.tracing.begin(call.name, call.attributes, under)
        started, first, error = perf_counter(), None, ""
        try:
            while True:
                with span.around():
                    event = await anext(events, None)
                if event is None:
                    return
                first = perf_counter() - started if first is None else first
                span.note(learned(event))
                yield event
        except BaseException as failure:
            error = code_of(failure)
            raise
        finally:
            with span.around():
                await events.aclose()
            span.end(error)
            self.ended(Ended(call, perf_counter() - started, first, error))


UNWATCHED = Watch()
"""Looks at nothing."""


def code_of(failure: BaseException) -> str:
    """Return the code of an error of the tree, or the name of another one's type; who left early had none."""
    if not isinstance(failure, Exception):
        return DeadlineExceeded.code if isinstance(failure, CancelledError) and is_over() else ""
    return failure.code if isinstance(failure, KnowledgeError) else type(failure).__name__
