"""Receive, list and delete documents; reading them is the ingestion's work."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.documents import Document, DocumentState, KnowledgeBase, document_id
from shared.domain.errors import AccessDenied, BadRequest, Conflict, NotFound, Outdated
from shared.domain.jobs import DOCUMENTS, IngestionJob
from shared.domain.money import Money
from shared.domain.step_times import StepTimes
from shared.ports.answer_cache import AnswerCache
from shared.ports.catalog import Catalog
from shared.ports.chunk_index import ChunkIndex, EmbeddingStore
from shared.ports.extraction import ExtractionStore
from shared.ports.files import Files
from shared.ports.graph_store import GraphStore
from shared.ports.popular import AskedQuestions
from shared.services.labelling import Labelling, LabelsNoted

ATTEMPTS = 5
"""Times that a change is tried while others change the same document."""

PATIENCE = timedelta(hours=1)
"""How long the bytes of a registered document may be on their way."""

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
    popular: AskedQuestions
    clock: Callable[[], datetime]

    async def upload(
        self,
        principal: Principal,
        base: BaseKey,
        name: str,
        content: AsyncIterator[bytes],
        access: frozenset[str] | None = None,
    ) -> IngestionJob:
        """Keep a document's bytes under its name and return the job to start.

        A new document belongs to the principal; whoever may read the base may read it, unless `access` says otherwise.
        Raises BadRequest for a bad name, AccessDenied and Conflict like `reserved`.
        """
        checked_name(name)
        reserved = await self.reserved(principal, base, name, access)
        try:
            etag = await self.files.write(f"{DOCUMENTS}/{base.tenant}/{base.id}/{name}", content)
        except BaseException:
            await self.abandon(reserved)
            raise
        job = IngestionJob(base.tenant, base.id, name, etag)
        await self.receive(job, reserved)
        return job

    async def reserved(self, principal: Principal, key: BaseKey, name: str, access: frozenset[str] | None) -> Document:
        """Register owner and labels of a document before its bytes are there, so that nobody reads them without.

        Raises NotFound where the base is gone, AccessDenied where the document is somebody else's, Conflict where it
        carries other labels than `access`: a new version changes none.
        """
        base, id, now = await self.base(key), document_id(key, name), self.clock()
        known = await self.catalog.document(key, id)
        if known is None or known.state is DocumentState.DELETED:
            new = Document(key, id, name, "", DocumentState.RECEIVED, now, now, owner=principal.user)
            await self.catalog.keep_document(replace(new, access=access or new.access))
            known = await self.catalog.document(key, id) or new
        if not known.may_be_changed_by(principal, base):
            raise AccessDenied("a document of this name belongs to somebody else", name=name)
        if access is not None and access != known.access:
            raise Conflict("the document carries other access labels; change them first", name=name)
        return known

    async def abandon(self, reserved: Document) -> None:
        """Forget a document of which no bytes have come."""
        known = await self.catalog.document(reserved.base, reserved.id)
        if known and not known.has_arrived:
            await self.mark_deleted(known.base, known.id)
            await self.catalog.delete_document(known.base, known.id)

    def is_arriving(self, document: Document) -> bool:
        """Say whether the bytes of a document may still be on their way."""
        return not document.has_arrived and self.clock() - document.updated_at < PATIENCE

    async def receive(self, job: IngestionJob, reserved: Document | None = None) -> bool:
        """Register a version of a document; say whether it still has to be ingested: none is read twice unasked.

        Whoever may read the base may read a new document that nobody `reserved`. Raises NotFound where the base is
        gone.
        """
        known = await self.catalog.document(job.base, job.document_id)
        if known and known.is_at(job.etag):
            return not known.is_cancelled and known.state not in (DocumentState.READY, DocumentState.FAILED)
        known = known or reserved or await self.unread(job)
        await self.renew(replace(known, cost=Money()), job.etag)
        return True

    async def renew(self, document: Document, etag: str) -> None:
        """Register that a document is to be read, in the version of an ETag."""
        await self.catalog.keep_document(
            replace(
                document,
                etag=etag,
                state=DocumentState.RECEIVED,
                updated_at=self.clock(),
                reason="",
                reason_code="",
                progress=0.0,
                times=StepTimes(),
            )
        )

    async def unread(self, job: IngestionJob) -> Document:
        """Make a document that nobody has read yet."""
        base, now = await self.base(job.base), self.clock()
        return Document(base.key, job.document_id, job.name, job.etag, DocumentState.RECEIVED, now, now)

    async def base(self, key: BaseKey) -> KnowledgeBase:
        """Return a base, whoever may read it. Raises NotFound."""
        base = await self.catalog.base(key)
        if base is None:
            raise NotFound(f"there is no knowledge base {key.id!r}", id=key.id)
        return base

    async def get(self, principal: Principal, id: str) -> Document:
        """Return a document. Raises NotFound where there is none that the principal may read or change."""
        found = await self.catalog.find_document(principal.tenant, id)
        base = await self.catalog.base(found.base) if found and found.has_arrived else None
        is_seen = found and base and (found.may_be_read_by(principal, base) or found.may_be_changed_by(principal, base))
        if found is None or not is_seen:
            raise NotFound(f"there is no document {id!r}", id=id)
        return found

    async def own(self, principal: Principal, id: str) -> Document:
        """Return a document that the principal may change. Raises NotFound like `get`, AccessDenied for a reader."""
        found = await self.get(principal, id)
        if not found.may_be_changed_by(principal, await self.base(found.base)):
            raise AccessDenied("only its owner, that of its base and administrators may change a document", id=id)
        return found

    async def relabel(
        self,
        principal: Principal,
        id: str,
        access: frozenset[str],
        noted: LabelsNoted,
        states: Collection[str] | None = None,
    ) -> Document:
        """Let others read a document, where it carries labels that one of the ETags names, or whichever.

        What was made from it follows before this returns. Raises NotFound and AccessDenied like `own`, Outdated for
        other labels, Conflict in a storm of changes.
        """
        for _ in range(ATTEMPTS):
            known = await self.own(principal, id)
            if states is not None and known.access_etag not in states:
                raise Outdated("the document's labels were changed meanwhile; read it again", etag=known.access_etag)
            if access != known.access:
                await noted(known.access, access)
            if await self.catalog.relabel_document(known, access):
                await self.follow_labels(known.base, id)
                return replace(known, access=access)
        raise Conflict("the document is being changed by others; try again", id=id)

    async def follow_labels(self, base: BaseKey, id: str) -> None:
        """Bring the labels of a document to all that was made from it. Raises Conflict like `Labelling.follow`."""
        await Labelling(self.catalog, self.index).follow(base, id)
        # Names merge by what everybody may read.
        await self.graph.publish(base)
        await self.cache.forget(base)

    async def list(self, scope: Scope, limit: int, after: str) -> list[Document]:
        """Return one page of the documents that the scope may see; those it may not see take no place in it."""
        found: list[Document] = []
        while len(found) < limit and (page := await self.catalog.documents(scope.base, limit, after)):
            found += [each for each in page if each.has_arrived and scope.may_read(each.access)]
            after = page[-1].id
        return found[:limit]

    async def delete(self, principal: Principal, id: str) -> None:
        """Delete a document and everything made from it. Raises NotFound and AccessDenied like `own`."""
        found = await self.own(principal, id)
        await self.erase(found.base, [(found.id, found.name)])

    async def delete_many(self, principal: Principal, ids: Collection[str]) -> set[str]:
        """Delete documents, and return those of the ids that were there for the principal to delete."""
        deleted: set[str] = set()
        by_base: dict[BaseKey, list[tuple[str, str]]] = {}
        for id in dict.fromkeys(ids):
            with suppress(NotFound, AccessDenied):
                found = await self.own(principal, id)
                by_base.setdefault(found.base, []).append((found.id, found.name))
                deleted.add(id)
        for base, documents in by_base.items():
            await self.erase(base, documents)
        return deleted

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

    async def drop_base(self, base: BaseKey) -> None:
        """Take an empty base out of the register, and what people asked of it with it."""
        await self.popular.forget(base)
        await self.catalog.delete_base(base)

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
