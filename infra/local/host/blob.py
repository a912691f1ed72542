"""A file of the watched folder as a blob trigger passes it, and the event of its deletion."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import azure.functions as func

from infra.local.etag import etag_of
from infra.local.host.blob_path import CONTAINER
from infra.local.host.folder import SeenFile


class FileBlob(func.InputStream):
    """Opens its file with the first read, so that a function which reads nothing costs nothing."""

    def __init__(self, path: Path, name: str, seen: SeenFile) -> None:
        """`name` is the blob's name inside its container."""
        super().__init__()
        self._path = path
        self._name = name
        self._seen = seen
        self._file: BinaryIO | None = None

    @property
    def name(self) -> str:
        """Container and blob, as `documents/tenant/base/name`."""
        return f"{CONTAINER}/{self._name}"

    @property
    def length(self) -> int:
        """Size in bytes."""
        return self._seen.size

    @property
    def uri(self) -> str:
        """Where the file is."""
        return self._path.absolute().as_uri()

    @property
    def blob_properties(self) -> dict[str, Any]:
        """The properties that a blob has too."""
        modified = datetime.fromtimestamp(self._seen.modified, UTC).isoformat()
        return {"ETag": self._seen.etag, "ContentLength": self._seen.size, "LastModified": modified}

    @property
    def metadata(self) -> dict[str, str]:
        """Empty: a file has no metadata of its own."""
        return {}

    def read(self, size: int | None = -1) -> bytes:
        """Up to `size` bytes, or the rest. Raises OSError where the file is not the announced version any more."""
        if self._file is None:
            self._file = self._opened()
        return self._file.read(-1 if size is None else size)

    def read1(self, size: int = -1) -> bytes:
        """As `read`."""
        return self.read(size)

    def readable(self) -> bool:
        """Always."""
        return True

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
        super().close()

    def _opened(self) -> BinaryIO:
        file = self._path.open("rb")
        if etag_of(os.fstat(file.fileno())) != self._seen.etag:
            file.close()
            raise OSError(f"{self._name} changed since it was announced")
        return file


def blob_deleted(path: Path, name: str, now: datetime) -> func.EventGridEvent:
    """The event that Event Grid sends where a blob is deleted."""
    url = path.absolute().as_uri()
    return func.EventGridEvent(
        id=str(uuid4()),
        topic="/local",
        subject=f"/blobServices/default/containers/{CONTAINER}/blobs/{name}",
        event_type="Microsoft.Storage.BlobDeleted",
        event_time=now,
        data={"api": "DeleteBlob", "blobType": "BlockBlob", "url": url},
        data_version="",
    )
