"""What an orchestrator may rely on."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from infra.local.durable import RunStatus
from tests.workflow.conftest import OpenRunner
from tests.workflow.polling import until
from tests.workflow.scenes import EVERYTHING, Retry, Steps, Workshop
from tests.workflow.speed import fan_out_speed


async def result_of(open_runner: OpenRunner, orchestrator: Any, input_: Any = None) -> tuple[RunStatus, Any]:
    async with open_runner(subject=orchestrator) as runner:
        run = await asyncio.wait_for(runner.wait(await runner.start("subject", "subject", input_)), 20)
        return run.status, run.output


async def test_every_kind_of_task_together_gives_the_expected_result(open_runner: OpenRunner) -> None:
    async with open_runner() as runner:
        run = await asyncio.wait_for(runner.wait(await runner.start("everything")), 20)
    assert (run.status, run.output, run.custom_status) == (RunStatus.COMPLETED, EVERYTHING, "nearly")


async def test_a_fan_out_keeps_the_order_of_its_results(open_runner: OpenRunner) -> None:
    def subject(context: Any) -> Steps:
        return (yield context.task_all([context.call_activity("square_plainly", n) for n in range(50)]))

    assert await result_of(open_runner, subject) == (RunStatus.COMPLETED, [n * n for n in range(50)])


async def test_a_fan_out_over_nothing_completes(open_runner: OpenRunner) -> None:
    def subject(context: Any) -> Steps:
        return (yield context.task_all([]))

    assert await result_of(open_runner, subject) == (RunStatus.COMPLETED, [])


async def test_a_failed_activity_can_be_caught_by_name_or_as_any_exception(open_runner: OpenRunner) -> None:
    def subject(context: Any) -> Steps:
        try:
            yield context.call_activity("breaks")
        except Exception as error:
            return str(error)

    status, output = await result_of(open_runner, subject)
    assert status == RunStatus.COMPLETED
    assert "'breaks' failed: ValueError: broken on purpose" in output


async def test_an_uncaught_failure_fails_the_run_with_its_message(open_runner: OpenRunner) -> None:
    def subject(context: Any) -> Steps:
        yield context.task_all([context.call_activity("forever"), context.call_activity("breaks")])

    status, output = await result_of(open_runner, subject)
    assert status == RunStatus.FAILED
    assert "Orchestrator function 'subject' failed" in output
    assert "broken on purpose" in output


@pytest.mark.parametrize(("attempts", "expected"), [(1, "not yet"), (2, "told")])
async def test_retries_stop_after_the_given_number_of_attempts(
    open_runner: OpenRunner, attempts: int, expected: str
) -> None:
    def subject(context: Any) -> Steps:
        return (yield context.call_activity_with_retry("fails_until_told", Retry(attempts), "once"))

    _, output = await result_of(open_runner, subject)
    assert expected in output


async def test_an_unknown_activity_fails_the_run(open_runner: OpenRunner) -> None:
    def subject(context: Any) -> Steps:
        yield context.call_activity("nobody")

    status, output = await result_of(open_runner, subject)
    assert status == RunStatus.FAILED
    assert "no activity has the name 'nobody'" in output


async def test_a_result_that_is_no_json_fails_only_its_call(open_runner: OpenRunner) -> None:
    def subject(context: Any) -> Steps:
        try:
            yield context.call_activity("unwritable")
        except Exception as error:
            return "JSON serializable" in str(error)

    assert await result_of(open_runner, subject) == (RunStatus.COMPLETED, True)


@pytest.mark.parametrize("wrong", [object(), 3, "text", None])
async def test_yielding_something_that_is_no_task_fails_the_run(open_runner: OpenRunner, wrong: object) -> None:
    def subject(context: Any) -> Steps:
        yield wrong

    status, output = await result_of(open_runner, subject)
    assert status == RunStatus.FAILED
    assert "may yield only tasks" in output


async def test_an_output_that_is_no_json_fails_the_run(open_runner: OpenRunner) -> None:
    def subject(context: Any) -> Steps:
        yield context.task_all([])
        return object()

    assert (await result_of(open_runner, subject))[0] == RunStatus.FAILED


async def test_a_plain_function_is_an_orchestrator_that_asks_for_nothing(open_runner: OpenRunner) -> None:
    assert await result_of(open_runner, lambda context: context.get_input(), 7) == (RunStatus.COMPLETED, 7)


async def test_a_failed_child_run_fails_its_call(open_runner: OpenRunner) -> None:
    def child(context: Any) -> Steps:
        yield context.call_activity("breaks")

    def subject(context: Any) -> Steps:
        try:
            yield context.call_sub_orchestrator("child", None, "the-child")
        except Exception as error:
            return str(error)

    async with open_runner(subject=subject, child=child) as runner:
        run = await runner.wait(await runner.start("subject"))
        assert "the-child" in run.output
        assert (await runner.status("the-child")).status == RunStatus.FAILED


async def test_a_child_run_whose_id_is_taken_fails_its_call(open_runner: OpenRunner) -> None:
    def waiting(context: Any) -> Steps:
        yield context.wait_for_external_event("go")

    def subject(context: Any) -> Steps:
        yield context.call_sub_orchestrator("waiting", None, "taken")

    async with open_runner(subject=subject, waiting=waiting) as runner:
        await runner.start("waiting", "taken")
        run = await runner.wait(await runner.start("subject"))
        assert run.status == RunStatus.FAILED
        assert "already" in run.output


async def test_messages_are_taken_in_order_whether_they_come_before_or_after_the_wait(open_runner: OpenRunner) -> None:
    def subject(context: Any) -> Steps:
        first = yield context.wait_for_external_event("word")
        yield context.wait_for_external_event("go")
        second = yield context.wait_for_external_event("word")
        third = yield context.wait_for_external_event("word")
        return [first, second, third]

    async with open_runner(subject=subject) as runner:
        run_id = await runner.start("subject")
        for word in ("one", "two", "three"):
            await runner.raise_event(run_id, "word", word)
        await runner.raise_event(run_id, "go")
        assert (await runner.wait(run_id)).output == ["one", "two", "three"]


async def test_continuing_as_new_keeps_messages_that_nobody_waited_for(open_runner: OpenRunner) -> None:
    def subject(context: Any) -> Steps:
        seen = context.get_input()
        seen.append((yield context.wait_for_external_event("word")))
        if len(seen) == 4:
            return seen
        context.continue_as_new(seen)

    async with open_runner(subject=subject) as runner:
        run_id = await runner.start("subject", None, [])
        for word in "abcd":
            await runner.raise_event(run_id, "word", word)
        run = await asyncio.wait_for(runner.wait(run_id), 20)
        assert (run.output, run.input) == (list("abcd"), list("abc"))


async def test_the_clock_of_a_run_stands_still_between_events_and_uuids_differ(open_runner: OpenRunner) -> None:
    def subject(context: Any) -> Steps:
        times, uuids = [context.current_utc_datetime], [context.new_uuid(), context.new_uuid()]
        yield context.create_timer(times[0] + timedelta(milliseconds=20))
        times.append(context.current_utc_datetime)
        return [times[1] - times[0] >= timedelta(milliseconds=20), len(set(uuids))]

    assert await result_of(open_runner, subject) == (RunStatus.COMPLETED, [True, 2])


async def test_no_more_activities_run_at_once_than_the_setting_allows(
    open_runner: OpenRunner, workshop: Workshop
) -> None:
    async with open_runner(maximum_activities=3) as runner:
        await runner.wait(await runner.start("fan_out", None, 30))
    assert workshop.most_at_once == 3


async def test_a_terminated_run_stops_its_activities_and_hears_no_more(
    open_runner: OpenRunner, workshop: Workshop
) -> None:
    def subject(context: Any) -> Steps:
        yield context.call_activity("forever")

    async with open_runner(maximum_activities=1, subject=subject) as runner:
        run_id = await runner.start("subject")
        await until(lambda: "forever" in workshop.ran())
        await runner.terminate(run_id, "enough")
        run = await runner.wait(run_id)
        assert (run.status, run.output) == (RunStatus.TERMINATED, "enough")
        # The only place for an activity is free again.
        assert (await asyncio.wait_for(runner.wait(await runner.start("fan_out", None, 3)), 20)).output == 5


async def test_the_measure_of_the_speed_works() -> None:
    assert (await fan_out_speed(activities=20, name="fan_out_plainly")).activities_per_second > 0
