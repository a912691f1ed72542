"""Tells the files that the service reads from those that need none, and how many pages each is paid for."""

import math
import re
from enum import StrEnum
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from infra.local.parsing.archive import check_archive
from infra.local.parsing.kinds import Kind, kind_of_bytes
from infra.local.parsing.limits import Limits
from infra.local.parsing.pdf import pages_of_pdf
from shared.domain.errors import DocumentBroken, DocumentTooLarge


class Image(StrEnum):
    """The formats of images that the service reads."""

    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"
    BITMAP = "bmp"
    HEIF = "heif"


IMAGE_MARKS = {
    b"\x89PNG": Image.PNG,
    b"\xff\xd8\xff": Image.JPEG,
    b"II*\0": Image.TIFF,
    b"MM\0*": Image.TIFF,
}
HEIF_MARK = re.compile(rb"....ftyp(?:heic|heix|heim|heis|hevc|mif1|msf1)", re.DOTALL)
CHARACTERS_OF_PAGE = 3_000
"""Characters of a Word file that are billed as one page."""

TAG = re.compile(rb"<[^>]*>")
COUNTED_PARTS = {
    Kind.SLIDES: re.compile(r"ppt/slides/[^/]+\.xml"),
    Kind.EXCEL: re.compile(r"xl/worksheets/[^/]+\.xml"),
}
"""The parts of an Office file that are billed as one page each."""


def paid_kind(content: bytes) -> Kind | Image | None:
    """Return the format of a file that the service reads, or None for a text. Raises DocumentUnreadable for others."""
    for mark, image in IMAGE_MARKS.items():
        if content.startswith(mark):
            return image
    if HEIF_MARK.match(content):
        return Image.HEIF
    if content.startswith(b"BM") and b"\0" in content[:64]:
        return Image.BITMAP
    return kind_of_bytes(content)


def pages_of(kind: Kind | Image, content: bytes, limits: Limits) -> int:
    """Return about how many pages a file is billed as. Raises DocumentUnreadable for one that is not worth a try."""
    if kind is Kind.PDF:
        return pages_of_pdf(content, limits)
    if isinstance(kind, Image):
        # A TIFF image may hold more; they are billed as they are found.
        return 1
    check_archive(content, limits)
    with ZipFile(BytesIO(content)) as archive:
        if kind is Kind.WORD:
            pages = _pages_of_word(archive)
        else:
            pages = sum(1 for name in archive.namelist() if COUNTED_PARTS[kind].fullmatch(name))
    if pages > limits.pages:
        raise DocumentTooLarge(f"the file has {pages} pages or sheets, more than the limit of {limits.pages}")
    return max(pages, 1)


def _pages_of_word(archive: ZipFile) -> int:
    try:
        text = TAG.sub(b"", archive.read("word/document.xml"))
    except (KeyError, BadZipFile) as error:
        raise DocumentBroken("the Office file is broken: its text cannot be unpacked") from error
    return math.ceil(len(text.decode("utf-8", "replace")) / CHARACTERS_OF_PAGE)
