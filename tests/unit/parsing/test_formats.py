"""What each format is read as: headings, paragraphs, tables, notes and pages in reading order."""

import io
from datetime import date
from textwrap import fill

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl import Workbook
from pptx import Presentation
from pptx.util import Inches

from infra.local.parsing.parser import LocalParser
from shared.domain.documents import BlockKind, ParsedDocument
from tests.unit.parsing.made import word_archive

HEADING, PARAGRAPH, TABLE, CODE, NOTE = BlockKind


def read(name: str, content: str | bytes) -> ParsedDocument:
    return LocalParser().read(name, content.encode() if isinstance(content, str) else content)


def seen(parsed: ParsedDocument) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in parsed.blocks]


def levels(parsed: ParsedDocument) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in parsed.blocks if block.kind is HEADING]


class TestText:
    def test_paragraphs_stand_between_blank_lines(self) -> None:
        assert seen(read("a.txt", "one\n \n\ntwo")) == [(PARAGRAPH, "one"), (PARAGRAPH, "two")]

    def test_lines_broken_at_the_edge_of_the_page_are_joined(self) -> None:
        sentence = "The quick brown fox jumps over the lazy dog and goes on through the long grass of the field."
        assert seen(read("a.txt", fill(sentence * 3, 60))) == [(PARAGRAPH, sentence * 3)]

    def test_lines_that_end_early_stay_lines(self) -> None:
        poem = "Roses are red\nViolets are blue\nand this is a line that is a good deal longer than those"
        assert seen(read("a.txt", poem)) == [(PARAGRAPH, poem)]

    @pytest.mark.parametrize(
        ("line", "level"),
        [("第一章 总则", 1), ("Chapter 3", 1), ("一、概况", 2), ("2.1 Scope", 2), ("THE WHISPER ROOM", 2)],
    )
    def test_numbered_lines_and_capitals_are_headings(self, line: str, level: int) -> None:
        assert levels(read("a.txt", f"{line}\n\nSome text follows here.")) == [(level, line)]

    @pytest.mark.parametrize("line", ["An ordinary line", "He was born in 1809.", "NASA said so.", "1. First do this."])
    def test_ordinary_lines_are_not_headings(self, line: str) -> None:
        assert levels(read("a.txt", f"{line}\n\nSome text follows here.")) == []

    def test_the_name_of_the_file_is_the_title(self) -> None:
        assert read("folder/员工手册.v2.txt", "one").title == "员工手册.v2"


class TestMarkdown:
    TEXT = (
        "---\ntitle: 'The *plan*'\n---\n# Plan\n\nA line with **bold** and\n[a link](http://a.b) ![a *map*](c.png).\n\n"
        "- one\n- two\n  1. inner\n  goes on\n\n- three\n\n## Code\n\n```python\ndef f():\n\n    return 1\n```\n\n"
        "| a | b |\n|---|---|\n| 1 | `x` |\n\n> quoted\n\n<div>raw <b>page</b></div>\n\n中文\n换行\\*\n"
    )

    def test_every_kind_of_block_is_read_in_order(self) -> None:
        assert seen(read("a.md", self.TEXT)) == [
            (HEADING, "Plan"),
            (PARAGRAPH, "A line with bold and a link a map."),
            (PARAGRAPH, "- one\n- two\n  1. inner goes on\n- three"),
            (HEADING, "Code"),
            (CODE, "def f():\n\n    return 1"),
            (TABLE, "a | b\n1 | x"),
            (PARAGRAPH, "quoted"),
            (PARAGRAPH, "raw page"),
            (PARAGRAPH, "中文换行*"),
        ]

    def test_levels_are_those_of_the_marks(self) -> None:
        assert levels(read("a.md", "# a\n\n### b\n\nc\n===\n")) == [(1, "a"), (3, "b"), (1, "c")]

    def test_front_matter_names_the_title(self) -> None:
        assert read("a.md", self.TEXT).title == "The *plan*"

    def test_the_only_outermost_heading_is_the_title(self) -> None:
        assert read("a.md", "# Plan\n\n## Part\n\ntext").title == "Plan"
        assert read("a.md", "# Plan\n\n# Part\n\ntext").title == "a"

    def test_links_by_reference_are_read_as_their_text(self) -> None:
        assert seen(read("a.md", "see [the plan][1]\n\n[1]: http://a.b")) == [(PARAGRAPH, "see the plan")]


class TestPage:
    def page(self, body: str) -> list[tuple[BlockKind, str]]:
        return seen(read("a.html", f"<html><head><title>T</title></head><body>{body}</body></html>"))

    def test_menus_scripts_and_footers_are_not_read(self) -> None:
        body = (
            "<nav>menu</nav><header>site</header><script>x()</script><style>a{}</style><p>text</p>"
            "<div role=navigation>menu</div><aside>ad</aside><p hidden>no</p><footer>imprint</footer>"
        )
        assert self.page(body) == [(PARAGRAPH, "text")]

    def test_a_header_that_holds_the_heading_is_read(self) -> None:
        assert self.page("<header><h1>Plan</h1></header><p>text</p>") == [(HEADING, "Plan"), (PARAGRAPH, "text")]

    def test_the_main_element_alone_is_read_where_there_is_one(self) -> None:
        assert self.page("<p>around</p><main><p>text</p></main>") == [(PARAGRAPH, "text")]

    def test_inline_elements_do_not_break_a_paragraph(self) -> None:
        assert self.page("<p>one <b>two</b>three\n four<br>five</p>") == [(PARAGRAPH, "one twothree four\nfive")]

    def test_text_outside_of_any_element_is_read(self) -> None:
        assert self.page("one<div>two</div>three") == [(PARAGRAPH, "one"), (PARAGRAPH, "two"), (PARAGRAPH, "three")]

    def test_lists_are_one_block_of_lines(self) -> None:
        assert self.page("<ul><li>one</li><li><p>two</p></li></ul><p>after</p>")[-1] == (PARAGRAPH, "after")
        assert self.page("<ul>\n<li>one</li>\n<li>two</li>\n</ul>") == [(PARAGRAPH, "- one\n- two")]

    def test_a_table_of_figures_is_a_table(self) -> None:
        body = "<table><caption>Sum</caption><tr><th>a<th>b</tr><tr><td>1<br>2<td>3</table>"
        assert self.page(body) == [(PARAGRAPH, "Sum"), (TABLE, "a | b\n1 2 | 3")]

    def test_a_table_that_lays_out_the_page_is_not(self) -> None:
        body = "<table><tr><td><h2>Part</h2><p>text</p></td></tr></table>"
        assert self.page(body) == [(HEADING, "Part"), (PARAGRAPH, "text")]

    def test_preformatted_text_keeps_its_lines(self) -> None:
        assert self.page("<pre>\ndef f():\n\n  return 1\n</pre>") == [(CODE, "def f():\n\n  return 1")]

    def test_a_page_is_known_by_its_bytes_and_names_its_title(self) -> None:
        assert read("a.txt", "<!DOCTYPE html><title>The plan</title><p>text").title == "The plan"


class TestTables:
    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    def test_the_separator_is_found_out(self, separator: str) -> None:
        content = "\n".join(separator.join(row) for row in (("name", "town"), ("Ada", "Brno")))
        assert seen(read("a.csv", content)) == [(TABLE, "name | town\nAda | Brno")]

    def test_a_comma_inside_the_cells_of_another_separator_is_text(self) -> None:
        assert seen(read("a.csv", "name;town\nLovelace, Ada;Brno")) == [(TABLE, "name | town\nLovelace, Ada | Brno")]

    def test_quoted_cells_may_hold_separators_and_line_breaks(self) -> None:
        assert seen(read("a.csv", 'a,b\n"1, 2","x\ny"\n')) == [(TABLE, "a | b\n1, 2 | x y")]

    def test_a_quotation_mark_that_never_closes_loses_nothing(self) -> None:
        text = seen(read("a.csv", 'a,"b\n' + "1,2\n" * 50_000))[0][1]
        assert text.count("\n") == 50_000

    def test_empty_rows_and_columns_are_left_out(self) -> None:
        assert seen(read("a.csv", "a,,b\n,,\n1,,\n")) == [(TABLE, "a | b\n1 |")]


class TestWord:
    def document(self) -> bytes:
        document = Document()
        document.add_heading("Handbook", 0)
        document.add_heading("Leave", 1)
        document.add_paragraph("Fifteen days.")
        document.add_paragraph("one", style="List Bullet")
        document.add_paragraph("two", style="List Bullet")
        table = document.add_table(2, 3)
        for index, text in enumerate(["Team", "Lead", "Budget", "Search", "Ada", "5"]):
            table.cell(index // 3, index % 3).text = text
        document.add_heading("Pay", 2)
        document.add_paragraph("Monthly.")
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()

    def test_every_kind_of_block_is_read_in_order(self) -> None:
        assert seen(read("a.docx", self.document())) == [
            (HEADING, "Handbook"),
            (HEADING, "Leave"),
            (PARAGRAPH, "Fifteen days."),
            (PARAGRAPH, "- one\n- two"),
            (TABLE, "Team | Lead | Budget\nSearch | Ada | 5"),
            (HEADING, "Pay"),
            (PARAGRAPH, "Monthly."),
        ]

    @pytest.mark.parametrize("name", ["标题 2", "Überschrift 2", "Titre 2"])
    def test_headings_are_known_in_the_language_of_the_office(self, name: str) -> None:
        document = Document()
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        document.add_paragraph("Part", style=name)
        document.add_paragraph("text")
        buffer = io.BytesIO()
        document.save(buffer)
        assert levels(read("a.docx", buffer.getvalue())) == [(2, "Part")]

    def test_headings_are_known_by_the_outline_level_of_the_style_they_are_based_on(self) -> None:
        document = Document()
        style = document.styles.add_style("House style", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Heading 3"]
        document.add_paragraph("Part", style=style)
        document.add_paragraph("text")
        buffer = io.BytesIO()
        document.save(buffer)
        assert levels(read("a.docx", buffer.getvalue())) == [(3, "Part")]

    def test_a_style_that_is_based_on_itself_does_not_hang(self) -> None:
        document = Document()
        style = document.styles.add_style("Round", WD_STYLE_TYPE.PARAGRAPH)
        based_on = OxmlElement("w:basedOn")
        based_on.set(qn("w:val"), style.style_id)
        style.element.append(based_on)
        document.add_paragraph("text", style=style)
        buffer = io.BytesIO()
        document.save(buffer)
        assert seen(read("a.docx", buffer.getvalue())) == [(PARAGRAPH, "text")]

    def test_text_inside_content_controls_and_insertions_is_read_and_deleted_text_is_not(self) -> None:
        body = (
            "<w:sdt><w:sdtContent><w:p><w:r><w:t>controlled</w:t></w:r></w:p></w:sdtContent></w:sdt>"
            "<w:p><w:ins><w:r><w:t>inserted</w:t></w:r></w:ins><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
        )
        assert seen(read("a.docx", word_archive(body))) == [(PARAGRAPH, "controlled"), (PARAGRAPH, "inserted")]

    def test_pages_are_counted_by_the_breaks_that_word_noted(self) -> None:
        body = (
            "<w:p><w:r><w:t>one</w:t></w:r></w:p>"
            "<w:p><w:r><w:lastRenderedPageBreak/><w:t>two</w:t></w:r></w:p><w:p><w:r><w:t>still two</w:t></w:r></w:p>"
        )
        parsed = read("a.docx", word_archive(body))
        assert [block.page for block in parsed.blocks] == [1, 2, 2]
        assert parsed.pages == 2


class TestExcel:
    def workbook(self) -> bytes:
        workbook = Workbook()
        sheet = workbook.active
        sheet.title = "Stock"
        sheet.append(["Stock of 2026"])
        sheet.append([])
        sheet.append(["part", "count", "price", "since", "open"])
        sheet.append(["ring", 3, 1.25, date(2026, 1, 2), True])
        workbook.create_sheet("Empty")
        workbook.create_sheet("地点").append(["东屿", "北"])
        buffer = io.BytesIO()
        workbook.save(buffer)
        return buffer.getvalue()

    def test_sheets_are_pages_under_their_names(self) -> None:
        parsed = read("a.xlsx", self.workbook())
        assert seen(parsed) == [
            (HEADING, "Stock"),
            (PARAGRAPH, "Stock of 2026"),
            (TABLE, "part | count | price | since | open\nring | 3 | 1.25 | 2026-01-02 | TRUE"),
            (HEADING, "地点"),
            (TABLE, "东屿 | 北"),
        ]
        assert [block.page for block in parsed.blocks] == [1, 1, 1, 3, 3]
        assert parsed.pages == 3


class TestSlides:
    def deck(self) -> bytes:
        deck = Presentation()
        first = deck.slides.add_slide(deck.slide_layouts[1])
        first.shapes.title.text = "Goals"
        first.placeholders[1].text = "Grow\nShrink"
        first.notes_slide.notes_text_frame.text = "Say it slowly."
        second = deck.slides.add_slide(deck.slide_layouts[6])
        low = second.shapes.add_textbox(Inches(1), Inches(4), Inches(3), Inches(1))
        low.text_frame.text = "below"
        high = second.shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1))
        high.text_frame.text = "above"
        table = second.shapes.add_table(2, 2, Inches(1), Inches(5), Inches(3), Inches(1)).table
        for index, text in enumerate("abcd"):
            table.cell(index // 2, index % 2).text = text
        deck.slides.add_slide(deck.slide_layouts[6])
        buffer = io.BytesIO()
        deck.save(buffer)
        return buffer.getvalue()

    def test_slides_are_pages_with_titles_texts_from_top_to_bottom_tables_and_notes(self) -> None:
        parsed = read("a.pptx", self.deck())
        assert [(block.page, block.kind, block.text) for block in parsed.blocks] == [
            (1, HEADING, "Goals"),
            (1, PARAGRAPH, "Grow\nShrink"),
            (1, NOTE, "Say it slowly."),
            (2, HEADING, "above"),
            (2, PARAGRAPH, "below"),
            (2, TABLE, "a | b\nc | d"),
            (3, HEADING, "Slide 3"),
        ]
        assert (parsed.pages, parsed.title) == (3, "Goals")


def test_a_cell_that_spans_columns_and_rows_leaves_the_others_in_their_columns() -> None:
    page = (
        "<table><tr><th rowspan=2>Plant</th><th colspan=2>Output</th></tr><tr><th>2024</th><th>2025</th></tr>"
        "<tr><td>Lugano</td><td>41</td><td>42</td></tr></table>"
    )
    parsed = read("a.html", f"<html><body>{page}</body></html>")
    assert [block.text for block in parsed.blocks] == ["Plant | Output |\n | 2024 | 2025\nLugano | 41 | 42"]


@pytest.mark.parametrize("span", ["0", "-1", "x", "", "1000000", "9" * 5000, "²"])
def test_a_span_that_is_none_or_too_wide_harms_nothing(span: str) -> None:
    page = f'<table><tr><td colspan="{span}" rowspan="{span}">a</td><td>b</td></tr></table>'
    text = read("a.html", f"<html><body>{page}</body></html>").blocks[0].text
    assert text.replace(" |", "") == "a b"
