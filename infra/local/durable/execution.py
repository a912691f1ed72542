"""One execution of an orchestrator: its live generator, fed with events until it ends."""

import json
import logging
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

from infra.local.durable.agenda import Agenda, NotDeterministic
from infra.local.durable.calls import Call
from infra.local.durable.context import RunContext
from infra.local.durable.events import Event
from infra.local.durable.tasks import Task

logger = logging.getLogger(__name__)

Orchestrator = Callable[[Any], Any]


@dataclass(frozen=True)
class Beginning:
    """What an execution starts from; `id` differs for every execution, `input` is JSON text, `at` epoch seconds."""

    id: str
    run_id: str
    name: str
    input: str
    at: float


@dataclass(frozen=True)
class Completed:
    """The orchestrator returned; `output` is JSON text."""

    output: str


@dataclass(frozen=True)
class Failed:
    """The orchestrator raised, or left the path of its history."""

    message: str


@dataclass(frozen=True)
class Renewed:
    """The orchestrator continues as new; `kept` are the positions of messages that it did not wait for."""

    input: str
    kept: tuple[int, ...]
    last_position: int


Ending = Completed | Failed | Renewed


class Execution:
    """Runs on the event loop's thread; every method returns at once with the generator waiting again, or ended."""

    def __init__(self, beginning: Beginning, orchestrator: Orchestrator, expected: Sequence[Call] = ()) -> None:
        """`expected` are the calls that the history knows; nothing runs before `begin` or `replay`."""
        self.beginning = beginning
        self.agenda = Agenda(expected)
        self.context = RunContext(beginning.run_id, beginning.id, beginning.input, self.agenda.ask, beginning.at)
        self.ending: Ending | None = None
        self._orchestrator = orchestrator
        self._generator = returning(None)
        self._last_position = 0

    def begin(self) -> None:
        """Run the orchestrator up to the first task that it has to wait for."""
        try:
            self._generator = as_generator(self._orchestrator(self.context))
        except Exception as error:
            self._fail(error)
            return
        start = Task()
        start.succeed(None)
        self._advance(start)

    def deliver(self, event: Event) -> None:
        """Complete what the event answers and run on as far as possible; an ended execution ignores it."""
        if self.ending:
            return
        self._last_position = event.position
        self.context.advance_clock(event.at)
        try:
            self.agenda.settle(event)
        except NotDeterministic as error:
            self._leave_path(error)
        else:
            self._advance(self._current)

    def replay(self, history: Sequence[Event]) -> None:
        """Begin, take in what is committed already, and check that the same calls were made."""
        self.context.is_replaying = True
        self.begin()
        for event in history:
            self.deliver(event)
        self.context.is_replaying = False
        try:
            if self.ending is None:
                self.agenda.check_complete()
        except NotDeterministic as error:
            self._leave_path(error)

    def close(self) -> None:
        """Let the generator run its `finally` blocks; what they ask for, or raise, is not heard."""
        try:
            self._generator.close()
        except Exception:
            logger.exception("orchestrator '%s' could not be closed", self.beginning.name)

    def _advance(self, task: Task) -> None:
        while task.is_completed and self.ending is None:
            try:
                resume = self._generator.throw if task.is_failed else self._generator.send
                task = self._waited_on(resume(task.result))
                if self.context.will_continue_as_new:
                    self._return(None)
            except StopIteration as stop:
                self._return(stop.value)
            except NotDeterministic as error:
                self._leave_path(error)
            except Exception as error:
                self._fail(error)
        self._current = task

    def _waited_on(self, task: Any) -> Task:
        if not isinstance(task, Task):
            raise TypeError(f"an orchestrator may yield only tasks, not {type(task).__name__}")
        if not self.context.will_continue_as_new:
            self.agenda.ask(task)
        return task

    def _return(self, value: Any) -> None:
        if self.context.will_continue_as_new:
            kept = tuple(self.agenda.unclaimed_positions())
            self.ending = Renewed(self.context.next_input, kept, self._last_position)
            return
        try:
            self.ending = Completed(json.dumps(value))
        except (TypeError, ValueError) as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        reason = str(error) or type(error).__name__
        self.ending = Failed(f"Orchestrator function '{self.beginning.name}' failed: {reason}")

    def _leave_path(self, error: NotDeterministic) -> None:
        self._fail(NotDeterministic(f"not deterministic: {error}. An orchestrator's code must not change under a run."))


def as_generator(result: Any) -> Generator[Any, Any, Any]:
    """The generator itself, or one that returns at once what a plain function returned."""
    if isinstance(result, Generator):
        return result
    return returning(result)


def returning(value: Any) -> Generator[Any, Any, Any]:
    """A generator that asks for nothing."""
    yield from ()
    return value
