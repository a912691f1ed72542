"""Decides which entries of a zip archive are taken as documents, under which names, before anything is unpacked."""

import stat
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from shared.domain.errors import DocumentBroken, DocumentTooLarge, DocumentUnreadable

END = struct.Struct("<4s4H2LH")
"""The record at the end of an archive: mark, disks, entries, size and place of the directory, length of a comment."""

END_MARK, LOCATOR_MARK, LOCATOR_SIZE = b"PK\5\6", b"PK\6\7", 20
LONGEST_COMMENT = 65_535

LONGEST_DIRECTORY = 1 << 20
"""Bytes of the list of entries: it is read into memory before anything of it can be checked."""

ENCRYPTED, NAMED_IN_UTF8 = 0x1, 0x800

ARCHIVES = frozenset({".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".jar", ".iso", ".cab"})
"""Endings of archives: one inside another is refused."""

BYSTANDERS = frozenset({"__macosx", ".ds_store", "thumbs.db", "desktop.ini"})
"""What systems put into folders for themselves."""


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Bounds of an archive; `ratio` of unpacked to packed bytes counts above `ratio_free_bytes`."""

    unpacked_bytes: int
    entry_bytes: int
    entries: int = 1000
    ratio: int = 100
    ratio_free_bytes: int = 4_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive under the name of its document, or with the reason why it is not taken."""

    name: str
    source: ZipInfo
    problem: str = ""


def opened(packed: IO[bytes], limits: ArchiveLimits) -> ZipFile:
    """Open an archive whose list of entries is short enough to be read. Raises DocumentUnreadable."""
    entries, directory = listed(packed)
    if entries > limits.entries or directory > LONGEST_DIRECTORY:
        raise DocumentTooLarge(f"the zip archive has more than {limits.entries} entries; divide it")
    try:
        return ZipFile(packed)
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise broken() from error


def listed(packed: IO[bytes]) -> tuple[int, int]:
    """Return how many entries an archive claims, and the bytes of its directory. Raises DocumentUnreadable."""
    size = packed.seek(0, 2)
    packed.seek(max(0, size - LONGEST_COMMENT - END.size - LOCATOR_SIZE))
    tail = packed.read()
    place = tail.rfind(END_MARK)
    if place < 0 or place + END.size > len(tail):
        raise broken()
    if tail[max(0, place - LOCATOR_SIZE) :].startswith(LOCATOR_MARK):
        raise DocumentTooLarge("the zip archive is a ZIP64 archive, as only huge ones are; divide it")
    _, _, _, _, entries, directory, _, _ = END.unpack_from(tail, place)
    return entries, directory


def entries(archive: ZipFile, packed_bytes: int, limits: ArchiveLimits) -> list[Entry]:
    """Return the files of an archive in order. Raises DocumentUnreadable where they are too many or unpack to too much.

    The sizes are those that the archive declares: reading an entry stops there.
    """
    found = archive.infolist()
    if len(found) > limits.entries:
        raise DocumentTooLarge(f"the zip archive has more than {limits.entries} entries; divide it")
    unpacked = sum(each.file_size for each in found)
    if unpacked > limits.unpacked_bytes:
        raise DocumentTooLarge(f"the zip archive unpacks to more than {limits.unpacked_bytes // 1_000_000} MB")
    if unpacked > limits.ratio_free_bytes and unpacked > limits.ratio * packed_bytes:
        raise DocumentTooLarge(f"the zip archive unpacks to more than {limits.ratio} times its size, as a bomb does")
    return [*taken(found, limits)]


def taken(found: list[ZipInfo], limits: ArchiveLimits) -> Iterator[Entry]:
    """Go through the files, without folders and what systems leave in them."""
    names: set[str] = set()
    for each in found:
        name = name_of(each)
        if name.endswith("/") or any(part.casefold() in BYSTANDERS for part in name.split("/")):
            continue
        yield Entry(name, each, "there are two of this name" if name in names else problem(name, each, limits))
        names.add(name)


def problem(name: str, entry: ZipInfo, limits: ArchiveLimits) -> str:
    """Say why a file is not taken, or nothing. Its name is checked like that of any document."""
    if entry.flag_bits & ENCRYPTED:
        return "it is encrypted; pack it without a password"
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "it is packed in an unusual way; pack it by deflating"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "it is a link"
    if PurePosixPath(name).suffix.casefold() in ARCHIVES:
        return "it is an archive inside an archive; unpack it first"
    if entry.file_size > limits.entry_bytes:
        return f"it has more than {limits.entry_bytes // 1_000_000} MB"
    return ""


def name_of(entry: ZipInfo) -> str:
    """Return an entry's name, which archives keep in UTF-8 or in the code page of whoever packed them."""
    name = entry.orig_filename
    if not entry.flag_bits & NAMED_IN_UTF8:
        name = decoded(name.encode("cp437"))
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def decoded(name: bytes) -> str:
    """Read a name in UTF-8 or, as Windows in China packs it, in GBK; byte by byte where it is in neither."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("cp437")


def broken() -> DocumentUnreadable:
    """Say that an archive cannot be opened."""
    return DocumentBroken("the zip archive is broken: it cannot be opened")
