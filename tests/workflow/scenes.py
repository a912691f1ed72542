"""Orchestrators and activities that the workflow tests run."""

import asyncio
import os
from collections.abc import Callable, Generator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from infra.local.durable import Activity, Registry

Steps = Generator[Any, Any, Any]


class Retry:
    """Retry options as the SDK spells them."""

    def __init__(self, attempts: int) -> None:
        self.first_retry_interval_in_milliseconds = 1
        self.max_number_of_attempts = attempts


def fan_out(context: Any) -> Steps:
    """Square every number of the input at the same time."""
    squares = yield context.task_all([context.call_activity("square", n) for n in range(context.get_input())])
    return sum(squares)


def chain(context: Any) -> Steps:
    """Square a number over and over, one call after the other."""
    total = 0
    for number in range(context.get_input()):
        total += yield context.call_activity("square", number)
        context.set_custom_status({"done": number + 1})
    return total


def everything(context: Any) -> Steps:
    """Use each thing that a context offers, so that a kill can fall between any two of them."""
    first = yield context.call_activity("square", 3)
    sums = yield context.task_all([context.call_sub_orchestrator("fan_out", n) for n in (2, 3)])
    stubborn = yield context.call_activity_with_retry("fails_until_told", Retry(3), "stubborn")
    yield context.create_timer(context.current_utc_datetime + timedelta(milliseconds=5))
    slow = context.create_timer(context.current_utc_datetime + timedelta(days=1))
    winner = yield context.task_any([context.call_activity("square", 4), slow])
    slow.cancel()
    try:
        yield context.call_activity("breaks", None)
    except Exception as error:
        caught = type(error).__name__
    context.set_custom_status("nearly")
    last = yield from chain_of(context, 3)
    return [first, sums, stubborn, winner.result, caught, last]


def chain_of(context: Any, count: int) -> Steps:
    """A part of an orchestrator in a generator of its own."""
    total = 0
    for number in range(count):
        total += yield context.call_activity("square", number)
    return total


EVERYTHING = [9, [1, 5], "told", 16, "TaskFailed", 5]
"""What `everything` returns."""


class Workshop:
    """Activities that leave a line in a file each time they are run, which outlives a killed process."""

    def __init__(self, trace: Path) -> None:
        self._trace = trace
        self._running = 0
        self.most_at_once = 0

    def registry(self, **orchestrators: Callable[[Any], Any]) -> Registry:
        """The scenes, more orchestrators, and the activities."""
        return Registry({**ORCHESTRATORS, **orchestrators}, self._activities())

    def ran(self) -> list[str]:
        """What was run, in order."""
        return self._trace.read_text().splitlines() if self._trace.exists() else []

    def _activities(self) -> Mapping[str, Activity]:
        return {
            "square": Activity(self._square, is_asynchronous=True),
            "square_plainly": Activity(self._square_plainly, is_asynchronous=False),
            "fails_until_told": Activity(self._fails_until_told, is_asynchronous=False),
            "breaks": Activity(self._breaks, is_asynchronous=True),
            "unwritable": Activity(lambda _: object(), is_asynchronous=False),
            "forever": Activity(self._forever, is_asynchronous=True),
        }

    def note(self, line: str) -> None:
        """Leave a line in the trace."""
        descriptor = os.open(self._trace, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, f"{line}\n".encode())
        os.close(descriptor)

    async def _square(self, number: int) -> int:
        self.note(f"square {number}")
        self._running += 1
        self.most_at_once = max(self.most_at_once, self._running)
        await asyncio.sleep(0)
        self._running -= 1
        return number * number

    def _square_plainly(self, number: int) -> int:
        self.note(f"square {number}")
        return number * number

    def _fails_until_told(self, name: str) -> str:
        self.note(name)
        if self.ran().count(name) < 2:
            raise RuntimeError("not yet")
        return "told"

    async def _breaks(self, _: object) -> None:
        self.note("breaks")
        raise ValueError("broken on purpose")

    async def _forever(self, _: object) -> None:
        self.note("forever")
        await asyncio.Event().wait()


ORCHESTRATORS: Mapping[str, Callable[[Any], Any]] = {"fan_out": fan_out, "chain": chain, "everything": everything}
