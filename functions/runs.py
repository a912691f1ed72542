"""Starts durable runs that are named by what they are about."""

from typing import Any

import azure.durable_functions as df

from shared.domain.jobs import IngestionJob

UNDER_WAY = (df.OrchestrationRuntimeStatus.Pending, df.OrchestrationRuntimeStatus.Running)


async def start_ingestion(client: Any, job: IngestionJob) -> None:
    """Start the run of a document's version, unless it is under way already."""
    status = await client.get_status(job.run_id)
    if status and status.runtime_status in UNDER_WAY:
        return
    await client.start_new("ingest_document", job.run_id, job.to_json())
