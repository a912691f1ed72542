"""What the adapter of Document Intelligence alone does: images, pages, money, and a service or a network that fails."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from infra.azure.document_intelligence import DocumentIntelligenceParser
from infra.azure.document_intelligence.parser import Patience
from shared.domain.documents import Block, BlockKind
from shared.domain.errors import (
    DeadlineExceeded,
    DocumentUnreadable,
    KnowledgeError,
    ModelUnavailable,
    RateLimited,
    StoreUnavailable,
)
from tests.fakes.certificates import loopback_certificate
from tests.fakes.document_intelligence import KEY, TOKEN, DocumentIntelligence
from tests.fakes.faults import Fault, FaultyProxy, refusing
from tests.fakes.loopback import LoopbackServer
from tests.fakes.tokens import FixedToken
from tests.unit.parsing.made import archive, paragraph, pdf, word_archive

PATIENCE = Patience(read_seconds=3, document_seconds=30, look_seconds=0.01, repeats=2, first_pause_seconds=0.01)
HOPELESS = replace(PATIENCE, read_seconds=0.15, document_seconds=0.8, repeats=1)
DEADLINE = 15.0
"""Seconds after which a call counts as hung, far above every bound of the patience."""

PNG = b"\x89PNG and a scanned page"
THIRD_PAGE = """<table>
<caption>Sums</caption>
<tr>
<th>a</th>
<th>b</th>
</tr>
<tr>
<td>1

2</td>
<td>3</td>
</tr>
</table>
behind it

<figure>

in a figure

</figure>

<!-- PageNumber="3" -->
"""
NOT_TAKEN_ON = (ModelUnavailable, RateLimited)
MAY_BE_BILLED = (StoreUnavailable, DeadlineExceeded)


@pytest.fixture
def service() -> DocumentIntelligence:
    service = DocumentIntelligence()
    service.pages[PNG] = ["a scanned page"]
    return service


@pytest.fixture
def proxy(service: DocumentIntelligence) -> Iterator[FaultyProxy]:
    with LoopbackServer(service.app) as server, FaultyProxy(server.address) as proxy:
        yield proxy


@pytest.fixture
async def parser(proxy: FaultyProxy) -> AsyncIterator[DocumentIntelligenceParser]:
    parser = DocumentIntelligenceParser(proxy.address, KEY, PATIENCE)
    yield parser
    await parser.close()


async def text_of(parser: DocumentIntelligenceParser) -> str:
    async with asyncio.timeout(DEADLINE):
        return (await parser.parse("a.png", PNG)).blocks[0].text


async def error_of(parser: DocumentIntelligenceParser) -> KnowledgeError:
    async with asyncio.timeout(DEADLINE):
        with pytest.raises(KnowledgeError) as caught:
            await parser.parse("a.png", PNG)
    assert KEY not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    "start", [b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM\0\0", b"\0\0\0\x18ftypheic"], ids=repr
)
async def test_an_image_is_read_and_paid_as_a_page(
    parser: DocumentIntelligenceParser, service: DocumentIntelligence, start: bytes
) -> None:
    content = start + b" and more \0"
    service.pages[content] = ["# 铭牌\n\nseen"]
    assert await parser.paid_pages("a.png", content) == 1
    parsed = await parser.parse("a.png", content)
    assert parsed.blocks == (
        Block(BlockKind.HEADING, "铭牌", level=1),
        Block(BlockKind.PARAGRAPH, "seen"),
    )


async def test_a_block_stands_on_the_page_where_the_service_saw_it(
    parser: DocumentIntelligenceParser, service: DocumentIntelligence
) -> None:
    service.pages[PNG] = [
        '<!-- PageHeader="ACME" -->\n\n# One\n\n☒ ticked',
        "",
        THIRD_PAGE,
    ]
    parsed = await parser.parse("a.png", PNG)
    assert parsed.pages == 3
    assert [(each.kind.value, each.text, each.page) for each in parsed.blocks] == [
        ("heading", "One", 1),
        ("paragraph", "[x] ticked", 1),
        ("paragraph", "Sums", 3),
        ("table", "a | b\n1 2 | 3", 3),
        ("paragraph", "behind it", 3),
        ("paragraph", "in a figure", 3),
    ]


@pytest.mark.parametrize(
    ("content", "pages"),
    [
        (b"a text", 0),
        (pdf(paragraph("one page")), 1),
        (word_archive(f"<w:p><w:t>{'a' * 3000}</w:t></w:p>"), 1),
        (word_archive(f"<w:p><w:t>{'a' * 3001}</w:t></w:p>"), 2),
        (archive({f"xl/worksheets/sheet{n}.xml": b"" for n in range(3)}), 3),
        (archive({"ppt/slides/slide1.xml": b"", "ppt/slides/_rels/slide1.xml.rels": b""}), 1),
    ],
)
async def test_pages_are_counted_before_they_are_paid_for(
    parser: DocumentIntelligenceParser, content: bytes, pages: int
) -> None:
    assert await parser.paid_pages("a file", content) == pages


async def test_a_token_signs_in_where_there_is_no_key(service: DocumentIntelligence, tmp_path: Path) -> None:
    from azure.ai.documentintelligence.aio import DocumentIntelligenceClient

    certificate = loopback_certificate(tmp_path)
    with LoopbackServer(service.app, certificate) as server:
        parser = DocumentIntelligenceParser(server.address, FixedToken(TOKEN), PATIENCE)
        parser._client = DocumentIntelligenceClient(
            server.address, FixedToken(TOKEN), connection_verify=str(certificate[0])
        )
        assert await text_of(parser) == "a scanned page"
        await parser.close()


@pytest.mark.parametrize("code", ["InvalidContent", "UnsupportedContent", "InvalidContentDimensions"])
async def test_a_document_that_turns_out_broken_has_a_reason(
    parser: DocumentIntelligenceParser, service: DocumentIntelligence, code: str
) -> None:
    inner = {"code": code, "message": "no"}
    service.failures[PNG] = {"code": "InvalidRequest", "message": "no", "innererror": inner}
    assert isinstance(await error_of(parser), DocumentUnreadable)
    service.failures[PNG] = {"code": "InternalServerError", "message": "no", "details": [inner]}
    assert isinstance(await error_of(parser), DocumentUnreadable)


async def test_an_operation_that_fails_or_never_ends_is_a_typed_error(
    proxy: FaultyProxy, service: DocumentIntelligence
) -> None:
    parser = DocumentIntelligenceParser(proxy.address, KEY, HOPELESS)
    service.looks = float("inf")
    assert isinstance(await error_of(parser), DeadlineExceeded)
    service.looks, service.failures[PNG] = 1, {"code": "InternalServerError", "message": "no"}
    assert isinstance(await error_of(parser), StoreUnavailable)
    await parser.close()


LOST = [Fault.SILENT, Fault.RESET, Fault.TRUNCATED, Fault.HALF_OPEN]


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault.name)
async def test_a_look_at_a_document_is_repeated_where_its_answer_is_lost(
    parser: DocumentIntelligenceParser, proxy: FaultyProxy, fault: Fault
) -> None:
    proxy.faults.extend([None, fault])  # type: ignore[list-item]
    assert await text_of(parser) == "a scanned page"


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault.name)
async def test_a_document_is_not_sent_again_where_the_answer_to_it_is_lost(
    parser: DocumentIntelligenceParser, proxy: FaultyProxy, fault: Fault
) -> None:
    proxy.faults.append(fault)
    assert isinstance(await error_of(parser), MAY_BE_BILLED)
    assert proxy.arrived == 1


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
@pytest.mark.parametrize("requests_before", [0, 1])
async def test_a_fault_that_stays_ends_in_a_typed_error_within_the_deadline(
    proxy: FaultyProxy, fault: Fault, requests_before: int
) -> None:
    parser = DocumentIntelligenceParser(proxy.address, KEY, HOPELESS)
    proxy.faults.extend([None] * requests_before)  # type: ignore[list-item]
    proxy.lasting = fault
    error = await error_of(parser)
    refused = fault in (Fault.THROTTLED, Fault.THROTTLED_FOR_A_WHILE, Fault.BROKEN, Fault.EXPIRED)
    assert isinstance(error, NOT_TAKEN_ON if refused and not requests_before else MAY_BE_BILLED)
    await parser.close()


async def test_a_service_that_is_not_there_bills_nothing() -> None:
    with refusing() as address:
        parser = DocumentIntelligenceParser(address, KEY, HOPELESS)
        assert isinstance(await error_of(parser), ModelUnavailable)
        await parser.close()


async def test_a_wrong_key_is_named_as_such_and_not_tried_again(proxy: FaultyProxy) -> None:
    parser = DocumentIntelligenceParser(proxy.address, "another", PATIENCE)
    error = await error_of(parser)
    assert "refused, or lacks the role" in error.message
    assert proxy.arrived == 1
    await parser.close()


async def test_nobody_waits_for_a_time_beyond_the_deadline(
    parser: DocumentIntelligenceParser, service: DocumentIntelligence
) -> None:
    service.refusals.append((429, {"retry-after": "3600"}))
    error = await error_of(parser)
    assert isinstance(error, RateLimited)
    assert error.details == {"status": 429, "retry_after": 3600.0}
