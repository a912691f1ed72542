"""Grow the graph of a knowledge base by what one document says, and publish it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.documents import Chunk
from shared.domain.graph import Contribution
from shared.domain.jobs import IngestionJob
from shared.graph.extract import extract
from shared.graph.gazetteer import Gazetteer
from shared.graph.headings import heading_names
from shared.graph.refine import refined
from shared.ports.graph_store import GraphStore
from shared.services.ingest import Ingestion
from shared.services.readings import Readings
from shared.services.staging import Staging
from shared.text.names import entity_key


@dataclass(frozen=True)
class GraphBuilding:
    """The steps between a document's chunks and the published graph; `readings` are what a model said before."""

    graph: GraphStore
    staging: Staging
    ingestion: Ingestion
    readings: Readings | None

    async def extract(self, job: IngestionJob, batch: int) -> None:
        """Record what the new chunks of one batch contribute; a chunk that was read before is not read again.

        Raises Conflict once this version of the document is not the one to ingest.
        """
        await self.ingestion.present(job)
        chunks = await self.staging.batch(job, batch)
        recorded = await self.graph.recorded(job.base, [chunk.id for chunk in chunks])
        fresh = [chunk for chunk in chunks if chunk.id not in recorded]
        found = await asyncio.to_thread(contributions, fresh)
        if self.readings:
            read = await self.readings.of(job.base, fresh)
            found = [refined(each, chunk.text, read.get(chunk.id)) for each, chunk in zip(found, fresh, strict=True)]
        await self.graph.record(job.base, found)
        await self.ingestion.still_present(job)

    async def publish(self, job: IngestionJob, batches: int) -> None:
        """Take away what the document's former chunks said, and show readers the new version. Raises like `extract`."""
        await self.ingestion.present(job)
        chunks = await self.staging.all(job, batches)
        await self.graph.forget(job.base, job.document_id, {chunk.id for chunk in chunks})
        await self.graph.publish(job.base)
        await self.ingestion.still_present(job)


def contributions(chunks: Sequence[Chunk]) -> list[Contribution]:
    """Read chunks, each against its own headings alone: what a chunk says must not depend on what came before it.

    Where a text names a heading of another document is found out anew with every version of the graph.
    """
    return [extract(chunk, Gazetteer(map(entity_key, heading_names(chunk)))) for chunk in chunks]
