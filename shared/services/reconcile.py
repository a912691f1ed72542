"""Mend what a crash may have left between files, register, index and graph."""

from dataclasses import dataclass

from shared.domain.access import BaseKey
from shared.domain.documents import Document, DocumentState
from shared.domain.jobs import IngestionJob
from shared.ports.catalog import Catalog
from shared.ports.chunk_index import ChunkIndex
from shared.ports.files import Files
from shared.services.documents import Documents

PAGE = 500
"""Documents looked at between two reads of the register."""


@dataclass(frozen=True)
class Reconciliation:
    """Compares what there should be with what there is."""

    catalog: Catalog
    files: Files
    index: ChunkIndex
    documents: Documents

    async def run(self) -> list[IngestionJob]:
        """Remove what belongs to no document and return the jobs of documents that have to be read again."""
        jobs: list[IngestionJob] = []
        for base in await self.catalog.all_bases():
            jobs += await self.base(base)
        return jobs

    async def base(self, base: BaseKey) -> list[IngestionJob]:
        """Reconcile one base."""
        documents = await self.all_documents(base)
        indexed = await self.index.documents(base)
        if orphans := indexed.keys() - {each.id for each in documents if not each.is_cancelled}:
            await self.documents.erase_traces(base, sorted(orphans))
        for each in documents:
            if indexed.get(each.id, each.access) != each.access:
                await self.documents.follow_labels(base, each.id)
        jobs = [await self.job(each) for each in documents]
        return [job for job in jobs if job]

    async def all_documents(self, base: BaseKey) -> list[Document]:
        """Return every document of a base."""
        documents: list[Document] = []
        while page := await self.catalog.documents(base, PAGE, documents[-1].id if documents else ""):
            documents += page
        return documents

    async def job(self, document: Document) -> IngestionJob | None:
        """Delete a document without a file; return the job of one that is not what its file says."""
        job = IngestionJob(document.base.tenant, document.base.id, document.name, "")
        etag = await self.files.etag(job.path)
        if etag is None and self.documents.is_arriving(document):
            return None
        if etag is None or document.state is DocumentState.DELETED:
            await self.documents.erase(document.base, [(document.id, document.name)])
            return None
        if document.is_at(etag) and document.state in (DocumentState.READY, DocumentState.FAILED):
            return None
        job = IngestionJob(document.base.tenant, document.base.id, document.name, etag)
        await self.documents.receive(job)
        return job
