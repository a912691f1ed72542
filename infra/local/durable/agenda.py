"""The agenda of one execution: its calls by number, and the messages from outside that nobody has waited for."""

import json
from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any

from infra.local.durable.calls import Call, CallKind
from infra.local.durable.events import Event, EventKind
from infra.local.durable.tasks import CallTask, Task, TaskFailed


class NotDeterministic(Exception):
    """The orchestrator asked for something else than its history says it asked for at this place."""


class Agenda:
    """Numbers calls in the order in which they are waited on, which is the same in every replay."""

    def __init__(self, expected: Sequence[Call] = ()) -> None:
        """`expected` are the calls that the history knows, by number; a replay must make the same ones."""
        self.tasks: list[CallTask] = []
        self._expected = expected
        self._written = len(expected)
        self._waits: defaultdict[str, deque[CallTask]] = defaultdict(deque)
        self._unclaimed: defaultdict[str, deque[Event]] = defaultdict(deque)

    def ask(self, task: Task) -> None:
        """Number the calls of a task that was not waited on before. Raises NotDeterministic."""
        for call_task in task.calls():
            if call_task.number is None:
                self._number(call_task)

    def settle(self, event: Event) -> None:
        """Complete what the event answers. Raises NotDeterministic where nothing was asked under its number."""
        if event.number is None:
            self._raise(event)
        elif event.number >= len(self.tasks):
            raise NotDeterministic(f"the history answers step {event.number}, which was not asked for in this replay")
        elif event.kind == EventKind.SUCCEEDED:
            self.tasks[event.number].succeed(json.loads(event.value))
        else:
            self.tasks[event.number].fail(TaskFailed(json.loads(event.value)))

    def take_new(self) -> list[CallTask]:
        """The calls that are not written down yet, once."""
        new = self.tasks[self._written :]
        self._written = max(self._written, len(self.tasks))
        return new

    def open_calls(self) -> list[CallTask]:
        """The calls that wait for an answer."""
        return [task for task in self.tasks if not task.is_completed and not task.is_cancelled]

    def unclaimed_positions(self) -> list[int]:
        """Where in the history the messages stand that nobody waited for."""
        return [event.position for events in self._unclaimed.values() for event in events]

    def check_complete(self) -> None:
        """After a replay: raises NotDeterministic where the history knows calls that were not made again."""
        if len(self.tasks) < len(self._expected):
            missing = len(self.tasks)
            raise NotDeterministic(f"step {missing} was {self._expected[missing]}, and is now not asked for")

    def _number(self, task: CallTask) -> None:
        task.number = len(self.tasks)
        if task.number < len(self._expected) and not self._expected[task.number].is_same_step(task.call):
            raise NotDeterministic(f"step {task.number} was {self._expected[task.number]}, and is now {task.call}")
        self.tasks.append(task)
        if task.call.kind == CallKind.EVENT:
            self._wait(task)

    def _wait(self, task: CallTask) -> None:
        if unclaimed := self._unclaimed[task.call.name]:
            task.succeed(value_of(unclaimed.popleft()))
        else:
            self._waits[task.call.name].append(task)

    def _raise(self, event: Event) -> None:
        if waits := self._waits[event.name]:
            waits.popleft().succeed(value_of(event))
        else:
            self._unclaimed[event.name].append(event)


def value_of(event: Event) -> Any:
    """The JSON value that an event carries."""
    return json.loads(event.value)
