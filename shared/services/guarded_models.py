"""Models behind a circuit: each stands before another one of its port."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from time import monotonic

from shared.deadline import is_over
from shared.domain.answers import ModelEvent, ModelTask, Prompt
from shared.domain.errors import ContentBlocked, DeadlineExceeded, ModelUnavailable, RateLimited
from shared.ports.models import ChatModel, TaskModel
from shared.services.circuit import Circuit

AWAY = (ModelUnavailable, RateLimited, DeadlineExceeded)
"""What a model raises that cannot be asked now."""

SILENT_SECONDS = 10.0
"""So long must a model have been silent for the end of a request's time to be a failure of the model."""


@dataclass(frozen=True)
class GuardedChatModel:
    """Port ChatModel; asked only while its circuit lets calls pass."""

    model: ChatModel
    circuit: Circuit

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    async def ping(self) -> None:
        """Ask the model itself: readiness is to see it come back."""
        await self.model.ping()

    def stream(self, prompt: Prompt) -> AsyncGenerator[ModelEvent, None]:
        """Write piece by piece; see the port."""
        return passed(self.circuit, self.model.stream(prompt))


@dataclass(frozen=True)
class GuardedTaskModel:
    """Port TaskModel; asked only while its circuit lets calls pass."""

    model: TaskModel
    circuit: Circuit

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    def perform(self, task: ModelTask) -> AsyncGenerator[ModelEvent, None]:
        """Write piece by piece; see the port."""
        return passed(self.circuit, self.model.perform(task))


async def passed(circuit: Circuit, events: AsyncGenerator[ModelEvent, None]) -> AsyncGenerator[ModelEvent, None]:
    """Pass a call on through the circuit.

    A first event and a refused content are signs of life; a stream that breaks behind its first event is neither
    that nor a failure. A caller who leaves before it says nothing about the model, unless their time ran out over
    its silence.
    """
    ticket = circuit.enter()
    lives, asked_at = False, monotonic()
    try:
        async with aclosing(events):
            async for event in events:
                if not lives:
                    circuit.lives()
                lives = True
                yield event
    except ContentBlocked:
        circuit.lives()
        raise
    except AWAY:
        if not lives:
            circuit.fails()
        raise
    except asyncio.CancelledError:
        if not lives and is_over() and monotonic() - asked_at >= SILENT_SECONDS:
            circuit.fails()
        raise
    finally:
        circuit.leave(ticket)
