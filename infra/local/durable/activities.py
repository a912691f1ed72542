"""Running activities: a bounded number at once, coroutines on the loop and plain functions on threads."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.durable.events import EventKind
from infra.local.durable.registry import Activity
from infra.local.durable.threads import Threads
from shared.deadline import without_end

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One call of an activity; `input` is JSON text."""

    execution: str
    number: int
    name: str
    input: str


@dataclass(frozen=True)
class Outcome:
    """How an activity ended; `value` is JSON text: the result, or the failure's message."""

    kind: EventKind
    value: str


Finished = Callable[[Job, Outcome], None]


class Activities:
    """First come, first served; an activity that ends makes room for the next at once."""

    def __init__(self, activities: Mapping[str, Activity], maximum: int, finished: Finished) -> None:
        """`finished` is called on the loop for every job that was not cancelled."""
        self._activities = activities
        self._room = maximum
        self._finished = finished
        self._waiting: deque[Job] = deque()
        self._running: dict[Job, asyncio.Task[None] | None] = {}
        self._threads = Threads(maximum, "activity")
        self._idle = asyncio.Event()
        self._idle.set()
        self._is_closed = False

    def submit(self, job: Job) -> None:
        """Run the activity as soon as there is room."""
        self._waiting.append(job)
        self._fill()

    def cancel(self, execution: str) -> None:
        """Forget what an execution asked for; a plain function that runs already ends unheard."""
        self._waiting = deque(job for job in self._waiting if job.execution != execution)
        for job, task in list(self._running.items()):
            if job.execution == execution and task:
                task.cancel()

    async def close(self, seconds: float) -> None:
        """Start nothing more, and give what runs some seconds to end."""
        self._is_closed = True
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            logger.warning("%d activities did not end in time; they will run again", len(self._running))
        remaining = [task for task in self._running.values() if task]
        for task in remaining:
            task.cancel()
        await asyncio.gather(*remaining, return_exceptions=True)
        self._threads.close()

    def _fill(self) -> None:
        while self._waiting and self._room and not self._is_closed:
            self._start(self._waiting.popleft())

    def _start(self, job: Job) -> None:
        self._room -= 1
        self._idle.clear()
        activity = self._activities.get(job.name)
        if activity is None:
            self._running[job] = None
            self._end(job, failure(job, f"no activity has the name '{job.name}'"))
        elif activity.is_asynchronous:
            self._running[job] = asyncio.create_task(self._await(job, activity))
        else:
            self._running[job] = None
            self._thread(job, activity)

    async def _await(self, job: Job, activity: Activity) -> None:
        outcome: Outcome | None = None
        try:
            # Whoever asked for it may have been answered by then.
            with without_end():
                outcome = success(await activity.call(json.loads(job.input)))
        except asyncio.CancelledError as error:
            # Only a cancellation from outside ends the job unheard; one that the activity raised itself is its failure.
            if not is_cancelled():
                outcome = failed(job, error)
        except Exception as error:
            outcome = failed(job, error)
        finally:
            self._end(job, outcome)

    def _thread(self, job: Job, activity: Activity) -> None:
        loop = asyncio.get_running_loop()

        def work() -> None:
            outcome = call_plainly(job, activity)
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._end, job, outcome)

        self._threads.submit(work)

    def _end(self, job: Job, outcome: Outcome | None) -> None:
        del self._running[job]
        self._room += 1
        if outcome:
            self._finished(job, outcome)
        self._fill()
        if not self._running:
            self._idle.set()


def is_cancelled() -> bool:
    """Whether somebody asked the current task to stop."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def call_plainly(job: Job, activity: Activity) -> Outcome:
    """Call a plain function; whatever it raises, an exit included, is the failure of its call alone."""
    try:
        return success(activity.call(json.loads(job.input)))
    except BaseException as error:
        return failed(job, error)


def success(value: Any) -> Outcome:
    """The outcome of a result. Raises TypeError where it is no JSON value."""
    return Outcome(EventKind.SUCCEEDED, json.dumps(value))


def failed(job: Job, error: BaseException) -> Outcome:
    """The outcome of an exception, which is logged with its trace."""
    logger.warning("activity '%s' failed", job.name, exc_info=error)
    return failure(job, f"{type(error).__name__}: {error}")


def failure(job: Job, reason: str) -> Outcome:
    """The outcome that the orchestrator sees raised."""
    return Outcome(EventKind.FAILED, json.dumps(f"Activity function '{job.name}' failed: {reason}"))
