"""Take in files as they come: plain ones as they are, zip archives unpacked; one that is refused stops no other."""

import asyncio
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO
from zipfile import BadZipFile, ZipFile

from shared.domain.access import BaseKey, Principal
from shared.domain.errors import (
    AccessDenied,
    BadRequest,
    Conflict,
    DocumentBroken,
    DocumentUnreadable,
    KnowledgeError,
    StoreUnavailable,
)
from shared.domain.jobs import IngestionJob
from shared.ingestion.archive_entries import ArchiveLimits, Entry, entries, opened
from shared.ports.web_files import WebFiles
from shared.services.documents import Documents

PIECE = 1 << 18
"""Bytes unpacked at a time."""

SIDE_BY_SIDE = 4
"""Documents fetched at once."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file: the job that reads it, or why it was refused."""

    name: str
    job: IngestionJob | None = None
    refusal: KnowledgeError | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Who brings files into which base, and who may read them: whoever may read the base, unless `access` says so."""

    principal: Principal
    base: BaseKey
    access: frozenset[str] | None = None


@dataclass(frozen=True)
class Intake:
    """Receives files into bases; `most_bytes` is the most that one document may have."""

    documents: Documents
    web: WebFiles
    most_bytes: int

    async def take(self, to: Delivery, name: str, content: AsyncIterator[bytes]) -> AsyncGenerator[Taken, None]:
        """Keep a file, or each file of an archive, and yield what became of it. Raises StoreUnavailable."""
        if not name.casefold().endswith(".zip"):
            yield await self.one(to, name, content)
            return
        # On disk and not in memory: an archive says at its end what is in it.
        with room() as packed:
            try:
                await kept(packed, content)
                archive, found = await asyncio.to_thread(self.read, packed)
            except BadRequest as refusal:
                yield Taken(name, refusal=refusal)
                return
            with archive:
                for entry in found:
                    yield await self.unpacked(to, archive, entry)

    async def fetch(self, to: Delivery, addresses: Sequence[str]) -> AsyncGenerator[Taken, None]:
        """Fetch documents from addresses, a few at a time, and yield what became of each, in order."""
        for start in range(0, len(addresses), SIDE_BY_SIDE):
            some = addresses[start : start + SIDE_BY_SIDE]
            for each in await asyncio.gather(*(self.fetched(to, address) for address in some)):
                yield each

    async def fetched(self, to: Delivery, address: str) -> Taken:
        """Fetch one document."""
        try:
            async with self.web.opened(address) as file:
                return await self.one(to, file.name, file.content)
        except KnowledgeError as refusal:
            return Taken(address, refusal=refusal)

    async def one(self, to: Delivery, name: str, content: AsyncIterator[bytes]) -> Taken:
        """Keep one file under its name."""
        try:
            job = await self.documents.upload(to.principal, to.base, name, content, to.access)
            return Taken(name, job=job)
        except (BadRequest, AccessDenied, Conflict) as refusal:
            return Taken(name, refusal=refusal)

    async def unpacked(self, to: Delivery, archive: ZipFile, entry: Entry) -> Taken:
        """Keep one file of an archive."""
        if entry.problem:
            return Taken(entry.name, refusal=DocumentUnreadable(f"{entry.name!r}: {entry.problem}"))
        return await self.one(to, entry.name, pieces(archive, entry))

    def read(self, packed: IO[bytes]) -> tuple[ZipFile, list[Entry]]:
        """Open an archive and list its files. Raises DocumentUnreadable."""
        limits = ArchiveLimits(unpacked_bytes=4 * self.most_bytes, entry_bytes=self.most_bytes)
        archive = opened(packed, limits)
        return archive, entries(archive, packed.seek(0, 2), limits)


def room() -> IO[bytes]:
    """Return a file that is gone once it is closed. Raises StoreUnavailable where the disk has no room for one."""
    try:
        return TemporaryFile()
    except OSError as error:
        raise StoreUnavailable(f"the archive cannot be kept: {error.strerror}") from error


async def kept(packed: IO[bytes], content: AsyncIterator[bytes]) -> None:
    """Write what comes in to a file. Raises StoreUnavailable where the disk has no room for it."""
    try:
        async for piece in content:
            await asyncio.to_thread(packed.write, piece)
        await asyncio.to_thread(packed.flush)
    except OSError as error:
        raise StoreUnavailable(f"the archive cannot be kept: {error.strerror}") from error


async def pieces(archive: ZipFile, entry: Entry) -> AsyncGenerator[bytes, None]:
    """Unpack one entry piece by piece. Raises DocumentUnreadable where it is broken."""
    try:
        with await asyncio.to_thread(archive.open, entry.source) as unpacking:
            while piece := await asyncio.to_thread(unpacking.read, PIECE):
                yield piece
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise DocumentBroken(f"{entry.name!r} cannot be unpacked: the archive is broken") from error
