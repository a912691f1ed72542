"""Write the sample documents of `company/` from the plain texts of `sources/`; a second run writes the same bytes."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from docx import Document
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from pptx import Presentation
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
COMPANY = HERE / "company"
COMPANY_NAME = "Heronmark Instruments"
WRITTEN = datetime(2025, 10, 20, 9, 0, 0)
CHINESE_FONT = "STSong-Light"
CHINESE = re.compile(r"[⺀-鿿＀-￯、-】]+")
NOTES = "Notes: "


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, list item or table of a text source; `level` counts the marks of a heading."""

    kind: str
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


def read_blocks(text: str) -> list[Block]:
    """Split a Markdown text into its blocks; a paragraph is one line."""
    blocks: list[Block] = []
    rows: list[tuple[str, ...]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            rows.append(tuple(cell.strip() for cell in line.strip("|").split("|")))
            continue
        if rows:
            blocks.append(Block("table", rows=(rows[0], *rows[2:])))
            rows = []
        if line.startswith("#"):
            marks, _, title = line.partition(" ")
            blocks.append(Block("heading", title, level=len(marks)))
        elif line.startswith("- "):
            blocks.append(Block("item", line[2:]))
        elif line.strip():
            blocks.append(Block("paragraph", line.strip()))
    return blocks


def write_html(text: str, language: str) -> bytes:
    """Write a web page with a header, the article and a footer."""
    blocks = read_blocks(text)
    body = re.sub(r"</ul>\n<ul>\n", "", "\n".join(html_block(block) for block in blocks))
    title = html.escape(blocks[0].text)
    page = (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        "<style>body { max-width: 46em; margin: 2em auto; font-family: serif }</style>\n</head>\n<body>\n"
        f"<header>{COMPANY_NAME}</header>\n<main>\n{body}\n</main>\n"
        "<footer>www.heronmark.example</footer>\n</body>\n</html>\n"
    )
    return page.encode()


def html_block(block: Block) -> str:
    """Write one block as HTML."""
    if block.kind == "heading":
        return f"<h{block.level}>{html.escape(block.text)}</h{block.level}>"
    if block.kind == "item":
        return f"<ul>\n<li>{html.escape(block.text)}</li>\n</ul>"
    if block.kind == "paragraph":
        return f"<p>{html.escape(block.text)}</p>"
    head, *rows = block.rows
    return "\n".join(["<table>", html_row(head, "th"), *(html_row(row, "td") for row in rows), "</table>"])


def html_row(cells: Iterable[str], tag: str) -> str:
    """Write one table row as HTML."""
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def write_pdf(text: str, language: str) -> bytes:
    """Write a PDF whose text can be selected; the bytes hold no date and no random id."""
    registerFont(UnicodeCIDFont(CHINESE_FONT))
    blocks = read_blocks(text)
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer, pagesize=A4, title=blocks[0].text, author=COMPANY_NAME, lang=language, invariant=1
    )
    styles = pdf_styles(language)
    document.build([flowable for block in blocks for flowable in pdf_block(block, styles)])
    return buffer.getvalue()


def pdf_styles(language: str) -> dict[str, ParagraphStyle]:
    """Name the paragraph styles of a language: Chinese breaks lines between any two characters."""
    chinese = language == "zh"
    plain, strong = (CHINESE_FONT, CHINESE_FONT) if chinese else ("Helvetica", "Helvetica-Bold")
    body = ParagraphStyle("body", fontName=plain, fontSize=10.5, leading=16, spaceAfter=7)
    body.wordWrap = "CJK" if chinese else None
    titles = {
        f"heading{level}": ParagraphStyle(f"heading{level}", body, fontName=strong, fontSize=size, leading=size * 1.4)
        for level, size in ((1, 18), (2, 14), (3, 12))
    }
    cell = ParagraphStyle("cell", body, fontSize=9.5, leading=13, spaceAfter=0)
    return {"body": body, "item": ParagraphStyle("item", body, leftIndent=14), "cell": cell, **titles}


def pdf_text(text: str, style: ParagraphStyle) -> str:
    """Escape a text and set its Chinese runs in a font that has them.

    A Chinese text stays in one font: single characters between two fonts are lost when the PDF is read back.
    """
    escaped = html.escape(text, quote=False)
    if style.fontName == CHINESE_FONT:
        return escaped
    return CHINESE.sub(lambda run: f'<font name="{CHINESE_FONT}">{run.group()}</font>', escaped)


def pdf_block(block: Block, styles: dict[str, ParagraphStyle]) -> list[Flowable]:
    """Lay out one block of a PDF."""
    if block.kind == "table":
        cell = styles["cell"]
        rows = [[Paragraph(pdf_text(text, cell), cell) for text in row] for row in block.rows]
        table = Table(rows, hAlign="LEFT", repeatRows=1)
        table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.4, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
        return [table, Spacer(1, 9)]
    name = f"heading{block.level}" if block.kind == "heading" else "item" if block.kind == "item" else "body"
    style = styles[name]
    return [Paragraph(pdf_text(block.text, style), style)]


def write_docx(text: str, language: str) -> bytes:
    """Write a Word document with headings, lists and tables."""
    document = Document()
    document.core_properties.author = COMPANY_NAME
    document.core_properties.language = language
    document.core_properties.created = document.core_properties.modified = WRITTEN
    for block in read_blocks(text):
        if block.kind == "heading":
            document.add_heading(block.text, level=block.level)
        elif block.kind == "table":
            table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
            for row in block.rows:
                for cell, value in zip(table.add_row().cells, row, strict=True):
                    cell.text = value
        else:
            document.add_paragraph(block.text, style="List Bullet" if block.kind == "item" else None)
    return saved(document.save)


def write_pptx(text: str, language: str) -> bytes:
    """Write a slide per heading; the paragraph that starts with `Notes: ` becomes the speaker's notes."""
    deck = Presentation()
    deck.core_properties.author = COMPANY_NAME
    deck.core_properties.language = language
    deck.core_properties.created = deck.core_properties.modified = WRITTEN
    for block in read_blocks(text):
        if block.kind == "heading":
            page = deck.slides.add_slide(deck.slide_layouts[min(block.level, 2) - 1])
            page.shapes.title.text = block.text
        elif block.text.startswith(NOTES):
            deck.slides[len(deck.slides) - 1].notes_slide.notes_text_frame.text = block.text.removeprefix(NOTES)
        else:
            frame = deck.slides[len(deck.slides) - 1].placeholders[1].text_frame
            frame.text = f"{frame.text}\n{block.text}".strip()
    return saved(deck.save)


def write_xlsx(text: str, language: str) -> bytes:
    """Write a workbook from the sheets and rows of a JSON text."""
    book = Workbook()
    del book[book.sheetnames[0]]
    book.properties.creator = COMPANY_NAME
    book.properties.language = language
    book.properties.created = WRITTEN
    for sheet in json.loads(text)["sheets"]:
        page = book.create_sheet(sheet["name"])
        for row in sheet["rows"]:
            page.append(row)
        page["A1"].font = Font(bold=True, size=14)
        for column in page.iter_cols(min_row=4):
            longest = max(len(str(cell.value or "")) for cell in column)
            page.column_dimensions[column[0].column_letter].width = min(60, max(10, longest + 3))
            for cell in column:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    return saved(book.save)


def saved(save: Callable[[io.BytesIO], object]) -> bytes:
    """Save an Office file and pack it again with fixed times."""
    buffer = io.BytesIO()
    save(buffer)
    packed = io.BytesIO()
    stamp = WRITTEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(buffer) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            entry = zipfile.ZipInfo(name, WRITTEN.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, content)
    return packed.getvalue()


def keep(text: str, language: str) -> bytes:
    """Keep the text as it is, in UTF-8."""
    return text.encode()


def write_gb18030(text: str, language: str) -> bytes:
    """Write the text in the encoding of older Chinese software."""
    return text.replace("\n", "\r\n").encode("gb18030")


@dataclass(frozen=True)
class Sample:
    """One document: its source, its file, its language and what writes it."""

    source: str
    document: str
    language: str
    write: Callable[[str, str], bytes]


SAMPLES = (
    Sample("company-profile.md", "company-profile.md", "en", keep),
    Sample("tern-3-specification.md", "tern-3-specification.pdf", "en", write_pdf),
    Sample("incident-report-IR-2025-08.md", "incident-report-IR-2025-08.docx", "en", write_docx),
    Sample("supplier-contracts.json", "supplier-contracts.xlsx", "en", write_xlsx),
    Sample("strategy-2026.md", "strategy-2026.pptx", "en", write_pptx),
    Sample("customer-faq.md", "customer-faq.html", "en", write_html),
    Sample("maintenance-schedule.csv", "maintenance-schedule.csv", "en", keep),
    Sample("letter-from-port-ellery.txt", "letter-from-port-ellery.txt", "en", keep),
    Sample("组织架构说明.md", "组织架构说明.docx", "zh", write_docx),
    Sample("石峤工厂2025年第三季度评审.md", "石峤工厂2025年第三季度评审.pdf", "zh", write_pdf),
    Sample("董事会会议纪要-2025-09-18.md", "董事会会议纪要-2025-09-18.md", "zh", keep),
    Sample("员工手册.md", "员工手册.html", "zh", write_html),
    Sample("术语表.txt", "术语表.txt", "zh", write_gb18030),
    Sample("织光膜工艺规程.md", "织光膜工艺规程.docx", "zh", write_docx),
    Sample("备件库存.json", "备件库存.xlsx", "zh", write_xlsx),
)


def build(folder: Path = COMPANY) -> list[Path]:
    """Write every sample document into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for sample in SAMPLES:
        text = (SOURCES / sample.source).read_text(encoding="utf-8")
        path = folder / sample.document
        path.write_bytes(sample.write(text, sample.language))
        written.append(path)
    return written


if __name__ == "__main__":
    build()
