"""What a PDF is laid out again as."""

import io

import pytest
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, SimpleDocTemplate

from infra.local.parsing.parser import LocalParser
from shared.domain.documents import BlockKind, ParsedDocument
from tests.unit.parsing.made import chinese, heading, paragraph, pdf, table

LONG = "Every employee receives fifteen days of annual leave, which may be carried over once into the next year. " * 4
LONG_CHINESE = (
    "星河科技的员工每年享有十五天带薪年假，未使用的天数可以结转一次，公司总部位于杭州，研发中心设在深圳。" * 4
)
HEADING, PARAGRAPH, TABLE, _, _ = BlockKind


def read(content: bytes) -> ParsedDocument:
    return LocalParser().read("a.pdf", content)


def seen(parsed: ParsedDocument) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in parsed.blocks]


def test_lines_are_joined_into_the_paragraphs_they_were() -> None:
    assert seen(read(pdf(paragraph(LONG), paragraph(LONG)))) == [(PARAGRAPH, LONG.strip())] * 2


def test_chinese_lines_are_joined_without_a_space() -> None:
    assert seen(read(pdf(chinese(LONG_CHINESE)))) == [(PARAGRAPH, LONG_CHINESE)]


def test_larger_lines_are_headings_by_their_size() -> None:
    parsed = read(pdf(heading("Handbook", 1), heading("Leave", 2), paragraph(LONG), heading("Pay", 2), paragraph(LONG)))
    headings = [(block.level, block.text) for block in parsed.blocks if block.kind is HEADING]
    assert headings == [(1, "Handbook"), (2, "Leave"), (2, "Pay")]
    assert parsed.title == "Handbook"


def test_a_heading_of_two_lines_is_one() -> None:
    long_heading = "A heading that is so long that it does not fit into a single line of the page at all"
    assert seen(read(pdf(heading(long_heading), paragraph(LONG))))[0] == (HEADING, long_heading)


def test_a_table_is_read_by_rows_and_its_cells_stay_whole() -> None:
    rows = [["Team", "Lead", "Budget"], ["Search", "Ada", "5"], ["A name too long for one line of its cell", "Bo", "7"]]
    assert seen(read(pdf(paragraph(LONG), table(rows), paragraph(LONG))))[1] == (
        TABLE,
        "Team | Lead | Budget\nSearch | Ada | 5\nA name too long for one line of its cell | Bo | 7",
    )


def test_running_heads_and_page_numbers_are_left_out() -> None:
    def edges(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.drawString(72, 810, "Confidential")
        canvas.drawString(72, 20, f"Page {document.page} of 3")

    pages = [paragraph("one"), PageBreak(), paragraph("two"), PageBreak(), paragraph("three")]
    parsed = read(pdf(*pages, on_page=edges))
    assert [(block.page, block.text) for block in parsed.blocks] == [(1, "one"), (2, "two"), (3, "three")]


def test_a_line_at_the_edge_of_one_page_alone_stays() -> None:
    def first_page(canvas: Canvas, document: SimpleDocTemplate) -> None:
        if document.page == 1:
            canvas.setFont("Helvetica", 10)
            canvas.drawString(72, 810, "Dear reader")

    content = pdf(paragraph(LONG), PageBreak(), paragraph(LONG), on_page=first_page)
    assert seen(read(content)) == [(PARAGRAPH, "Dear reader"), *[(PARAGRAPH, LONG.strip())] * 2]


def test_a_paragraph_that_runs_over_the_page_is_one() -> None:
    parsed = read(pdf(paragraph(LONG * 40)))
    assert parsed.pages > 1
    assert len(parsed.blocks) <= 2
    assert " ".join(block.text for block in parsed.blocks) == (LONG * 40).strip()


@pytest.mark.parametrize(
    ("first", "second", "joined"), [("infor-", "mation is", "information is"), ("A-", "B is", "A- B is")]
)
def test_a_word_broken_by_a_hyphen_is_whole_again(first: str, second: str, joined: str) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(72, 700, f"this is a line of running text with much {first}")
    canvas.drawString(72, 686, f"{second} a second line of the same paragraph.")
    canvas.save()
    assert joined in seen(read(buffer.getvalue()))[0][1]
