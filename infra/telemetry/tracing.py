"""What is asked of a tracing backend, and what stands there where none is plugged in."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

Attributes = Mapping[str, str | int | float | bool]

Place = object
"""A place in a trace; only the tracing that gave it out can read it."""


class Span(Protocol):
    """Work under way."""

    def around(self) -> AbstractContextManager[object]:
        """Put what begins while the block runs under this span; the block may await, but not yield."""
        ...

    def note(self, attributes: Attributes) -> None:
        """Add what has become known."""
        ...

    def end(self, error: str = "") -> None:
        """Say that the work is over, and the code of the error that it ended in."""
        ...


class Tracing(Protocol):
    """Takes down which work caused which."""

    def here(self) -> Place:
        """Return the present place, for work that begins later."""
        ...

    def begin(self, name: str, attributes: Attributes, under: Place) -> Span:
        """Begin a span under a place."""
        ...


class NoSpan:
    """Work that nobody looks at."""

    def around(self) -> AbstractContextManager[object]:
        """Do nothing."""
        return nullcontext()

    def note(self, attributes: Attributes) -> None:
        """Do nothing."""

    def end(self, error: str = "") -> None:
        """Do nothing."""


class NoTracing:
    """Takes nothing down."""

    def here(self) -> Place:
        """Return nothing."""
        return None

    def begin(self, name: str, attributes: Attributes, under: Place) -> Span:
        """Return the one span that does nothing."""
        return NO_SPAN


NO_SPAN = NoSpan()
NO_TRACING = NoTracing()
