"""Decides what format a file is in: by its bytes, and by its name only where bytes cannot say."""

from enum import StrEnum
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile

from shared.domain.errors import DocumentBroken, DocumentEncrypted, DocumentOfUnknownFormat, DocumentUnreadable


class Kind(StrEnum):
    """The formats the product reads."""

    TEXT = "txt"
    MARKDOWN = "md"
    HTML = "html"
    PDF = "pdf"
    WORD = "docx"
    EXCEL = "xlsx"
    SLIDES = "pptx"
    CSV = "csv"


ACCEPTED = ", ".join(Kind)

OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PDF_MARK = b"%PDF-"
PDF_MARK_WITHIN = 1024
"""Bytes before a PDF's mark that readers forgive."""

OFFICE_FOLDERS = {"word/": Kind.WORD, "xl/": Kind.EXCEL, "ppt/": Kind.SLIDES}
FOREIGN_MARKS = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"II*\0": "a TIFF image",
    b"MM\0*": "a TIFF image",
    b"BM": "a bitmap image",
    b"RIFF": "a sound, a video or an image",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"{\\rtf": "a rich text file (RTF)",
}
TEXT_ENDINGS = {
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".csv": Kind.CSV,
    ".tsv": Kind.CSV,
}
PAGE_MARKS = ("<!doctype html", "<html")


def kind_of_bytes(content: bytes) -> Kind | None:
    """Return the format that the bytes themselves say, or None for text. Raises DocumentUnreadable for others."""
    if PDF_MARK in content[:PDF_MARK_WITHIN]:
        return Kind.PDF
    if content.startswith(OLE_MARK):
        raise DocumentEncrypted(
            "the file is encrypted or in an old Office format (.doc, .xls, .ppt); "
            "save it without a password as docx, xlsx or pptx"
        )
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_archive(content)
    for mark, what in FOREIGN_MARKS.items():
        # Two letters may well begin a text; a program or a bitmap goes on with bytes that do not.
        if content.startswith(mark) and (len(mark) > 2 or b"\0" in content[:64]):
            raise unknown(what)
    return None


def kind_of_text(name: str, text: str) -> Kind:
    """Return the format of a text: a web page says so itself, the rest goes by the ending of the name."""
    if text[:PDF_MARK_WITHIN].lstrip().lower().startswith(PAGE_MARKS):
        return Kind.HTML
    return TEXT_ENDINGS.get(PurePosixPath(name).suffix.lower(), Kind.TEXT)


def unknown(what: str) -> DocumentUnreadable:
    """Say that a file is in none of the accepted formats."""
    return DocumentOfUnknownFormat(f"the file is {what}; accepted formats are {ACCEPTED}", accepted=list(Kind))


def _kind_of_archive(content: bytes) -> Kind:
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise DocumentBroken("the Office file is broken: its zip archive cannot be opened") from error
    for folder, kind in OFFICE_FOLDERS.items():
        if any(name.startswith(folder) for name in names):
            return kind
    raise unknown("a zip archive")
