"""What a caller may do with runs from outside."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.durable import RunFilter, RunStatus
from shared.domain.errors import BadRequest, Conflict, NotFound
from tests.workflow.conftest import OpenRunner
from tests.workflow.scenes import Steps


def waiting(context: Any) -> Steps:
    """Waits for one message and returns it."""
    return (yield context.wait_for_external_event("go"))


async def test_a_run_that_is_not_finished_cannot_be_started_again(open_runner: OpenRunner) -> None:
    async with open_runner(waiting=waiting) as runner:
        await runner.start("waiting", "one")
        with pytest.raises(Conflict, match="already"):
            await runner.start("waiting", "one")


async def test_of_many_simultaneous_starts_under_one_id_exactly_one_wins(open_runner: OpenRunner) -> None:
    async with open_runner(waiting=waiting) as runner:
        starts = [runner.start("waiting", "one") for _ in range(20)]
        results = await asyncio.gather(*starts, return_exceptions=True)
    assert results.count("one") == 1
    assert sum(isinstance(result, Conflict) for result in results) == 19


async def test_a_finished_run_is_replaced_by_a_fresh_one(open_runner: OpenRunner) -> None:
    async with open_runner() as runner:
        await runner.wait(await runner.start("fan_out", "one", 3))
        run = await runner.wait(await runner.start("fan_out", "one", 4))
        assert (run.output, run.input) == (14, 4)
        assert len(await runner.runs()) == 1


async def test_unknown_names_and_ids_are_refused_by_name(open_runner: OpenRunner) -> None:
    async with open_runner() as runner:
        for refused in (
            runner.start("nobody"),
            runner.status("nobody"),
            runner.wait("nobody"),
            runner.terminate("nobody"),
            runner.raise_event("nobody", "go"),
        ):
            with pytest.raises(NotFound):
                await refused


@pytest.mark.parametrize("run_id", ["x" * 513, "a\nb", "\ud800", "nul\x00"])
async def test_an_id_that_is_no_printable_text_is_refused(open_runner: OpenRunner, run_id: str) -> None:
    async with open_runner() as runner:
        with pytest.raises(BadRequest):
            await runner.start("fan_out", run_id, 1)


async def test_a_finished_run_takes_no_messages_and_cannot_be_terminated(open_runner: OpenRunner) -> None:
    async with open_runner() as runner:
        run_id = await runner.start("fan_out", None, 1)
        await runner.wait(run_id)
        with pytest.raises(Conflict, match="finished"):
            await runner.raise_event(run_id, "go")
        with pytest.raises(Conflict, match="finished"):
            await runner.terminate(run_id)


async def test_runs_are_listed_by_status_prefix_and_time(open_runner: OpenRunner) -> None:
    async with open_runner(waiting=waiting) as runner:
        await runner.start("waiting", "a-1")
        await runner.wait(await runner.start("fan_out", "a-2", 1))
        await runner.wait(await runner.start("fan_out", "b-3", 1))
        completed = await runner.runs(RunFilter(statuses=[RunStatus.COMPLETED]))
        assert [run.id for run in completed] == ["b-3", "a-2"]
        assert {run.id for run in await runner.runs(RunFilter(id_prefix="a-"))} == {"a-1", "a-2"}
        assert await runner.runs(RunFilter(created_to=datetime(2020, 1, 1, tzinfo=UTC))) == []
        assert len(await runner.runs(RunFilter(limit=2))) == 2


async def test_purging_deletes_finished_runs_only(open_runner: OpenRunner) -> None:
    async with open_runner(waiting=waiting) as runner:
        await runner.start("waiting", "open")
        for run_id in ("done", "done-2", "done-3"):
            await runner.wait(await runner.start("fan_out", run_id, 1))
        assert await runner.purge_older_than(days=1) == 0
        assert await runner.purge_run("done") == 1
        assert await runner.purge_run("open") == 0
        assert await runner.purge(RunFilter(id_prefix="done-2")) == 1
        assert await runner.purge_older_than(days=-1) == 1
        assert [run.id for run in await runner.runs()] == ["open"]


async def test_times_are_kept_and_move_forward(open_runner: OpenRunner) -> None:
    async with open_runner() as runner:
        before = datetime.now(UTC)
        run = await runner.wait(await runner.start("chain", None, 5))
    assert before.timestamp() - 1 < run.created.timestamp() <= run.updated.timestamp()
    assert run.custom_status == {"done": 5}
