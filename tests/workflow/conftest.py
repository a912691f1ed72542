"""A runner over a fresh file, and the workshop whose activities it runs."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from infra.local.durable import DurableRunner
from tests.workflow.scenes import Workshop

OpenRunner = Callable[..., AbstractAsyncContextManager[DurableRunner]]


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path / "trace")


@pytest.fixture
def open_runner(tmp_path: Path, workshop: Workshop) -> OpenRunner:
    """Opens a runner over the test's file, as often as the test restarts it."""

    @asynccontextmanager
    async def opening(
        maximum_activities: int = 16, **orchestrators: Callable[[Any], Any]
    ) -> AsyncIterator[DurableRunner]:
        registry = workshop.registry(**orchestrators)
        runner = DurableRunner(registry, tmp_path / "runs.db", maximum_activities=maximum_activities)
        await runner.open()
        try:
            yield runner
        finally:
            await runner.close(drain_seconds=0.2)

    return opening
