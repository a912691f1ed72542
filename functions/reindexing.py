"""Functions that read a whole base anew: what starts, shows and ends it, the order of its steps, and the steps."""

from collections.abc import Generator
from typing import Any

import azure.durable_functions as df

from functions.bootstrap import services
from functions.contracts.reindexing import ReindexAnswer, ReindexRequest
from functions.operation import operation
from functions.request import Call
from functions.runs import is_reindexing, start_reindexing
from shared.domain.access import BaseKey
from shared.domain.errors import Conflict
from shared.domain.roles import Feature
from shared.services.reindexing import Reindexing

SECTION = 100
"""Batches of one orchestration: replaying a longer history costs more than the waiting saves."""

blueprint = df.Blueprint()


@operation(blueprint, "POST", "knowledge/bases/{id}/reindex", status=202, starts_runs=True, needs=Feature.EMBEDDING)
async def reindex_base(call: Call, body: ReindexRequest) -> ReindexAnswer:
    """Read every document of a base anew, or those that were read with other settings; searches go on meanwhile."""
    base = await services().bases.own(call.principal, call.path["id"])
    if await is_reindexing(call.client, base.key):
        raise Conflict("the base is being indexed anew already", id=base.key.id)
    await reindexing().begin(base.key)
    await start_reindexing(call.client, base.key, only_outdated=body.only_outdated)
    return ReindexAnswer.of(await reindexing().status(base.key), is_under_way=True)


@operation(blueprint, "GET", "knowledge/bases/{id}/reindex", starts_runs=True)
async def get_reindex(call: Call) -> ReindexAnswer:
    """Say how far the last reindexing of a base is."""
    scope = await services().bases.scope(call.principal, call.path["id"])
    is_under_way = await is_reindexing(call.client, scope.base)
    return ReindexAnswer.of(await reindexing().status(scope.base), is_under_way=is_under_way)


@operation(blueprint, "DELETE", "knowledge/bases/{id}/reindex", starts_runs=True, needs=Feature.EMBEDDING)
async def cancel_reindex(call: Call) -> ReindexAnswer:
    """Read no further document of a base anew; those under way are read to their end."""
    base = await services().bases.own(call.principal, call.path["id"])
    if not await is_reindexing(call.client, base.key):
        raise Conflict("the base is not being indexed anew", id=base.key.id)
    await reindexing().cancel(base.key)
    return ReindexAnswer.of(await reindexing().status(base.key), is_under_way=True)


@blueprint.orchestration_trigger(context_name="context")
def reindex_documents(context: df.DurableOrchestrationContext) -> Generator[Any, Any, None]:
    """Plan batches, read them in sections, and say that all is done."""
    job = context.get_input()
    batches = yield context.call_activity("plan_reindex", job)
    for start in range(0, batches, SECTION):
        part = {**job, "start": start, "end": min(batches, start + SECTION)}
        yield context.call_sub_orchestrator("reindex_section", part)
    yield context.call_activity("finish_reindex", job)


@blueprint.orchestration_trigger(context_name="context")
def reindex_section(context: df.DurableOrchestrationContext) -> Generator[Any, Any, None]:
    """Read some batches, one after the other."""
    part = context.get_input()
    for number in range(part["start"], part["end"]):
        yield context.call_sub_orchestrator("reindex_batch", {**part, "batch": number})


@blueprint.orchestration_trigger(context_name="context")
def reindex_batch(context: df.DurableOrchestrationContext) -> Generator[Any, Any, None]:
    """Read the documents of one batch side by side, each as if it had just been uploaded."""
    jobs = yield context.call_activity("reindex_jobs", context.get_input())
    if jobs:
        yield context.task_all([context.call_sub_orchestrator("ingest_document", job) for job in jobs])


@blueprint.activity_trigger(input_name="job")
async def plan_reindex(job: dict) -> int:
    """Stage what there is to read."""
    return await reindexing().plan(base_of(job), job["only_outdated"])


@blueprint.activity_trigger(input_name="job")
async def reindex_jobs(job: dict) -> list:
    """Say what one batch is to read."""
    return [each.to_json() for each in await reindexing().jobs(base_of(job), job["batch"])]


@blueprint.activity_trigger(input_name="job")
async def finish_reindex(job: dict) -> None:
    """Say that all is done."""
    await reindexing().finish(base_of(job))


def base_of(job: dict) -> BaseKey:
    """Return the base that a step is about."""
    return BaseKey(job["tenant"], job["knowledge_base"])


def reindexing() -> Reindexing:
    """Return the service that reads bases anew."""
    return services().knowledge.reindexing
