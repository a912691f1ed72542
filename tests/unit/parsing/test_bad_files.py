"""Bad files: each gets its own reason, in time, and none reaches a library before it was measured."""

import asyncio
import io
import zipfile

import pytest
from docx import Document
from openpyxl import Workbook
from pptx import Presentation

from infra.local.parsing.kinds import Kind
from infra.local.parsing.limits import DEFAULT_LIMITS, Limits
from infra.local.parsing.parser import LocalParser
from infra.local.parsing.web_page import DEEPEST
from shared.domain.documents import BlockKind
from shared.domain.errors import DocumentUnreadable
from tests.unit.parsing.made import (
    archive,
    encrypted_pdf,
    lying_archive,
    paragraph,
    pdf,
    picture_pdf,
    word_archive,
)

PARSER = LocalParser()
PARAGRAPH = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"


def reason(name: str, content: bytes, limits: Limits = DEFAULT_LIMITS) -> str:
    with pytest.raises(DocumentUnreadable) as refused:
        LocalParser(limits).read(name, content)
    return refused.value.message


def text_of(name: str, content: bytes, limits: Limits = DEFAULT_LIMITS) -> str:
    return "\n".join(block.text for block in LocalParser(limits).read(name, content).blocks)


def office_files() -> dict[str, bytes]:
    buffers = {"docx": io.BytesIO(), "xlsx": io.BytesIO(), "pptx": io.BytesIO()}
    document = Document()
    document.add_paragraph("hello")
    document.save(buffers["docx"])
    workbook = Workbook()
    workbook.active["A1"] = "hello"
    workbook.save(buffers["xlsx"])
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "hello"
    deck.save(buffers["pptx"])
    return {ending: buffer.getvalue() for ending, buffer in buffers.items()}


def test_an_empty_file_is_named_empty() -> None:
    assert "0 bytes" in reason("a.txt", b"")


def test_an_encrypted_pdf_is_named_encrypted() -> None:
    assert "encrypted" in reason("a.pdf", encrypted_pdf())


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"garbage " * 500, pdf(paragraph("hello"))[:400]])
def test_a_broken_pdf_is_named_broken(content: bytes) -> None:
    assert "broken" in reason("a.pdf", content)


def test_a_pdf_of_pictures_alone_asks_whether_it_was_scanned() -> None:
    assert "scanned" in reason("a.pdf", picture_pdf())


def test_text_without_a_letter_or_digit_is_no_text() -> None:
    assert "no text was found" in reason("a.txt", b"... --- ...\n\n***")


@pytest.mark.parametrize("name", ["a.doc", "a.xls", "a.ppt", "a.docx"])
def test_old_office_files_and_encrypted_new_ones_are_named_so(name: str) -> None:
    message = reason(name, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    assert "encrypted" in message
    assert "old Office format" in message


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n" + bytes(50), b"\x1f\x8b\x08" + bytes(50), b"{\\rtf1 hello}", b"MZ" + bytes(100)]
)
def test_bytes_of_no_known_format_are_told_which_formats_are(content: bytes) -> None:
    message = reason("a.txt", content)
    assert all(kind in message for kind in Kind)


def test_bytes_that_are_no_text_are_told_which_formats_are() -> None:
    assert "docx" in reason("a.txt", bytes(range(1, 32)) * 50)


def test_a_zip_archive_that_is_no_office_file_is_named_so() -> None:
    assert "zip archive" in reason("a.docx", archive({"readme.txt": b"hello"}))


@pytest.mark.parametrize("ending", ["docx", "xlsx", "pptx"])
def test_a_broken_archive_is_named_broken(ending: str) -> None:
    whole = office_files()[ending]
    assert "broken" in reason(f"a.{ending}", whole[: len(whole) // 2])
    middle = bytearray(whole)
    middle[60:400] = b"\xff" * 340
    assert "broken" in reason(f"a.{ending}", bytes(middle))


@pytest.mark.parametrize("ending", ["docx", "xlsx", "pptx"])
def test_an_office_file_is_read_whatever_its_name_says(ending: str) -> None:
    assert "hello" in text_of("a.txt", office_files()[ending])


def test_a_pdf_named_txt_is_read_as_pdf() -> None:
    assert text_of("a.txt", pdf(paragraph("hello"))) == "hello"


def test_a_text_named_pdf_is_read_as_text() -> None:
    assert text_of("a.pdf", b"hello") == "hello"


@pytest.mark.parametrize("folder", ["word/", "xl/", "ppt/"])
def test_a_bomb_is_refused_for_what_it_declares(folder: str) -> None:
    limits = Limits(unpacked_bytes=1 << 20)
    assert "zip bomb" in reason("a.docx", archive({f"{folder}a.bin": bytes(2 << 20)}), limits)


def test_a_bomb_that_lies_about_its_size_is_refused_for_what_it_holds() -> None:
    limits = Limits(unpacked_bytes=1 << 20, ratio_free_bytes=1 << 20)
    assert "zip bomb" in reason("a.xlsx", lying_archive("xl/workbook.xml", 2 << 20), limits)


def test_a_bomb_is_refused_for_its_ratio() -> None:
    assert "times its size" in reason("a.pptx", archive({"ppt/a.bin": bytes(32 << 20)}))


def test_unpacked_bytes_are_allowed_up_to_the_limit() -> None:
    content = word_archive(PARAGRAPH.format("hello"))
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        size = sum(entry.file_size for entry in opened.infolist())
    assert text_of("a.docx", content, Limits(unpacked_bytes=size)) == "hello"
    assert "unpacks" in reason("a.docx", content, Limits(unpacked_bytes=size - 1))


def test_parts_are_allowed_up_to_the_limit() -> None:
    content = word_archive(PARAGRAPH.format("hello"))
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        count = len(opened.infolist())
    assert text_of("a.docx", content, Limits(entries=count)) == "hello"
    assert "parts" in reason("a.docx", content, Limits(entries=count - 1))


def test_one_part_of_xml_is_allowed_up_to_the_limit() -> None:
    content = word_archive(PARAGRAPH.format("hello" * 1000))
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        size = opened.getinfo("word/document.xml").file_size
    assert "hello" in text_of("a.docx", content, Limits(part_bytes=size))
    assert "part" in reason("a.docx", content, Limits(part_bytes=size - 1))


def test_bytes_of_a_file_are_allowed_up_to_the_limit() -> None:
    assert text_of("a.txt", b"hello", Limits(bytes=5)) == "hello"
    assert "larger than the limit" in reason("a.txt", b"hello!", Limits(bytes=5))


@pytest.mark.parametrize(("name", "around"), [("a.txt", 0), ("a.md", 0), ("a.csv", 0), ("a.html", 0)])
def test_characters_of_text_are_allowed_up_to_the_limit(name: str, around: int) -> None:
    limits = Limits(characters=1000)
    assert len(text_of(name, b"a" * 1000, limits)) == 1000
    assert "characters of text" in reason(name, b"a" * 1001, limits)


def test_characters_of_a_pdf_are_counted_page_by_page() -> None:
    content = pdf(*[paragraph("hello world " * 40)] * 60)
    assert "characters of text" in reason("a.pdf", content, Limits(characters=5000))


def test_a_long_text_is_refused_before_it_is_decoded() -> None:
    limits = Limits(characters=1000)
    assert "characters of text" in reason("a.txt", "字".encode() * 2000, limits)


def test_pages_are_allowed_up_to_the_limit() -> None:
    content = pdf(*[paragraph("hello world " * 40)] * 60)
    pages = LocalParser().read("a.pdf", content).pages
    assert pages > 1
    assert LocalParser(Limits(pages=pages)).read("a.pdf", content).pages == pages
    assert "pages" in reason("a.pdf", content, Limits(pages=pages - 1))


def test_a_hundred_megabytes_on_one_line_are_refused_in_time() -> None:
    assert "characters of text" in reason("a.txt", b"a" * (100 << 20))


def test_ten_million_characters_on_one_line_are_read() -> None:
    assert len(text_of("a.txt", b"word " * (DEFAULT_LIMITS.characters // 5))) >= DEFAULT_LIMITS.characters - 1


def test_a_page_may_be_nested_up_to_the_limit() -> None:
    def nested(depth: int) -> bytes:
        return b"<html><body>" + b"<div>" * depth + b"hello" + b"</div>" * depth

    assert text_of("a.html", nested(DEEPEST)) == "hello"
    assert "inside each other" in reason("a.html", nested(DEEPEST + 1))


def test_entities_of_xml_are_neither_fetched_nor_multiplied() -> None:
    laughs = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    document = (
        f'<!DOCTYPE d [<!ENTITY a0 "ha"><!ENTITY x SYSTEM "file:///etc/passwd">{laughs}]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        "<w:p><w:r><w:t>seen &x; &a11;</w:t></w:r></w:p></w:body></w:document>"
    )
    content = word_archive("", **{"word/document.xml": document.encode()})
    try:
        text = text_of("a.docx", content)
    except DocumentUnreadable:
        return
    assert "root:" not in text
    assert len(text) < 1000


def test_what_a_library_raises_becomes_a_reason() -> None:
    assert "broken" in reason("a.docx", archive({"word/document.xml": b"<not-xml"}))
    assert "broken" in reason("a.xlsx", archive({"xl/workbook.xml": b"<not-xml"}))
    assert "broken" in reason("a.pptx", archive({"ppt/presentation.xml": b"<not-xml"}))


@pytest.mark.parametrize("ending", ["txt", "md", "html", "csv"])
def test_unseen_characters_are_taken_out(ending: str) -> None:
    hostile = b"one\0 t\xe2\x80\xaewo\xe2\x80\x8f th\xc2\xadree \xed\xa0\x80 \x07four\xef\xbb\xbf"
    assert text_of(f"a.{ending}", hostile) == "one two three \N{REPLACEMENT CHARACTER} four"


def test_a_heading_of_hundreds_of_characters_is_a_paragraph() -> None:
    blocks = PARSER.read("a.md", b"# " + b"long " * 41 + b"\n\n# short").blocks
    assert [block.kind for block in blocks] == [BlockKind.PARAGRAPH, BlockKind.HEADING]


async def test_two_files_are_read_side_by_side_without_holding_the_loop() -> None:
    parser = LocalParser()
    first, second = await asyncio.gather(parser.parse("a.txt", b"one"), parser.parse("b.txt", b"two"))
    parser.close()
    assert (first.blocks[0].text, second.blocks[0].text) == ("one", "two")
