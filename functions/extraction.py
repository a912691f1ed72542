"""Functions that let a model read for the graph: what starts a run, the order of its steps, and the steps."""

from collections.abc import Generator
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from functions.bootstrap import services
from functions.contracts.extraction import IndexAnswer, IndexRequest
from functions.operation import operation
from functions.request import Call
from functions.runs import start_extraction
from shared.domain.access import BaseKey
from shared.domain.errors import Conflict
from shared.domain.roles import Feature
from shared.services.extraction import ModelExtraction
from shared.services.judging import calls_after

FAN_OUT = 4
"""Calls of the model under way at once in one base; a provider's limits are reached soon."""

PACKS = 100
"""Packs that one orchestration reads: replaying a longer history costs more than the model does."""

REASONS = 3
"""Different reasons that a document shows for what it lacks."""

NO_MODEL = "no model reads documents here; set EXTRACTION=model and CHAT_BASE_URL"

blueprint = df.Blueprint()


@operation(blueprint, "POST", "knowledge/index", status=202, starts_runs=True, needs=Feature.EMBEDDING)
async def index_knowledge(call: Call, body: IndexRequest) -> IndexAnswer:
    """Let the model read what it has not read of a base; with dry_run only say what that will take."""
    scope = await services().bases.scope(call.principal, body.kb_id)
    base = await services().bases.get(call.principal, body.kb_id)
    if base.settings.extraction == "rules":
        raise Conflict("rules alone read this base; change its setting 'extraction' first")
    if body.dry_run:
        return IndexAnswer.of(await reader().estimate(scope.base))
    estimate = await reader().request(scope.base)
    await start_extraction(call.client, scope.base)
    return IndexAnswer.of(estimate)


@blueprint.timer_trigger(arg_name="timer", schedule="*/15 * * * * *")
@blueprint.durable_client_input(client_name="client")
async def collect_unread(timer: func.TimerRequest, client: str) -> None:
    """Start a run for each base with documents that wait: those that came together share their packs."""
    if services().extraction:
        for base in await reader().queue.bases():
            await start_extraction(client, base)


@blueprint.orchestration_trigger(context_name="context")
def read_with_model(context: df.DurableOrchestrationContext) -> Generator[Any, Any, None]:
    """Plan packs, let the model read them and judge names by what it said; then let the communities follow."""
    base = context.get_input()
    plan = yield context.call_activity("plan_packs", base)
    job, reasons = {**base, "plan": plan["plan"]}, [plan["reason"]]
    for start in range(0, plan["packs"], PACKS):
        part = {**job, "start": start, "end": min(plan["packs"], start + PACKS)}
        reasons += yield context.call_sub_orchestrator("read_packs", part)
    yield context.call_activity("apply_readings", {**job, "reasons": shown(reasons)})
    yield context.call_activity("judge_names", {**base, "packs": plan["packs"]})
    yield context.call_activity("find_communities", base)


@blueprint.orchestration_trigger(context_name="context")
def read_packs(context: df.DurableOrchestrationContext) -> Generator[Any, Any, list]:
    """Let the model read some packs of a plan, few at once; return what it lacked words for."""
    part = context.get_input()
    reasons: list[str] = []
    for start in range(part["start"], part["end"], FAN_OUT):
        wave = [{**part, "pack": number} for number in range(start, min(part["end"], start + FAN_OUT))]
        reasons += yield context.task_all([context.call_activity("read_pack", each) for each in wave])
    return shown(reasons)


@blueprint.activity_trigger(input_name="job")
async def plan_packs(job: dict) -> dict[str, object]:
    """Stage packs of what waits."""
    return await reader().plan(base_of(job))


@blueprint.activity_trigger(input_name="job")
async def read_pack(job: dict) -> str:
    """Let the model read one pack."""
    return await reader().read(base_of(job), job["plan"], job["pack"])


@blueprint.activity_trigger(input_name="job")
async def apply_readings(job: dict) -> None:
    """Put what the model said into the graph."""
    await reader().apply(base_of(job), job["plan"], job["reasons"])


@blueprint.activity_trigger(input_name="job")
async def judge_names(job: dict) -> None:
    """Let the model judge which names are one, in proportion to what it has read."""
    judging = services().judging
    if judging is None:
        raise Conflict(NO_MODEL)
    await judging.judge(base_of(job), calls_after(job["packs"]))


def shown(reasons: list[str]) -> list[str]:
    """Return the few different reasons that a document shows."""
    return sorted({reason for reason in reasons if reason})[:REASONS]


def base_of(job: dict) -> BaseKey:
    """Return the base that a step is about."""
    return BaseKey(job["tenant"], job["knowledge_base"])


def reader() -> ModelExtraction:
    """Return the model's reading. Raises Conflict where the rules read alone."""
    found = services().extraction
    if found is None:
        raise Conflict(NO_MODEL)
    return found
