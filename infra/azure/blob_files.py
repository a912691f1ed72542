"""Keeps files in Azure Blob Storage: whole or not at all, under their literal names."""

from __future__ import annotations

import asyncio
import re
import uuid
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from infra.azure.attempts import NO_REPEATS, Attempts, status_of
from shared.domain.errors import BadRequest, NotFound, StoreUnavailable
from shared.domain.file_paths import segments_of
from shared.ports.files import StoredFile

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.storage.blob.aio import BlobClient, BlobServiceClient, ContainerClient

Result = TypeVar("Result")

BLOCK = 4 * 1024 * 1024
"""Bytes that go over the network in one request: what a slow line carries well within the deadline."""

DELETES = 16
"""Deletions under way at once."""

LONGEST_NAME = 1024
"""Characters of a blob's name, the limit of the service."""

CONTAINER_NAME = re.compile(r"[a-z0-9](?:-?[a-z0-9]){2,62}")


@dataclass
class BlobFiles:
    """The adapter of the port Files over one storage account; the first folder of a path is the container.

    `credential` is an account key or a token credential of `azure.identity.aio`; `read_seconds` bounds one wait for
    a sign of life.
    """

    endpoint: str
    credential: str | AsyncTokenCredential = field(repr=False)
    read_seconds: float = 10.0
    attempts: Attempts = field(default_factory=lambda: Attempts("the file store"))
    _client: BlobServiceClient | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def write(self, path: str, content: AsyncIterator[bytes]) -> str:
        """Keep all of the content or nothing, and return its ETag. Raises BadRequest or StoreUnavailable."""
        container, blob = await self._place(path)
        run, blocks, held = uuid.uuid4().hex, list[str](), bytearray()
        async for piece in content:
            held += piece
            while len(held) > BLOCK:
                blocks.append(block_id(run, len(blocks)))
                await self._stage(container, blob, blocks[-1], bytes(held[:BLOCK]))
                del held[:BLOCK]
        if not blocks:
            return await self._put(container, blob, bytes(held))
        blocks.append(block_id(run, len(blocks)))
        await self._stage(container, blob, blocks[-1], bytes(held))
        return await self._commit(blob, blocks)

    async def read(self, path: str) -> StoredFile:
        """Return a whole file. Raises BadRequest, NotFound or StoreUnavailable."""
        _, blob = await self._place(path)
        try:
            start, whole, etag = await self.attempts.make(partial(piece_of, blob, 0, None))
            held = bytearray(start)
            while len(held) < whole:
                more, _, _ = await self.attempts.make(partial(piece_of, blob, len(held), etag))
                held += more
        except Exception as error:
            if status_of(error) == 404:
                raise NotFound(f"there is no file {path!r}") from error
            if status_of(error) == 412:
                raise StoreUnavailable(f"the file {path!r} was replaced while it was read") from error
            raise
        return StoredFile(bytes(held), etag)

    async def etag(self, path: str) -> str | None:
        """Return the present ETag, or None where there is no such file. Raises BadRequest or StoreUnavailable."""
        _, blob = await self._place(path)
        try:
            return await self.attempts.make(partial(etag_of, blob))
        except Exception as error:
            if status_of(error) == 404:
                return None
            raise

    async def delete(self, path: str) -> None:
        """Remove a file, or everything under a path that ends with a slash. Raises BadRequest or StoreUnavailable."""
        if not path.endswith("/"):
            _, blob = await self._place(path)
            await self._unless_gone(lambda: blob.delete_blob(delete_snapshots="include"))
            return
        container_name, *folders = checked(path.removesuffix("/"), fewest=1)
        container = (await self._service()).get_container_client(container_name)
        prefix = "".join(f"{folder}/" for folder in folders)
        while names := await self._unless_gone(lambda: first_page(container, prefix)):
            for start in range(0, len(names), DELETES):
                await asyncio.gather(*(self._remove(container, name) for name in names[start : start + DELETES]))

    async def close(self) -> None:
        """End the connections that are kept open for the next request."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    async def _remove(self, container: ContainerClient, name: str) -> None:
        await self._unless_gone(lambda: container.get_blob_client(name).delete_blob(delete_snapshots="include"))

    async def _put(self, container: ContainerClient, blob: BlobClient, content: bytes) -> str:
        async def put() -> str:
            return told((await blob.upload_blob(content, length=len(content), overwrite=True))["etag"])

        return await self._creating(container, put)

    async def _stage(self, container: ContainerClient, blob: BlobClient, id: str, block: bytes) -> None:
        await self._creating(container, lambda: blob.stage_block(id, block, length=len(block)))

    async def _commit(self, blob: BlobClient, ids: list[str]) -> str:
        from azure.storage.blob import BlobBlock

        async def commit() -> str:
            return told((await blob.commit_block_list([BlobBlock(id) for id in ids]))["etag"])

        try:
            return await self.attempts.make(commit)
        except StoreUnavailable as error:
            # Whoever commits first lets go of everybody else's blocks; the same write succeeds when it is repeated.
            if error.details.get("status") == 400:
                raise StoreUnavailable("somebody else wrote the same file at the same time; write it again") from error
            raise

    async def _creating(self, container: ContainerClient, request: Callable[[], Awaitable[Result]]) -> Result:
        """Make a request that needs the container; in the cloud, the Bicep files have created it already."""
        try:
            return await self.attempts.make(request)
        except Exception as error:
            if status_of(error) != 404:
                raise
        try:
            await self.attempts.make(container.create_container)
        except Exception as error:
            if status_of(error) != 409:
                raise
        return await self.attempts.make(request)

    async def _unless_gone(self, request: Callable[[], Awaitable[Result]]) -> Result | None:
        try:
            return await self.attempts.make(request)
        except Exception as error:
            if status_of(error) == 404:
                return None
            raise

    async def _place(self, path: str) -> tuple[ContainerClient, BlobClient]:
        container_name, *names = checked(path, fewest=2)
        container = (await self._service()).get_container_client(container_name)
        return container, container.get_blob_client("/".join(names))

    async def _service(self) -> BlobServiceClient:
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._open)
            return self._client

    def _open(self) -> BlobServiceClient:
        # The import takes more than a second; it happens on a thread and does not hold the event loop.
        from azure.storage.blob.aio import BlobServiceClient

        waits: dict[str, Any] = {"connection_timeout": self.read_seconds, "read_timeout": self.read_seconds}
        return BlobServiceClient(self.endpoint, self.credential, **NO_REPEATS, **waits)


def checked(path: str, fewest: int) -> list[str]:
    """Split a path. Raises BadRequest where the service would refuse a name or keep it under another one."""
    container, *names = segments = segments_of(path, fewest)
    if not CONTAINER_NAME.fullmatch(container):
        raise BadRequest(f"a container's name has 3 to 63 lower-case letters, digits and single hyphens: {path!r}")
    if len("/".join(names)) > LONGEST_NAME:
        raise BadRequest(f"a file's name is longer than {LONGEST_NAME} characters: {path[:80]!r}...")
    if any(name.endswith(".") for name in names):
        raise BadRequest(f"a file's name may not end with a dot, which Blob Storage may drop: {path!r}")
    return segments


def block_id(run: str, number: int) -> str:
    """Name a block of one write; the names of all blocks of a blob must have one length."""
    return b64encode(f"{run}-{number:06d}".encode()).decode()


async def piece_of(blob: BlobClient, start: int, etag: str | None) -> tuple[bytes, int, str]:
    """Return up to BLOCK bytes, the length of the whole blob and its ETag, which must be the given one."""
    from azure.core import MatchConditions

    same: dict[str, Any] = {"etag": etag, "match_condition": MatchConditions.IfNotModified} if etag else {}
    try:
        stream = await blob.download_blob(offset=start, length=BLOCK, **same)
    except Exception as error:
        if status_of(error) != 416:
            raise
        # There is no first byte to ask for in an empty blob.
        return b"", 0, await etag_of(blob)
    whole = int(str(stream.properties.content_range).rpartition("/")[2])
    return await stream.readall(), whole, told(stream.properties.etag)


async def etag_of(blob: BlobClient) -> str:
    """Return a blob's present ETag."""
    return told((await blob.get_blob_properties()).etag)


def told(etag: object) -> str:
    """Return an ETag as the service told it. Raises ValueError where a torn answer lacks it."""
    if not isinstance(etag, str):
        raise ValueError("the answer has no ETag")
    return etag


async def first_page(container: ContainerClient, prefix: str) -> list[str]:
    """Return the names of the first blobs under a prefix, as many as the service lists at once."""
    pages = container.list_blob_names(name_starts_with=prefix).by_page()
    async for page in pages:
        return [name async for name in page]
    return []
