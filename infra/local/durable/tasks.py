"""What an orchestrator waits on: one call, all of several tasks, any of them, or one call with retries."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from infra.local.durable.calls import Call, CallKind


class TaskFailed(Exception):
    """Raised inside an orchestrator where the activity, or the run, that it waited on failed."""


class RetryOptions(Protocol):
    """The part of the SDK's RetryOptions that is used here."""

    @property
    def first_retry_interval_in_milliseconds(self) -> int:
        """Wait between two attempts, in milliseconds."""

    @property
    def max_number_of_attempts(self) -> int:
        """How often the activity is called at most."""


class Task:
    """Something that will have a result, or an error, once."""

    def __init__(self) -> None:
        self.result: Any = None
        self.is_completed = False
        self.is_failed = False
        self._waiting: list[Gathering] = []

    def calls(self) -> Iterator["CallTask"]:
        """The calls that must be made for this task, in the order in which they are numbered."""
        return iter(())

    def succeed(self, value: Any) -> None:
        """Complete with a value and tell whoever waits."""
        self._settle(value)

    def fail(self, error: Exception) -> None:
        """Complete with an error, which the orchestrator will see raised."""
        self.is_failed = True
        self._settle(error)

    def _settle(self, result: Any) -> None:
        self.result = result
        self.is_completed = True
        for gathering in self._waiting:
            gathering.completed(self)

    def told_to(self, gathering: "Gathering") -> None:
        """Tell `gathering` when this task completes, at once where it already has."""
        if self.is_completed:
            gathering.completed(self)
        else:
            self._waiting.append(gathering)


class CallTask(Task):
    """One call; it gets its number when the orchestrator first waits on it."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self.call = call
        self.number: int | None = None
        self.is_cancelled = False

    def calls(self) -> Iterator["CallTask"]:
        yield self


class TimerTask(CallTask):
    """A call that completes at a time."""

    def cancel(self) -> None:
        """Forget the timer. Raises ValueError once it has fired."""
        if self.is_completed:
            raise ValueError("Cannot cancel a completed task.")
        self.is_cancelled = True


class Gathering(Task):
    """A task that completes by way of others."""

    def __init__(self, children: Sequence[Task]) -> None:
        super().__init__()
        self.children = list(children)
        self._missing = len(self.children)

    def calls(self) -> Iterator[CallTask]:
        for child in self.children:
            yield from child.calls()

    def watch(self) -> None:
        """Hear of every child's completion from now on."""
        for child in self.children:
            child.told_to(self)

    def completed(self, child: Task) -> None:
        """Take note that a child completed."""
        raise NotImplementedError


class AllTask(Gathering):
    """Completes with every child's result in order, or at once with the first error."""

    def __init__(self, children: Sequence[Task]) -> None:
        super().__init__(children)
        self.watch()
        if not self.children:
            self.succeed([])

    def completed(self, child: Task) -> None:
        self._missing -= 1
        if self.is_completed:
            return
        if child.is_failed:
            self.fail(child.result)
        elif not self._missing:
            self.succeed([each.result for each in self.children])


class AnyTask(Gathering):
    """Completes with the first child that completed, whether it succeeded or failed."""

    def __init__(self, children: Sequence[Task]) -> None:
        super().__init__(children)
        self.watch()
        if not self.children:
            self.succeed(None)

    def completed(self, child: Task) -> None:
        if not self.is_completed:
            self.succeed(child)


class RetryTask(Gathering):
    """Repeats a call that fails, with a timer between two attempts, until it succeeds or the attempts are used up."""

    def __init__(
        self, call: Call, options: RetryOptions, ask: Callable[[Task], None], now: Callable[[], float]
    ) -> None:
        super().__init__([CallTask(call)])
        self._call = call
        self._left = options.max_number_of_attempts - 1
        self._pause = options.first_retry_interval_in_milliseconds / 1000
        self._ask = ask
        self._now = now
        self.watch()

    def completed(self, child: Task) -> None:
        if isinstance(child, TimerTask):
            self._follow(CallTask(self._call))
        elif not child.is_failed:
            self.succeed(child.result)
        elif self._left > 0:
            self._left -= 1
            self._follow(TimerTask(timer_call(self._now() + self._pause)))
        else:
            self.fail(child.result)

    def _follow(self, task: Task) -> None:
        task.told_to(self)
        self._ask(task)


def timer_call(due: float) -> Call:
    """The call of a timer that fires at `due`, in seconds since the epoch."""
    return Call(CallKind.TIMER, "", due=due)
