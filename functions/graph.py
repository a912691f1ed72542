"""Functions that build the knowledge graph: the order of the steps, and the steps."""

from collections.abc import Generator
from typing import Any

import azure.durable_functions as df

from functions.batches import for_each_batch
from functions.bootstrap import services
from functions.steps import patiently
from shared.domain.access import BaseKey
from shared.domain.jobs import IngestionJob

blueprint = df.Blueprint()


@blueprint.orchestration_trigger(context_name="context")
def build_graph(context: df.DurableOrchestrationContext) -> Generator[Any, Any, None]:
    """Extract per batch of chunks, then publish."""
    job = context.get_input()
    yield from for_each_batch(context, "extract_graph", job, job["batches"])
    yield context.call_activity("publish_graph", job)


@blueprint.activity_trigger(input_name="job")
async def extract_graph(job: dict) -> None:
    """Record what one batch of chunks contributes."""
    await patiently(job, lambda: services().graph_building.extract(IngestionJob.from_json(job), job["batch"]))


@blueprint.activity_trigger(input_name="job")
async def publish_graph(job: dict) -> None:
    """Show readers the new version."""
    await patiently(job, lambda: services().graph_building.publish(IngestionJob.from_json(job), job["batches"]))


@blueprint.activity_trigger(input_name="job")
async def find_communities(job: dict) -> None:
    """Find communities again where enough has changed, and write their reports."""
    await services().communities.refresh(BaseKey(job["tenant"], job["knowledge_base"]))
