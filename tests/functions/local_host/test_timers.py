"""Timers under a clock that the test moves."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest

from infra.local.host.functions import RegisteredFunction, registered_functions
from infra.local.host.memory import Memory
from infra.local.host.timers import Timers
from tests.functions.local_host.virtual_clock import NOON, VirtualClock, rest

OpenTimers = Callable[..., AbstractAsyncContextManager[VirtualClock]]

pytestmark = pytest.mark.usefixtures("threads_in_line")


def timer_function(**options: Any) -> RegisteredFunction:
    app = func.FunctionApp()

    @app.timer_trigger(arg_name="timer", **options)
    async def tick(timer: func.TimerRequest) -> None: ...

    return registered_functions(app)[0]


@pytest.fixture
def fired() -> list[Any]:
    return []


@pytest.fixture
def open_timers(tmp_path: Path, fired: list[Any]) -> OpenTimers:
    @asynccontextmanager
    async def opening(
        clock: VirtualClock, run: Callable[[Any], Any] | None = None, **options: Any
    ) -> AsyncIterator[VirtualClock]:
        async def invoke(_: RegisteredFunction, request: Any) -> None:
            fired.append((clock.now() - NOON, request.past_due))
            if run:
                await run(request)

        memory = Memory(tmp_path / "memory.db")
        timers = Timers([timer_function(**options)], invoke, clock)
        timers.start(memory)
        await rest()
        yield clock
        await timers.stop()
        memory.close()

    return opening


async def test_a_timer_fires_at_its_times(open_timers: OpenTimers, fired: list[Any]) -> None:
    async with open_timers(VirtualClock(), schedule="0 */5 * * * *") as clock:
        await clock.advance(12 * 60)
    assert fired == [(timedelta(minutes=5), False), (timedelta(minutes=10), False)]


async def test_a_timer_can_run_at_startup_too(open_timers: OpenTimers, fired: list[Any]) -> None:
    async with open_timers(VirtualClock(), schedule="0 0 * * * *", run_on_startup=True):
        pass
    assert fired == [(timedelta(0), False)]


async def test_a_time_missed_while_the_host_was_down_is_made_up_for_once(
    open_timers: OpenTimers, fired: list[Any]
) -> None:
    async with open_timers(VirtualClock(), schedule="0 0 * * * *"):
        pass
    async with open_timers(VirtualClock(NOON + timedelta(hours=5, minutes=1)), schedule="0 0 * * * *") as clock:
        await clock.advance(60)
    assert fired == [(timedelta(hours=5, minutes=1), True)]


@pytest.mark.parametrize("changed", [{"schedule": "0 30 * * * *"}, {"schedule": "0 0 * * * *", "use_monitor": False}])
async def test_a_changed_or_unmonitored_timer_makes_up_for_nothing(
    open_timers: OpenTimers, fired: list[Any], changed: dict[str, Any]
) -> None:
    async with open_timers(VirtualClock(), schedule="0 0 * * * *"):
        pass
    async with open_timers(VirtualClock(NOON + timedelta(hours=5, minutes=1)), **changed) as clock:
        await clock.advance(60)
    assert fired == []


async def test_a_run_that_overruns_its_interval_is_never_joined_by_another(
    open_timers: OpenTimers, fired: list[Any]
) -> None:
    running = 0

    async def slow(_: Any) -> None:
        nonlocal running
        running += 1
        assert running == 1
        await clock.sleep(150)
        running -= 1

    clock = VirtualClock()
    async with open_timers(clock, run=slow, schedule="0 * * * * *"):
        await clock.advance(8 * 60)
    assert [at for at, _ in fired] == [timedelta(minutes=minute) for minute in (1, 4, 7)]


async def test_a_failing_timer_fires_again(open_timers: OpenTimers, fired: list[Any]) -> None:
    async def fail(_: Any) -> None:
        raise RuntimeError("on purpose")

    async with open_timers(VirtualClock(), run=fail, schedule="00:01:00") as clock:
        await clock.advance(150)
    assert len(fired) == 2


async def test_the_wall_clock_decides_even_if_the_wait_was_short(fired: list[Any]) -> None:
    clock = VirtualClock()
    waiting = asyncio.create_task(clock.sleep_until(NOON + timedelta(minutes=3)))
    await clock.advance(179)
    assert not waiting.done()
    await clock.advance(1)
    await waiting
