"""Leave a model alone for a while that failed several times in a row."""

from collections.abc import Callable
from enum import StrEnum
from itertools import count
from math import ceil
from time import monotonic

from shared.domain.errors import ModelUnavailable

MOST_FAILURES = 3
"""Failures in a row that open a circuit. Each comes after the adapter's own retries: where 30 % of all requests fail by
chance, three tries of three calls in a row fail in 0.3 ** 9, two of a hundred thousand."""

PAUSE_SECONDS = 30.0
"""How long a circuit stays open before one call may try again; what a restart or a failover of a model takes."""


class CircuitState(StrEnum):
    """Whether calls pass: all of them, none, or one that tries."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Circuit:
    """The way to one model: open after failures, closed by a sign of life."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Begin closed; `clock` reads seconds."""
        self._clock = clock
        self._tickets = count(1)
        self._failures = 0
        self._opened: float | None = None
        self._trial = 0

    @property
    def state(self) -> CircuitState:
        """How the circuit stands now."""
        if self._opened is None:
            return CircuitState.CLOSED
        return CircuitState.OPEN if self._remaining > 0 else CircuitState.HALF_OPEN

    @property
    def _remaining(self) -> float:
        return (self._opened or 0.0) + PAUSE_SECONDS - self._clock()

    def enter(self) -> int:
        """Let a call pass and return its ticket. Raises ModelUnavailable while the model is left alone."""
        ticket = next(self._tickets)
        state = self.state
        if state is CircuitState.OPEN or (state is CircuitState.HALF_OPEN and self._trial):
            raise ModelUnavailable(
                "the model failed several times in a row and is left alone for now",
                retry_after=max(1, ceil(self._remaining)),
            )
        if state is CircuitState.HALF_OPEN:
            self._trial = ticket
        return ticket

    def lives(self) -> None:
        """Take note of a sign of life."""
        self._failures, self._opened = 0, None

    def fails(self) -> None:
        """Take note of a call without one; after three in a row, or where the model was on trial, leave it alone."""
        self._failures += 1
        if self._failures >= MOST_FAILURES:
            self._opened = self._clock()

    def leave(self, ticket: int) -> None:
        """End a call; where it was the one that tried, the next one may."""
        if self._trial == ticket:
            self._trial = 0
