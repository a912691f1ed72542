"""The watched folder as it is at one moment: its files, without those that are hidden or still being written."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from infra.local.etag import etag_of

UNFINISHED_PREFIXES = (".", "~$")
UNFINISHED_SUFFIXES = (".tmp", ".part")


@dataclass(frozen=True)
class SeenFile:
    """A file as its directory shows it; `size` in bytes, `modified` in seconds since the epoch."""

    etag: str
    size: int
    modified: float


def scan(folder: Path) -> dict[str, SeenFile]:
    """Every file below the folder by its path with slashes.

    Raises OSError where a folder cannot be read: better no picture than one in which its files seem deleted.
    """
    return dict(files_below(folder, ""))


def scan_file(folder: Path, name: str) -> SeenFile | None:
    """One file of the folder; None where it is not there, is not offered, or lies outside."""
    if not all(part and is_offered(part) for part in name.split("/")):
        return None
    try:
        stat = os.lstat(folder / name)
    except (OSError, ValueError):
        return None
    return SeenFile(etag_of(stat), stat.st_size, stat.st_mtime) if S_ISREG(stat.st_mode) else None


def files_below(folder: Path, prefix: str) -> Iterator[tuple[str, SeenFile]]:
    """The files of a folder and its subfolders; links are not followed."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if not is_offered(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from subfolder(folder / entry.name, f"{prefix}{entry.name}/")
            elif entry.is_file(follow_symlinks=False) and (seen := look_at(entry)):
                yield prefix + entry.name, seen


def subfolder(folder: Path, prefix: str) -> Iterator[tuple[str, SeenFile]]:
    """The files of a subfolder, none where it was deleted meanwhile."""
    try:
        yield from files_below(folder, prefix)
    except FileNotFoundError:
        return


def look_at(entry: os.DirEntry[str]) -> SeenFile | None:
    """One file, None where it was deleted meanwhile."""
    try:
        stat = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return SeenFile(etag_of(stat), stat.st_size, stat.st_mtime)


def is_offered(name: str) -> bool:
    """Whether a file or folder of this name is anybody's business; a name that is no text cannot be a blob's."""
    return name.isprintable() and not name.startswith(UNFINISHED_PREFIXES) and not name.endswith(UNFINISHED_SUFFIXES)
