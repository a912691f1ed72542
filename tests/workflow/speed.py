"""How fast the durable runner is, and how long it holds the event loop meanwhile."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.durable import DurableRunner, RunStatus
from tests.workflow.scenes import Steps, Workshop


@dataclass(frozen=True)
class Speed:
    """Activities per second of a fan-out, and the longest time in milliseconds that the loop heard nothing."""

    activities_per_second: float
    longest_pause_milliseconds: float


def fan_out_plainly(context: Any) -> Steps:
    """As `fan_out`, with plain functions on threads."""
    squares = yield context.task_all([context.call_activity("square_plainly", n) for n in range(context.get_input())])
    return sum(squares)


async def fan_out_speed(activities: int = 1_000, name: str = "fan_out") -> Speed:
    """Run one fan-out in a fresh file; `name` is `fan_out` for coroutines and `fan_out_plainly` for threads."""
    async with quiet_runner() as runner:
        pauses: list[float] = []
        listening = asyncio.create_task(listen(pauses))
        started = time.perf_counter()
        run = await runner.wait(await runner.start(name, None, activities))
        seconds = time.perf_counter() - started
        listening.cancel()
    assert run.status == RunStatus.COMPLETED
    return Speed(activities / seconds, max(pauses) * 1000)


@asynccontextmanager
async def quiet_runner() -> AsyncIterator[DurableRunner]:
    """A runner whose activities leave no trace."""
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(Path("/dev/null"))
        runner = DurableRunner(workshop.registry(fan_out_plainly=fan_out_plainly), Path(folder) / "runs.db")
        await runner.open()
        yield runner
        await runner.close()


async def listen(pauses: list[float]) -> None:
    """Note how much later than asked the loop comes back."""
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.001)
        pauses.append(time.perf_counter() - before - 0.001)


if __name__ == "__main__":
    for kind in ("fan_out", "fan_out_plainly"):
        print(kind, asyncio.run(fan_out_speed(name=kind)))  # noqa: T201
