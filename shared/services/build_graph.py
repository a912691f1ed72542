"""Grow the graph of a knowledge base by what one document says, and publish it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from shared.domain.documents import Chunk
from shared.domain.graph import Contribution
from shared.domain.jobs import IngestionJob
from shared.graph.extract import extract
from shared.graph.gazetteer import Gazetteer
from shared.graph.refine import refined
from shared.ports.graph_store import GraphStore
from shared.services.ingest import Ingestion
from shared.services.readings import Readings
from shared.services.staging import Staging


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
        headings = await self.graph.headings(job.base)
        fresh = [chunk for chunk in chunks if chunk.id not in recorded]
        found = await asyncio.to_thread(contributions, fresh, headings)
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


def contributions(chunks: Sequence[Chunk], headings: frozenset[str]) -> list[Contribution]:
    """Read chunks against the headings known so far."""
    gazetteer = gazetteer_of(headings)
    return [extract(chunk, gazetteer) for chunk in chunks]


@lru_cache(maxsize=4)
def gazetteer_of(headings: frozenset[str]) -> Gazetteer:
    """Index headings once for the batches of a document, and for the documents that bring no new ones."""
    return Gazetteer(headings)
