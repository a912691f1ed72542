"""Starts durable runs that are named by what they are about."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import azure.durable_functions as df

from shared.domain.access import BaseKey
from shared.domain.errors import StoreUnavailable
from shared.domain.identity import content_id
from shared.domain.jobs import IngestionJob

UNDER_WAY = (df.OrchestrationRuntimeStatus.Pending, df.OrchestrationRuntimeStatus.Running)


async def start_ingestion(client: Any, job: IngestionJob) -> None:
    """Start the run of a document's version, unless it is under way already. Raises StoreUnavailable."""
    with translated():
        if await is_under_way(client, job):
            return
        try:
            await client.start_new("ingest_document", job.run_id, job.to_json())
        except Exception:
            # Whoever saw the file at the same time may have started the same run in between.
            if not await is_under_way(client, job):
                raise


async def is_under_way(client: Any, job: IngestionJob) -> bool:
    """Say whether a document's version is being read."""
    status = await client.get_status(job.run_id)
    return bool(status) and status.runtime_status in UNDER_WAY


async def start_extraction(client: Any, base: BaseKey) -> None:
    """Start the run in which a model reads what waits in a base, unless it is under way. Raises StoreUnavailable."""
    id = content_id("read_with_model", base.tenant, base.id)
    with translated():
        status = await client.get_status(id)
        if not (status and status.runtime_status in UNDER_WAY):
            await client.start_new("read_with_model", id, {"tenant": base.tenant, "knowledge_base": base.id})


@contextmanager
def translated() -> Iterator[None]:
    """Say whatever goes wrong as one thing: the SDK's client raises bare exceptions, whatever the host answered."""
    try:
        yield
    except Exception as error:
        raise StoreUnavailable("the document is kept, but its reading cannot be started now; try again") from error
