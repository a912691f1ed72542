"""Follow what happens to the files of the documents container."""

from dataclasses import dataclass

from shared.domain.access import BaseKey
from shared.domain.jobs import IngestionJob
from shared.ports.files import Files
from shared.services.documents import Documents, checked_name
from shared.services.knowledge_bases import KnowledgeBases


@dataclass(frozen=True)
class Arrivals:
    """Files that come and go without anybody calling the API."""

    bases: KnowledgeBases
    documents: Documents
    files: Files

    async def arrived(self, base: BaseKey, name: str) -> IngestionJob | None:
        """Register a file and return the job to start, or None where there is nothing left to do.

        A folder that is no knowledge base yet becomes one. Raises BadRequest for names that cannot be.
        """
        job = IngestionJob(base.tenant, base.id, checked_name(name), "")
        etag = await self.files.etag(job.path)
        if etag is None:
            return None
        await self.bases.ensure(base)
        job = IngestionJob(base.tenant, base.id, name, etag)
        return job if await self.documents.receive(job) else None

    async def vanished(self, base: BaseKey, name: str) -> None:
        """Delete what was made from a file, unless a new one stands there already."""
        job = IngestionJob(base.tenant, base.id, name, "")
        if await self.files.etag(job.path) is None:
            await self.documents.forget(base, name)
