"""Cancel the reading of a document, and read one again that failed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shared.domain.access import Principal
from shared.domain.documents import Document, DocumentState
from shared.domain.errors import Conflict, NotFound
from shared.domain.jobs import IngestionJob
from shared.ports.catalog import Catalog
from shared.ports.files import Files
from shared.services.documents import Documents
from shared.services.staging import Staging

CANCELLED = "its reading was cancelled; nothing of it can be found until it is read again"

ENDED = frozenset({DocumentState.READY, DocumentState.FAILED, DocumentState.DELETED})
"""States in which nothing is left to cancel."""

Ending = Callable[[IngestionJob], Awaitable[None]]
"""Ends the durable run of a job, or waits until it has ended, where there is one."""


@dataclass(frozen=True)
class DocumentRuns:
    """What users may do about the run that reads a document."""

    catalog: Catalog
    files: Files
    documents: Documents
    staging: Staging
    clock: Callable[[], datetime]

    async def cancel(self, principal: Principal, id: str, end: Ending) -> Document:
        """Stop reading a document and leave nothing of it to be found. Raises like `own`, Conflict where it has ended.

        The register comes first: a step that is under way finds that its version is not wanted and takes itself back.
        """
        document = await self.documents.own(principal, id)
        if document.state in ENDED:
            raise Conflict(f"the document is {document.state}; there is nothing to cancel", status=document.state)
        job = IngestionJob(document.base.tenant, document.base.id, document.name, document.etag)
        cancelled = replace(
            document.cancelled(),
            state=DocumentState.FAILED,
            reason=CANCELLED,
            reason_code="cancelled",
            updated_at=self.clock(),
            chunk_count=0,
            vector_count=0,
            entity_count=0,
        )
        await self.catalog.keep_document(cancelled)
        await end(job)
        await self.documents.erase_traces(document.base, [document.id])
        await self.staging.clear(job)
        return cancelled

    async def retry(self, principal: Principal, id: str, ended: Ending) -> IngestionJob:
        """Take up a document that failed, and return the job to start. Raises like `own`, Conflict where it did not."""
        document = await self.documents.own(principal, id)
        if document.state is not DocumentState.FAILED:
            raise Conflict(f"the document is {document.state}; only one that failed is read again")
        job = IngestionJob(document.base.tenant, document.base.id, document.name, "")
        etag = await self.files.etag(job.path)
        if etag is None:
            raise NotFound("the file of the document is gone; upload it again", id=id)
        job = replace(job, etag=etag)
        # The last step of a run that failed writes that down, and must not do so of the next.
        await ended(job)
        await self.documents.renew(document, etag)
        return job
