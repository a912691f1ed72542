"""Where the bytes of documents and of work in progress are kept."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file's bytes and the ETag they were read under."""

    content: bytes
    etag: str


class Files(Protocol):
    """Files under paths like `container/folder/name`; a path never leads out of its container."""

    async def write(self, path: str, content: AsyncIterator[bytes]) -> str:
        """Keep all of the content or nothing, and return its ETag. Raises StoreUnavailable."""
        ...

    async def read(self, path: str) -> StoredFile:
        """Return a whole file. Raises NotFound or StoreUnavailable."""
        ...

    async def etag(self, path: str) -> str | None:
        """Return the present ETag, or None where there is no such file."""
        ...

    async def delete(self, path: str) -> None:
        """Remove a file, or everything under a path that ends with a slash; what is not there is no error."""
        ...
