"""Timer functions: fired by the clock, one run of a timer after the other."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from azure.functions.timer import TimerRequest

from infra.local.host.clock import Clock
from infra.local.host.functions import RegisteredFunction, wrongly_declared
from infra.local.host.gate import Stopping
from infra.local.host.memory import Memory
from infra.local.host.schedule import Schedule, schedule_of

logger = logging.getLogger(__name__)

LATE = timedelta(seconds=5)
"""From when on a run counts as past due; below, it is the noise of a busy machine."""

Invoke = Callable[[RegisteredFunction, Any], Awaitable[Any]]


class Timers:
    """Keeps one task per timer function."""

    def __init__(self, functions: Iterable[RegisteredFunction], invoke: Invoke, clock: Clock) -> None:
        """Raises BadSetting for a schedule that cannot be read."""
        self._schedules = {function: schedule_of_function(function) for function in functions}
        self._invoke = invoke
        self._clock = clock
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, memory: Memory) -> None:
        """Begin to wait for every timer."""
        self._tasks = [
            asyncio.create_task(self._keep(function, schedule, memory), name=f"timer {function.name}")
            for function, schedule in self._schedules.items()
        ]

    async def stop(self) -> None:
        """Stop waiting; a run that is under way is cut off, so let the gate drain first."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, function: RegisteredFunction, schedule: Schedule, memory: Memory) -> None:
        due = await self._first_due(function, schedule, memory)
        if function.trigger.run_on_startup:
            await self._fire(function, due, schedule, past_due=False)
        while True:
            await self._clock.sleep_until(due)
            await self._fire(function, due, schedule, past_due=self._clock.now() - due > LATE)
            # From now on and not from `due`: what a long run overran is skipped, never made up for in a burst.
            due = schedule.next(max(due, self._clock.now()))
            await self._remember(function, due, memory)

    async def _first_due(self, function: RegisteredFunction, schedule: Schedule, memory: Memory) -> datetime:
        """The remembered time, which may have passed while the host was down, or the next one."""
        if monitored(function):
            remembered = await asyncio.to_thread(memory.due, function.name, function.trigger.schedule)
            if remembered is not None:
                return remembered
        due = schedule.next(self._clock.now())
        await self._remember(function, due, memory)
        return due

    async def _remember(self, function: RegisteredFunction, due: datetime, memory: Memory) -> None:
        if not monitored(function):
            return
        try:
            await asyncio.to_thread(memory.set_due, function.name, function.trigger.schedule, due)
        except Exception:
            logger.exception("timer '%s' could not be remembered", function.name)

    async def _fire(self, function: RegisteredFunction, due: datetime, schedule: Schedule, *, past_due: bool) -> None:
        try:
            await self._invoke(function, timer_request(due, schedule.next(due), past_due=past_due))
        except Stopping:
            logger.info("timer '%s' did not run: the host is stopping", function.name)
        except Exception:
            logger.exception("timer '%s' failed", function.name)


def schedule_of_function(function: RegisteredFunction) -> Schedule:
    """The schedule of a timer function. Raises BadSetting."""
    try:
        return schedule_of(function.trigger.schedule)
    except ValueError as error:
        raise wrongly_declared(function, f"cannot be timed: {error}") from error


def monitored(function: RegisteredFunction) -> bool:
    """Whether a time that passes while the host is down is made up for."""
    return function.trigger.use_monitor is not False


def timer_request(due: datetime, following: datetime, *, past_due: bool) -> Any:
    """What a timer function receives."""
    status = {"Last": due.isoformat(), "Next": following.isoformat(), "LastUpdated": due.isoformat()}
    return TimerRequest(past_due=past_due, schedule_status=status, schedule={"AdjustForDST": True})
