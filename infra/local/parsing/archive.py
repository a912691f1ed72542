"""Measures a zip archive before any library unpacks it."""

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from infra.local.parsing.limits import MEBIBYTE, Limits
from shared.domain.errors import DocumentBroken, DocumentEncrypted, DocumentTooLarge

LOCAL_HEADER = struct.Struct("<4s5H3I2H")
ENCRYPTED = 0x1
STEP = 1 << 18
"""Bytes unpacked at a time while counting."""


def check_archive(content: bytes, limits: Limits) -> None:
    """Raise DocumentUnreadable where an archive is broken or would unpack to more than the limits allow.

    What the archive declares is checked first, then what its streams really hold: a bomb may lie about its size.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise DocumentBroken("the Office file is broken: its zip archive cannot be opened") from error
    if len(entries) > limits.entries:
        raise DocumentTooLarge(f"the Office file has {len(entries)} parts, more than the limit of {limits.entries}")
    _check_size(sum(entry.file_size for entry in entries), len(content), limits)
    unpacked = 0
    for entry in entries:
        size = _unpacked_size(content, entry, limits.unpacked_bytes - unpacked)
        if entry.filename.endswith((".xml", ".rels")) and size > limits.part_bytes:
            raise DocumentTooLarge(
                f"the part {entry.filename!r} unpacks to more than {limits.part_bytes // MEBIBYTE} MB"
            )
        unpacked += size
        _check_size(unpacked, len(content), limits)


def _check_size(unpacked: int, packed: int, limits: Limits) -> None:
    if unpacked > limits.unpacked_bytes:
        raise DocumentTooLarge(
            f"the Office file unpacks to more than {limits.unpacked_bytes // MEBIBYTE} MB, as a zip bomb does"
        )
    if unpacked > limits.ratio_free_bytes and unpacked > limits.ratio * packed:
        raise DocumentTooLarge(
            f"the Office file unpacks to more than {limits.ratio} times its size, as a zip bomb does"
        )


def _unpacked_size(content: bytes, entry: ZipInfo, room: int) -> int:
    """Count what an entry really unpacks to, up to just above `room`."""
    if entry.flag_bits & ENCRYPTED:
        raise DocumentEncrypted("the Office file is encrypted; save it without a password")
    packed = _packed(content, entry)
    if entry.compress_type == ZIP_STORED:
        return len(packed)
    if entry.compress_type != ZIP_DEFLATED:
        raise DocumentBroken("the Office file is broken: it is packed in a way that Office does not use")
    stream, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    while not stream.eof and size <= room:
        try:
            piece = stream.decompress(packed, STEP)
        except zlib.error as error:
            raise DocumentBroken(f"the Office file is broken: {entry.filename!r} cannot be unpacked") from error
        packed, size = stream.unconsumed_tail, size + len(piece)
        if not piece and not packed:
            break
    return size


def _packed(content: bytes, entry: ZipInfo) -> bytes:
    try:
        header = LOCAL_HEADER.unpack_from(content, entry.header_offset)
    except struct.error as error:
        raise DocumentBroken("the Office file is broken: a part lies outside of it") from error
    start = entry.header_offset + LOCAL_HEADER.size + header[-2] + header[-1]
    return content[start : start + entry.compress_size]
