"""Chunks on their way from one step to the next, in batches; durable runs carry only their numbers."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from shared.domain.documents import Chunk
from shared.domain.errors import Conflict, NotFound
from shared.domain.jobs import IngestionJob
from shared.ingestion.staging import chunks_from_json, chunks_to_json
from shared.ports.files import Files

BATCH = 64
"""Chunks that one activity handles: seconds of work at most, so that little is lost when it is cut."""


@dataclass(frozen=True)
class Staging:
    """The batches of every run under way."""

    files: Files

    async def keep(self, job: IngestionJob, chunks: Sequence[Chunk]) -> int:
        """Lay out a document's chunks in batches and return how many."""
        batches = [chunks[start : start + BATCH] for start in range(0, len(chunks), BATCH)]
        for number, batch in enumerate(batches):
            await self.files.write(path(job, number), whole(chunks_to_json(batch)))
        return len(batches)

    async def batch(self, job: IngestionJob, number: int) -> list[Chunk]:
        """Return one batch. Raises Conflict where somebody took it away."""
        try:
            return chunks_from_json((await self.files.read(path(job, number))).content)
        except NotFound:
            raise Conflict(f"what was read of {job.name!r} was deleted on its way; upload it again") from None

    async def all(self, job: IngestionJob, batches: int) -> list[Chunk]:
        """Return the chunks of every batch in order."""
        return [chunk for number in range(batches) for chunk in await self.batch(job, number)]

    async def clear(self, job: IngestionJob) -> None:
        """Sweep up after a run."""
        await self.files.delete(job.work_path)


def path(job: IngestionJob, number: int) -> str:
    """Name the file of one batch."""
    return f"{job.work_path}{number:05d}.json"


async def whole(content: bytes) -> AsyncIterator[bytes]:
    """Hand over bytes that are in memory already as a stream of one piece."""
    yield content
