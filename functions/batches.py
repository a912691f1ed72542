"""Does one step for many batches, however many there are, without a history that is long to replay."""

from collections.abc import Generator
from typing import Any

import azure.durable_functions as df

FAN_OUT = 100
"""Activities of one orchestration: replaying a longer history costs more than the waiting saves."""

blueprint = df.Blueprint()


def for_each_batch(
    context: df.DurableOrchestrationContext, step: str, job: dict[str, Any], count: int
) -> Generator[Any, Any, None]:
    """Do an activity for the batches 0 to `count`, side by side; more than FAN_OUT in runs of their own, in turn."""
    if count > FAN_OUT:
        for start in range(0, count, FAN_OUT):
            part = {"step": step, "job": job, "start": start, "end": min(count, start + FAN_OUT)}
            yield context.call_sub_orchestrator("run_batches", part)
    elif count:
        yield all_of(context, step, job, 0, count)


@blueprint.orchestration_trigger(context_name="context")
def run_batches(context: df.DurableOrchestrationContext) -> Generator[Any, Any, None]:
    """Do one activity for some batches of a job, side by side."""
    part = context.get_input()
    yield all_of(context, part["step"], part["job"], part["start"], part["end"])


def all_of(context: df.DurableOrchestrationContext, step: str, job: dict[str, Any], start: int, end: int) -> Any:
    """Return the task of an activity for each batch from `start` up to `end`."""
    return context.task_all([context.call_activity(step, {**job, "batch": number}) for number in range(start, end)])
