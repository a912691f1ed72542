"""Starts durable runs that are named by what they are about."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import azure.durable_functions as df

from shared.domain.access import BaseKey
from shared.domain.errors import Conflict, StoreUnavailable
from shared.domain.identity import content_id
from shared.domain.jobs import IngestionJob

UNDER_WAY = (df.OrchestrationRuntimeStatus.Pending, df.OrchestrationRuntimeStatus.Running)


ENDING_LOOKS, ENDING_SECONDS = 40, 0.25
"""How often and in which steps it is looked whether a run has ended that failed or was told to end."""


async def begin_ingestion(client: Any, job: IngestionJob) -> None:
    """Start the run of a version that was just written, unless whoever saw the file did. Raises StoreUnavailable.

    That run may be over by now; a second one would only read the same version again.
    """
    with translated():
        begun = await client.get_status(job.run_id)
    if not (begun and begun.runtime_status):
        await start_ingestion(client, job)


async def start_ingestion(client: Any, job: IngestionJob) -> None:
    """Start the run of a document's version, unless it is under way already. Raises StoreUnavailable."""
    with translated():
        before = await client.get_status(job.run_id)
        if is_under_way(before):
            return
        try:
            await client.start_new("ingest_document", job.run_id, job.to_json())
        except Exception:
            # Whoever saw the file at the same time may have started the same run in between; it may even be over.
            now = await client.get_status(job.run_id)
            if not is_under_way(now) and now.created_time == before.created_time:
                raise


async def end_ingestion(client: Any, job: IngestionJob) -> None:
    """End the run of a document's version, if it is under way. Raises StoreUnavailable."""
    with translated():
        try:
            await client.terminate(job.run_id, "cancelled")
        except Exception:
            # A run that is not there, or has ended meanwhile, cannot be ended.
            if is_under_way(await client.get_status(job.run_id)):
                raise


async def ended_ingestion(client: Any, job: IngestionJob) -> None:
    """Wait a little for the run of a document's version to end. Raises Conflict where it does not."""
    for _ in range(ENDING_LOOKS):
        with translated():
            if not is_under_way(await client.get_status(job.run_id)):
                return
        await asyncio.sleep(ENDING_SECONDS)
    raise Conflict("the last reading of the document is still ending; try again in a moment")


def is_under_way(status: Any) -> bool:
    """Say whether a run is not over yet."""
    return bool(status) and status.runtime_status in UNDER_WAY


async def start_extraction(client: Any, base: BaseKey) -> None:
    """Start the run in which a model reads what waits in a base, unless it is under way. Raises StoreUnavailable."""
    id = content_id("read_with_model", base.tenant, base.id)
    with translated():
        status = await client.get_status(id)
        if not (status and status.runtime_status in UNDER_WAY):
            await client.start_new("read_with_model", id, {"tenant": base.tenant, "knowledge_base": base.id})


async def is_reindexing(client: Any, base: BaseKey) -> bool:
    """Say whether a base is being read anew. Raises StoreUnavailable."""
    with translated():
        status = await client.get_status(reindexing_id(base))
        return bool(status) and status.runtime_status in UNDER_WAY


async def start_reindexing(client: Any, base: BaseKey, *, only_outdated: bool) -> None:
    """Start the run that reads a base anew. Raises StoreUnavailable."""
    job = {"tenant": base.tenant, "knowledge_base": base.id, "only_outdated": only_outdated}
    with translated():
        await client.start_new("reindex_documents", reindexing_id(base), job)


def reindexing_id(base: BaseKey) -> str:
    """Name the run that reads a base anew, so that there is one at a time."""
    return content_id("reindex_documents", base.tenant, base.id)


@contextmanager
def translated() -> Iterator[None]:
    """Say whatever goes wrong as one thing: the SDK's client raises bare exceptions, whatever the host answered."""
    try:
        yield
    except Exception as error:
        raise StoreUnavailable("the document is kept, but its reading cannot be started now; try again") from error
