"""Receive, list and delete documents; reading them is the ingestion's work."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.documents import Document, DocumentState, document_id
from shared.domain.errors import BadRequest, NotFound
from shared.domain.jobs import DOCUMENTS, IngestionJob
from shared.ports.answer_cache import AnswerCache
from shared.ports.catalog import Catalog
from shared.ports.chunk_index import ChunkIndex, EmbeddingStore
from shared.ports.extraction import ExtractionStore
from shared.ports.files import Files
from shared.ports.graph_store import GraphStore

MAXIMUM_NAME = 255
"""Characters of a document's name; folder file systems allow no longer one."""


@dataclass(frozen=True)
class Documents:
    """The documents of every base."""

    catalog: Catalog
    files: Files
    index: ChunkIndex
    embeddings: EmbeddingStore
    graph: GraphStore
    cache: AnswerCache
    writings: ExtractionStore
    clock: Callable[[], datetime]

    async def upload(self, base: BaseKey, name: str, content: AsyncIterator[bytes]) -> IngestionJob:
        """Keep a document's bytes under its name and return the job to start. Raises BadRequest for a bad name."""
        checked_name(name)
        etag = await self.files.write(f"{DOCUMENTS}/{base.tenant}/{base.id}/{name}", content)
        job = IngestionJob(base.tenant, base.id, name, etag)
        await self.receive(job)
        return job

    async def receive(self, job: IngestionJob) -> bool:
        """Register a version of a document; say whether it still has to be ingested.

        Whoever may read the base may read a new document in it. Raises NotFound where the base is gone.
        """
        now = self.clock()
        known = await self.catalog.document(job.base, job.document_id)
        if known and known.etag == job.etag:
            return known.state is not DocumentState.READY
        known = known or await self.unread(job)
        await self.catalog.keep_document(
            replace(known, etag=job.etag, state=DocumentState.RECEIVED, updated_at=now, reason="", progress=0.0)
        )
        return True

    async def unread(self, job: IngestionJob) -> Document:
        """Make a document that nobody has read yet, with the access labels of its base."""
        base, now = await self.catalog.base(job.base), self.clock()
        if base is None:
            raise NotFound(f"there is no knowledge base {job.base.id!r}", id=job.base.id)
        return Document(
            job.base, job.document_id, job.name, job.etag, DocumentState.RECEIVED, now, now, access=base.access
        )

    async def get(self, principal: Principal, id: str) -> Document:
        """Return a document. Raises NotFound where there is none that the principal may read."""
        found = await self.catalog.find_document(principal, id)
        if found is None:
            raise NotFound(f"there is no document {id!r}", id=id)
        return found

    async def list(self, scope: Scope, limit: int, after: str) -> list[Document]:
        """Return one page of the documents that the scope may see; those it may not see take no place in it."""
        found: list[Document] = []
        while len(found) < limit and (page := await self.catalog.documents(scope.base, limit, after)):
            found += [each for each in page if scope.may_read(each.access)]
            after = page[-1].id
        return found[:limit]

    async def delete(self, principal: Principal, id: str) -> None:
        """Delete a document and everything made from it. Raises NotFound like `get`."""
        found = await self.get(principal, id)
        await self.erase(found.base, [(found.id, found.name)])

    async def forget(self, base: BaseKey, name: str) -> None:
        """Delete everything made from a file that is gone; one that was never known is no error."""
        id = document_id(base, name)
        await self.mark_deleted(base, id)
        await self.erase_traces(base, [id])
        await self.catalog.delete_document(base, id)

    async def erase(self, base: BaseKey, documents: Sequence[tuple[str, str]]) -> None:
        """Delete documents, given as (id, name). The register comes last, so that a cut deletion is taken up again."""
        for id, name in documents:
            await self.mark_deleted(base, id)
            await self.files.delete(f"{DOCUMENTS}/{base.tenant}/{base.id}/{name}")
        await self.erase_traces(base, [id for id, _ in documents])
        for id, _ in documents:
            await self.catalog.delete_document(base, id)

    async def erase_traces(self, base: BaseKey, ids: Sequence[str]) -> None:
        """Delete what was made from documents, and show readers a version without it."""
        for id in ids:
            chunks = await self.index.chunks_of(base, id)
            await self.embeddings.forget([each.headed_text for each in chunks])
            await self.writings.forget(base, [each.id for each in chunks])
            await self.index.remove(base, id)
            await self.graph.forget(base, id)
        await self.graph.publish(base)
        await self.cache.forget(base)

    async def mark_deleted(self, base: BaseKey, id: str) -> None:
        """Tell a run that is reading the document to stop."""
        if known := await self.catalog.document(base, id):
            await self.catalog.keep_document(replace(known, state=DocumentState.DELETED, updated_at=self.clock()))


def checked_name(name: str) -> str:
    """Return a document's name. Raises BadRequest where it is empty, hidden, a path upwards or too long."""
    parts = name.split("/")
    printable = all(character.isprintable() for character in name)
    if not name or len(name) > MAXIMUM_NAME or not printable or "\\" in name:
        raise BadRequest("a document's name has 1 to 255 printable characters and no backslash", field="name")
    if any(not part or part.startswith((".", "~$")) or part.strip() != part for part in parts):
        raise BadRequest(f"{name!r} cannot be the name of a document: no part may be empty or hidden", field="name")
    return name
