"""Builds the files that the parser tests read, with the libraries that write such files."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence

from reportlab.lib import pdfencrypt
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table

STYLES = getSampleStyleSheet()
CHINESE = ParagraphStyle("chinese", STYLES["Normal"], fontName="STSong-Light", wordWrap="CJK", leading=16)
registerFont(UnicodeCIDFont("STSong-Light"))


def pdf(*flowables: Flowable, on_page: Callable[[Canvas, SimpleDocTemplate], None] | None = None) -> bytes:
    buffer = io.BytesIO()
    draw = on_page or (lambda canvas, document: None)
    SimpleDocTemplate(buffer, pagesize=A4).build([*flowables], onFirstPage=draw, onLaterPages=draw)
    return buffer.getvalue()


def heading(text: str, level: int = 1) -> Paragraph:
    return Paragraph(text, STYLES[f"Heading{level}"])


def paragraph(text: str) -> Paragraph:
    return Paragraph(text, STYLES["Normal"])


def chinese(text: str) -> Paragraph:
    return Paragraph(text, CHINESE)


def table(rows: Sequence[Sequence[str]]) -> Table:
    return Table([[Paragraph(cell, STYLES["Normal"]) for cell in row] for row in rows], colWidths=120)


def encrypted_pdf() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=pdfencrypt.StandardEncryption("secret"))
    canvas.drawString(72, 720, "nobody reads this")
    canvas.save()
    return buffer.getvalue()


def picture_pdf() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.rect(72, 72, 200, 200, fill=1)
    canvas.save()
    return buffer.getvalue()


def word_archive(body: str, **more: bytes) -> bytes:
    """Write the least archive that is a docx, with the given XML as its body."""
    document = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return archive({**WORD_PARTS, "word/document.xml": document.encode(), **more})


def archive(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return buffer.getvalue()


def lying_archive(name: str, unpacked: int) -> bytes:
    """Write an archive whose one part declares 10 bytes and unpacks to many zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(unpacked)) + packer.flush()
    encoded = name.encode()
    sizes = struct.pack("<III", 0, len(packed), 10)
    local = b"PK\x03\x04" + struct.pack("<5H", 20, 0, 8, 0, 0) + sizes + struct.pack("<2H", len(encoded), 0) + encoded
    central = b"PK\x01\x02" + struct.pack("<6H", 20, 20, 0, 8, 0, 0) + sizes
    central += struct.pack("<5H2I", len(encoded), 0, 0, 0, 0, 0, 0) + encoded
    end = struct.pack("<4H2IH", 0, 0, 1, 1, len(central), len(local) + len(packed), 0)
    return local + packed + central + b"PK\x05\x06" + end


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
WORD_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{WORD_TYPE}.document.main+xml"/></Types>'
    ).encode(),
    "_rels/.rels": (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    ).encode(),
}
