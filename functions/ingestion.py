"""Functions that take documents in: what starts a run, the order of its steps, and the steps."""

from collections.abc import Generator
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from functions import measurements
from functions.batches import for_each_batch
from functions.bootstrap import services
from functions.runs import start_ingestion
from functions.steps import patiently
from shared.domain.access import BaseKey
from shared.domain.jobs import DOCUMENTS, IngestionJob

blueprint = df.Blueprint()


@blueprint.blob_trigger(
    arg_name="blob",
    path=DOCUMENTS + "/{tenant}/{knowledge_base}/{name}",
    connection="AzureWebJobsStorage",
    source=func.BlobSource.EVENT_GRID,
)
@blueprint.durable_client_input(client_name="client")
async def document_arrived(blob: func.InputStream, client: str) -> None:
    """Start a run for a file that was dropped or changed."""
    if job := await services().arrivals.arrived(*parts_of(blob.name or "")):
        await start_ingestion(client, job)


@blueprint.event_grid_trigger(arg_name="event")
async def document_vanished(event: func.EventGridEvent) -> None:
    """Delete the document of a file that was deleted."""
    await services().arrivals.vanished(*parts_of(event.subject.split("/containers/")[-1].replace("/blobs/", "/", 1)))


def parts_of(path: str) -> tuple[BaseKey, str]:
    """Split `documents/{tenant}/{knowledge_base}/{name}`."""
    _, tenant, knowledge_base, name = path.split("/", 3)
    return BaseKey(tenant, knowledge_base), name


@blueprint.orchestration_trigger(context_name="context")
def ingest_document(context: df.DurableOrchestrationContext) -> Generator[Any, Any, None]:
    """Parse, embed, index, build the graph, finish; then let the communities follow."""
    job = context.get_input()
    try:
        batches = yield context.call_activity("parse_document", job)
        yield from for_each_batch(context, "embed_chunks", {**job, "batches": batches}, batches)
        yield context.call_activity("index_chunks", {**job, "batches": batches})
        yield context.call_sub_orchestrator("build_graph", {**job, "batches": batches})
        yield context.call_activity("finish_document", job)
    except Exception as error:
        yield context.call_activity("fail_document", {**job, "reason": str(error)})
        return
    # The document is ready without it: communities follow the graph, and the next document makes up for a failure.
    yield context.call_activity("find_communities", job)


@blueprint.activity_trigger(input_name="job")
async def parse_document(job: dict) -> int:
    """Turn a file into staged batches of chunks."""
    return await patiently(job, lambda: services().ingestion.parse(IngestionJob.from_json(job)))


@blueprint.activity_trigger(input_name="job")
async def embed_chunks(job: dict) -> None:
    """Embed one batch."""
    version = IngestionJob.from_json(job)
    await patiently(job, lambda: services().ingestion.embed(version, job["batch"], job["batches"]))


@blueprint.activity_trigger(input_name="job")
async def index_chunks(job: dict) -> None:
    """Make the staged chunks searchable."""
    await patiently(job, lambda: services().ingestion.index_chunks(IngestionJob.from_json(job), job["batches"]))


@blueprint.activity_trigger(input_name="job")
async def finish_document(job: dict) -> None:
    """Say that the document is ready."""
    await patiently(job, lambda: finished(IngestionJob.from_json(job)))
    measurements.ingested("ready")


async def finished(job: IngestionJob) -> None:
    """Let the document wait for the model first, where there is one: a cut between the two loses nothing."""
    reader = services().extraction
    settings = await services().ingestion.settings(job)
    lacking = ""
    if reader and settings.extraction != "rules":
        lacking = await reader.wait(job.base, job.document_id)
    await services().ingestion.finish(job, lacking)


@blueprint.activity_trigger(input_name="job")
async def fail_document(job: dict) -> None:
    """Say why the document could not be taken in."""
    await services().ingestion.fail(IngestionJob.from_json(job), job["reason"])
    measurements.ingested("failed")
