"""Take one version of a document into its knowledge base, step by step; any step may run twice."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from shared.domain.access import background
from shared.domain.base_settings import BaseSettings
from shared.domain.documents import Chunk, Document, DocumentState
from shared.domain.errors import Conflict
from shared.domain.jobs import IngestionJob
from shared.domain.money import Money
from shared.domain.vectors import Vectors
from shared.ingestion.chunking import chunk
from shared.ports.answer_cache import AnswerCache
from shared.ports.catalog import Catalog
from shared.ports.chunk_index import ChunkIndex
from shared.ports.extraction import ExtractionStore
from shared.ports.files import Files
from shared.ports.graph_store import GraphStore
from shared.services.document_reading import DocumentReading
from shared.services.embedding import Embedding
from shared.services.labelling import Labelling
from shared.services.staging import Staging

PARSED, INDEXED = 0.1, 0.7
"""How far a document is after each step; the embedder takes most of the time in between."""


@dataclass(frozen=True)
class Ingestion:
    """The steps between a document's bytes and its searchable chunks."""

    catalog: Catalog
    files: Files
    reading: DocumentReading
    index: ChunkIndex
    graph: GraphStore
    cache: AnswerCache
    embedding: Embedding
    staging: Staging
    writings: ExtractionStore
    clock: Callable[[], datetime]

    async def parse(self, job: IngestionJob) -> int:
        """Turn the bytes into staged batches of chunks and return how many. Raises like `DocumentReading.of`."""
        document = await self.advance(await self.present(job), DocumentState.PARSING, 0.0)
        stored = await self.files.read(job.path)
        if stored.etag != job.etag:
            raise superseded(job)
        settings = await self.settings(job)
        parsed, cost = await self.reading.of(background(job.tenant), job.name, stored.content, settings.language or "")
        await self.charge(job, cost)
        chunks = await asyncio.to_thread(chunk, job.document_id, parsed, settings.chunk_size)
        batches = await self.staging.keep(job, chunks)
        digest = hashlib.sha256(stored.content).hexdigest()
        document = replace(document, pages=parsed.pages, chunk_count=len(chunks), sha256=digest, read_as=settings.mark)
        await self.advance(document, DocumentState.INDEXING, PARSED)
        return batches

    async def embed(self, job: IngestionJob, batch: int, batches: int) -> None:
        """Embed one staged batch; what was embedded before is not paid again. Raises BudgetExceeded."""
        document = await self.present(job)
        await self.vectors(job, await self.staging.batch(job, batch))
        progress = PARSED + (INDEXED - PARSED) * (batch + 1) / batches
        if progress > document.progress:
            await self.advance(document, DocumentState.INDEXING, progress)

    async def index_chunks(self, job: IngestionJob, batches: int) -> None:
        """Make the staged chunks the document's searchable ones, all at once."""
        document = await self.present(job)
        chunks = await self.staging.all(job, batches)
        vectors = await self.vectors(job, chunks)
        former = await self.index.chunks_of(job.base, job.document_id)
        # Read again: embedding takes its time, and labels that changed meanwhile hold.
        document = await self.present(job)
        await self.index.replace(document, chunks, vectors)
        await Labelling(self.catalog, self.index).follow(job.base, job.document_id, document.access)
        await self.embedding.forget({each.headed_text for each in former} - {each.headed_text for each in chunks})
        await self.writings.forget(job.base, {each.id for each in former} - {each.id for each in chunks})
        await self.cache.forget(job.base)
        await self.still_present(job)
        document = replace(document, vector_count=len(chunks) if vectors.shape[1] else 0)
        await self.advance(document, DocumentState.GRAPH, INDEXED)

    async def finish(self, job: IngestionJob, reason: str = "") -> None:
        """Say that the document is ready, and what it still lacks; sweep up what the steps left to each other."""
        document = await self.present(job)
        entities = await self.graph.entity_count(job.base, job.document_id)
        code = "waiting_for_model" if reason else ""
        finished = replace(document, entity_count=entities, reason=reason, reason_code=code)
        await self.advance(finished, DocumentState.READY, 1.0)
        await self.staging.clear(job)

    async def fail(self, job: IngestionJob, reason: str, code: str = "") -> None:
        """Say why the document could not be taken in; a newer version or a deletion has the last word.

        `code` is that of the error, where it is known.
        """
        document = await self.catalog.document(job.base, job.document_id)
        if document and document.etag == job.etag and document.state is not DocumentState.FAILED:
            failed = replace(document, reason=reason, reason_code=code)
            with suppress(Conflict):
                await self.advance(failed, DocumentState.FAILED, document.progress)
        await self.staging.clear(job)

    async def settings(self, job: IngestionJob) -> BaseSettings:
        """Return how the base wants its documents read."""
        base = await self.catalog.base(job.base)
        return base.settings if base else BaseSettings()

    async def present(self, job: IngestionJob) -> Document:
        """Return the document while this version is the one to ingest. Raises Conflict once it is not."""
        document = await self.catalog.document(job.base, job.document_id)
        if document is None or document.etag != job.etag or document.state is DocumentState.DELETED:
            raise superseded(job)
        return document

    async def still_present(self, job: IngestionJob) -> None:
        """Take back what was written for a version that was replaced or deleted meanwhile. Raises like `present`."""
        try:
            await self.present(job)
        except Conflict:
            await self.take_back(job)
            raise

    async def take_back(self, job: IngestionJob) -> None:
        """Leave in the graph what the index holds of a document, and nothing of one that is gone or cancelled."""
        document = await self.catalog.document(job.base, job.document_id)
        if document is None or document.state is DocumentState.DELETED or document.is_cancelled:
            await self.index.remove(job.base, job.document_id)
        kept = {each.id for each in await self.index.chunks_of(job.base, job.document_id)}
        await self.graph.forget(job.base, job.document_id, kept)
        await self.graph.publish(job.base)

    async def advance(self, document: Document, state: DocumentState, progress: float) -> Document:
        """Write down how far the document is, and return it as written. Raises Conflict like `present`."""
        now = self.clock()
        times = document.times.spent(document.state, (now - document.updated_at).total_seconds())
        if state is DocumentState.PARSING:
            document, times = replace(document, started_at=now), times.begun_anew()
        started = document.started_at
        advanced = replace(
            document,
            state=state,
            progress=progress,
            updated_at=now,
            processing_seconds=(now - started).total_seconds() if started else 0.0,
            times=times,
        )
        if not await self.catalog.advance_document(advanced):
            raise superseded(IngestionJob(document.base.tenant, document.base.id, document.name, document.etag))
        return advanced

    async def vectors(self, job: IngestionJob, chunks: Sequence[Chunk]) -> Vectors:
        """Embed chunks under their headings; what that costs is put down to the document."""
        reader = background(job.tenant)
        vectors, cost = await self.embedding.of_documents(reader, [each.headed_text for each in chunks])
        await self.charge(job, cost)
        return vectors

    async def charge(self, job: IngestionJob, cost: Money) -> None:
        """Add what a step cost to the document."""
        if cost > Money():
            await self.catalog.charge_document(job.base, job.document_id, cost)


def superseded(job: IngestionJob) -> Conflict:
    """Say that this version of the document is no longer the one to ingest."""
    return Conflict(f"{job.name!r} was changed or deleted while it was being read", document_id=job.document_id)
