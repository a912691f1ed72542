"""The contract of the port DocumentParser, over the parsers of the house and over Document Intelligence."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from infra.azure.document_intelligence import DocumentIntelligenceParser
from infra.azure.document_intelligence.parser import LIMITS, Patience
from infra.local.parsing.limits import Limits
from infra.local.parsing.parser import LocalParser
from shared.domain.documents import BlockKind, ParsedDocument
from shared.domain.errors import DocumentUnreadable
from shared.ports.parser import DocumentParser
from tests.fakes.document_intelligence import KEY, DocumentIntelligence
from tests.fakes.loopback import LoopbackServer
from tests.unit.parsing.made import archive, encrypted_pdf, heading, paragraph, pdf, picture_pdf, table, word_archive

Opened = Callable[[Limits], DocumentParser]
AT_ONCE = Patience(read_seconds=5, document_seconds=10, look_seconds=0.01, repeats=2, first_pause_seconds=0.01)
REPORT = pdf(heading("Report"), paragraph("All is well."), table([["Plant", "Output"], ["Lugano", "42"]]))
LETTER = word_archive("<w:p><w:r><w:t>Dear all, the plant opens.</w:t></w:r></w:p>")
PICTURE = picture_pdf()
REPORT_READ = """# Report

All is well.

<table>
<tr>
<th>Plant</th>
<th>Output</th>
</tr>
<tr>
<td>Lugano</td>
<td>42</td>
</tr>
</table>

<!-- PageNumber="1" -->
"""


@pytest.fixture
def service() -> DocumentIntelligence:
    service = DocumentIntelligence()
    service.pages = {REPORT: [REPORT_READ], LETTER: ["Dear all, the plant opens."], PICTURE: [""]}
    return service


@pytest.fixture(params=["local", "azure"])
async def opened(request: pytest.FixtureRequest, service: DocumentIntelligence) -> AsyncIterator[Opened]:
    if request.param == "local":
        yield LocalParser
        return
    with LoopbackServer(service.app) as server:
        made: list[DocumentIntelligenceParser] = []

        def open_one(limits: Limits) -> DocumentParser:
            limits = replace(limits, pages=min(limits.pages, LIMITS.pages))
            plain = LocalParser(limits)
            made.append(DocumentIntelligenceParser(server.address, KEY, AT_ONCE, limits, plain))
            return made[-1]

        yield open_one
        for each in made:
            await each.close()


@pytest.fixture
def parser(opened: Opened) -> DocumentParser:
    return opened(Limits())


def texts(parsed: ParsedDocument, kind: BlockKind) -> list[str]:
    return [each.text for each in parsed.blocks if each.kind is kind]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "Chapter 1\n\nA 'quoted' \N{GRINNING FACE} text."),
        ("a.md", "# Head\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
        ("a.html", "<html><body><h1>标题</h1><p>正文。</p></body></html>"),
        ("a.csv", "a,b\n1,2"),
    ],
)
async def test_a_text_is_read_without_paying(
    parser: DocumentParser, service: DocumentIntelligence, name: str, content: str
) -> None:
    assert await parser.paid_pages(name, content.encode()) == 0
    assert await parser.parse(name, content.encode()) == LocalParser().read(name, content.encode())
    assert service.taken_on == []


async def test_a_pdf_becomes_headings_paragraphs_and_rows_of_cells(parser: DocumentParser) -> None:
    parsed = await parser.parse("report.pdf", REPORT)
    assert texts(parsed, BlockKind.HEADING) == ["Report"]
    assert texts(parsed, BlockKind.PARAGRAPH) == ["All is well."]
    assert texts(parsed, BlockKind.TABLE) == ["Plant | Output\nLugano | 42"]
    assert (parsed.title, parsed.pages) == ("Report", 1)


async def test_an_office_file_is_read(parser: DocumentParser) -> None:
    parsed = await parser.parse("letter.docx", LETTER)
    assert texts(parsed, BlockKind.PARAGRAPH) == ["Dear all, the plant opens."]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (encrypted_pdf(), "encrypted"),
        (b"%PDF-1.7 and nothing else", "broken"),
        (b"PK\x03\x04 and nothing else", "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted or in an old Office format"),
        (b"GIF89a", "accepted formats"),
        (b"\x7fELF", "accepted formats"),
        (archive({"a.txt": b"a"}), "accepted formats"),
        (PICTURE, "no text"),
    ],
)
async def test_what_cannot_be_read_has_a_reason_that_its_owner_understands(
    parser: DocumentParser, content: bytes, reason: str
) -> None:
    with pytest.raises(DocumentUnreadable, match=reason):
        await parser.parse("a file", content)


async def test_a_file_is_as_large_as_the_limit_and_no_larger(opened: Opened) -> None:
    assert (await opened(Limits(bytes=5)).parse("a.txt", b"12345")).pages == 1
    with pytest.raises(DocumentUnreadable, match="larger than the limit"):
        await opened(Limits(bytes=4)).parse("a.txt", b"12345")
    with pytest.raises(DocumentUnreadable, match="larger than the limit"):
        await opened(Limits(bytes=len(REPORT) - 1)).parse("a.pdf", REPORT)


async def test_a_pdf_has_as_many_pages_as_the_limit_and_no_more(opened: Opened) -> None:
    assert (await opened(Limits(pages=1)).parse("a.pdf", REPORT)).pages == 1
    with pytest.raises(DocumentUnreadable, match="more than the limit of 0"):
        await opened(Limits(pages=0)).parse("a.pdf", REPORT)


async def test_the_text_of_a_file_is_bounded(opened: Opened) -> None:
    with pytest.raises(DocumentUnreadable, match="more than the limit of 3 characters"):
        await opened(Limits(characters=3)).parse("a.pdf", REPORT)
