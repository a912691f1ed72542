"""What a restart does with unfinished runs."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from infra.local.durable import DurableRunner, RunStatus
from infra.local.durable.events import Event, EventKind
from infra.local.durable.execution import Beginning, Completed, Execution
from infra.local.sqlite import Database
from shared.domain.errors import StoreUnavailable
from tests.workflow.conftest import OpenRunner
from tests.workflow.polling import until
from tests.workflow.scenes import Steps, Workshop


def first_code(context: Any) -> Steps:
    """Waits between two activities."""
    yield context.call_activity("square", 1)
    yield context.wait_for_external_event("go")
    return "done"


def changed_code(context: Any) -> Steps:
    """Asks for something else at its first step."""
    yield context.call_activity("square_plainly", 1)
    yield context.wait_for_external_event("go")


def shortened_code(context: Any) -> Steps:
    """Asks for less."""
    yield context.call_activity("square", 1)
    return "early"


async def leave_waiting(open_runner: OpenRunner) -> None:
    async with open_runner(subject=first_code) as runner:
        await runner.start("subject", "one")
        await until_asked(runner)


async def until_asked(runner: DurableRunner) -> None:
    """Wait until the run has asked for its message."""
    await until(lambda: len(runner._engine._by_run["one"].agenda.tasks) == 2)


async def test_a_run_goes_on_where_it_was(open_runner: OpenRunner, workshop: Workshop) -> None:
    await leave_waiting(open_runner)
    async with open_runner(subject=first_code) as runner:
        await runner.raise_event("one", "go")
        assert (await runner.wait("one")).output == "done"
    assert workshop.ran() == ["square 1"]


async def test_code_that_changed_under_a_run_fails_it_with_a_clear_message(open_runner: OpenRunner) -> None:
    await leave_waiting(open_runner)
    async with open_runner(subject=changed_code) as runner:
        run = await runner.wait("one")
    assert run.status == RunStatus.FAILED
    assert "step 0 was activity 'square', and is now activity 'square_plainly'" in run.output


async def test_code_that_asks_for_less_under_a_run_ends_with_its_own_result(open_runner: OpenRunner) -> None:
    await leave_waiting(open_runner)
    async with open_runner(subject=shortened_code) as runner:
        assert (await runner.wait("one")).output == "early"


async def test_a_run_whose_orchestrator_is_gone_fails(open_runner: OpenRunner) -> None:
    await leave_waiting(open_runner)
    async with open_runner() as runner:
        run = await runner.wait("one")
    assert run.status == RunStatus.FAILED
    assert "registers no orchestrator" in run.output


async def test_a_timer_that_came_due_while_nothing_ran_fires_at_once(open_runner: OpenRunner, tmp_path: Path) -> None:
    def subject(context: Any) -> Steps:
        yield context.create_timer(context.current_utc_datetime.replace(year=2100))
        return "woken"

    async with open_runner(subject=subject) as runner:
        await runner.start("subject", "one")
    database = Database(tmp_path / "runs.db")
    with database.transaction() as connection:
        connection.execute("UPDATE calls SET due = 0")
    database.close()
    async with open_runner(subject=lambda context: (yield from past(context))) as runner:
        assert (await asyncio.wait_for(runner.wait("one"), 10)).output == "woken"


def past(context: Any) -> Steps:
    """The same timer, due long ago."""
    yield context.create_timer(context.current_utc_datetime.replace(year=2000))
    return "woken"


async def test_a_store_that_is_away_refuses_the_caller_and_delays_the_rest(
    open_runner: OpenRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    transaction = Database.transaction

    def away(self: Database) -> Any:
        raise StoreUnavailable("the disk is full")

    async with open_runner(subject=first_code) as runner:
        await runner.start("subject", "one")
        await until_asked(runner)
        await runner.raise_event("one", "go")
        monkeypatch.setattr(Database, "transaction", away)
        for _ in range(3):
            with pytest.raises(StoreUnavailable):
                await asyncio.wait_for(runner.start("fan_out", "two", 3), 5)
        monkeypatch.setattr(Database, "transaction", transaction)
        assert (await asyncio.wait_for(runner.wait("one"), 10)).output == "done"


async def test_a_write_that_cannot_be_done_does_not_take_its_neighbours_down(open_runner: OpenRunner) -> None:
    def impossible(connection: object) -> None:
        raise ZeroDivisionError

    async with open_runner() as runner:
        wrong = runner._engine.journal.ask(impossible, lambda _: None)
        results = await asyncio.gather(wrong, runner.start("fan_out", "two", 3), return_exceptions=True)
        assert isinstance(results[0], ZeroDivisionError)
        assert (await runner.wait("two")).output == 5


@settings(max_examples=60, deadline=None)
@given(some.permutations(range(5)), some.integers(0, 5))
def test_a_replay_over_any_order_of_events_reaches_the_same_place(order: list[int], cut: int) -> None:
    def subject(context: Any) -> Steps:
        tasks = [context.call_activity("square", n) for n in range(5)]
        seen = []
        while tasks:
            winner = yield context.task_any(tasks)
            tasks.remove(winner)
            seen.append([winner.result, context.current_utc_datetime.timestamp()])
        return seen

    beginning = Beginning("execution", "run", "subject", "null", 0.0)
    history = [Event("execution", EventKind.SUCCEEDED, n, "", str(n), 10.0 + at, at) for at, n in enumerate(order)]
    live = Execution(beginning, subject)
    live.begin()
    for event in history:
        live.deliver(event)
    calls = [task.call for task in live.agenda.tasks]
    replayed = Execution(beginning, subject, calls)
    replayed.replay(history[:cut])
    for event in history[cut:]:
        replayed.deliver(event)
    assert isinstance(live.ending, Completed)
    assert replayed.ending == live.ending
    assert [event[0] for event in json.loads(live.ending.output)] == order


async def test_a_runner_that_has_stopped_takes_nothing_on(open_runner: OpenRunner) -> None:
    async with open_runner() as runner:
        pass
    with pytest.raises(StoreUnavailable, match="stopped"):
        await runner.start("fan_out", "two", 3)
