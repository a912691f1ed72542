"""Keeps files in a folder: whole or not at all, and never outside it."""

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from functools import partial
from pathlib import Path
from stat import S_ISREG
from tempfile import NamedTemporaryFile
from typing import IO, TypeVar

from infra.local.etag import etag_of
from shared.domain.errors import BadRequest, NotFound, StoreUnavailable
from shared.domain.file_paths import segments_of
from shared.ports.files import StoredFile

Result = TypeVar("Result")

INCOMING = ".incoming"
"""The folder under the root where files stand while they are being written."""

LONGEST_SEGMENT = 255
"""Bytes of one name, the limit of the usual file systems."""

PUBLISH_ATTEMPTS = 10
"""How often a write makes its folder anew when a delete beside it takes the empty folder away."""


class FolderFiles:
    """The adapter of the port Files over one folder."""

    def __init__(self, root: Path) -> None:
        """Create the folder where it is missing. Raises StoreUnavailable where that is impossible."""
        with _translated(str(root)):
            (root / INCOMING).mkdir(parents=True, exist_ok=True)
            self._root = root.resolve()
            _sweep(self._root / INCOMING)
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="files")

    async def write(self, path: str, content: AsyncIterator[bytes]) -> str:
        """Keep all of the content or nothing, and return its ETag. Raises BadRequest or StoreUnavailable."""
        target = await self._run(path, lambda: self._place(path))
        incoming = await self._run(path, self._open_incoming)
        try:
            async for piece in content:
                await self._run(path, partial(incoming.write, piece))
            return await self._run(path, lambda: _publish(incoming, target, path))
        finally:
            await self._run(path, lambda: _discard(incoming))

    async def read(self, path: str) -> StoredFile:
        """Return a whole file. Raises BadRequest, NotFound or StoreUnavailable."""
        return await self._run(path, lambda: _read(self._place(path), path))

    async def etag(self, path: str) -> str | None:
        """Return the present ETag, or None where there is no such file. Raises BadRequest or StoreUnavailable."""
        return await self._run(path, lambda: _etag(self._place(path)))

    async def delete(self, path: str) -> None:
        """Remove a file, or everything under a path that ends with a slash; folders left empty go too."""
        whole_folder = path.endswith("/")
        fewest_segments = 1 if whole_folder else 2
        place = partial(self._place, path.removesuffix("/"), fewest_segments)
        await self._run(path, lambda: self._delete(place(), whole_folder))

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=True)

    def _delete(self, target: Path, whole_folder: bool) -> None:
        while whole_folder and target.is_dir():
            with suppress(FileNotFoundError):  # somebody else removes the same folder at this moment
                shutil.rmtree(target)
        if not whole_folder and target.is_file():
            target.unlink(missing_ok=True)
        container = self._root / target.relative_to(self._root).parts[0]
        for folder in target.parents:
            if folder in (container, self._root):
                break
            with suppress(OSError):  # not empty, or gone already
                folder.rmdir()

    def _open_incoming(self) -> IO[bytes]:
        incoming = NamedTemporaryFile(dir=self._root / INCOMING, delete=False)  # noqa: SIM115 - its writer closes it
        with suppress(OSError):  # a file system without locks
            flock(incoming, LOCK_EX | LOCK_NB)
        return incoming

    def _place(self, path: str, fewest_segments: int = 2) -> Path:
        """Find where a path stands. Raises BadRequest where a name is refused or a link stands on the way."""
        segments = segments_of(path, fewest_segments)
        for segment in segments:
            _check_segment(segment, path)
        target = self._root.joinpath(*segments)
        # A link could lead out of the container, or from one tenant's folder into another's.
        if target.resolve() != target:
            raise BadRequest(f"a link stands on the way to the file: {path!r}")
        return target

    async def _run(self, path: str, work: Callable[[], Result]) -> Result:
        def translated() -> Result:
            with _translated(path):
                return work()

        return await asyncio.get_running_loop().run_in_executor(self._threads, translated)


def _check_segment(segment: str, path: str) -> None:
    if segment == INCOMING:
        raise BadRequest(f"a file's path may not hold {segment!r}: {path!r}")
    if len(segment.encode()) > LONGEST_SEGMENT:
        raise BadRequest(f"a file's name is longer than {LONGEST_SEGMENT} bytes: {path!r}")


def _publish(incoming: IO[bytes], target: Path, path: str) -> str:
    """Make the written file visible under its name, after its bytes are on the disk."""
    incoming.flush()
    os.fsync(incoming.fileno())
    etag = etag_of(os.fstat(incoming.fileno()))
    for _ in range(PUBLISH_ATTEMPTS):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(incoming.name, target)
        except FileNotFoundError:
            continue
        except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
            raise BadRequest(f"a folder and a file cannot share one name: {path!r}") from error
        return etag
    raise StoreUnavailable(f"the folder of {path!r} is deleted again and again")


def _discard(incoming: IO[bytes]) -> None:
    """Leave nothing of a write that did not end; after one that did, there is only the handle to close."""
    with suppress(OSError):
        incoming.close()
    with suppress(FileNotFoundError):
        os.unlink(incoming.name)


def _sweep(incoming: Path) -> None:
    """Remove what dead processes left: the system lets go of a lock when its holder dies, and at no other time."""
    for left in incoming.iterdir():
        with suppress(OSError), left.open("rb") as file:
            flock(file, LOCK_EX | LOCK_NB)
            left.unlink()


def _etag(target: Path) -> str | None:
    try:
        stat = target.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return etag_of(stat) if S_ISREG(stat.st_mode) else None


def _read(target: Path, path: str) -> StoredFile:
    try:
        with target.open("rb") as file:
            return StoredFile(file.read(), etag_of(os.fstat(file.fileno())))
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise NotFound(f"there is no file {path!r}") from error


@contextmanager
def _translated(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise BadRequest(f"the path is longer than the file system allows: {path[:80]!r}...") from error
        raise StoreUnavailable(f"the file {path!r} cannot be kept or read: {error.strerror or error}") from error
