"""The adapter of the port DocumentParser over Azure AI Document Intelligence; what is text already is read here."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from infra.azure.attempts import Attempts, asked_wait, may_pass, status_of
from infra.azure.document_intelligence.layout import draft_of
from infra.azure.document_intelligence.paid_kinds import pages_of, paid_kind
from infra.azure.document_intelligence.refusals import refusal
from infra.local.parsing.finishing import finished
from infra.local.parsing.limits import DEFAULT_LIMITS, MEBIBYTE, Limits
from infra.local.parsing.parser import LocalParser
from shared.domain.documents import ParsedDocument
from shared.domain.errors import (
    DeadlineExceeded,
    DocumentTooLarge,
    KnowledgeError,
    ModelUnavailable,
    RateLimited,
)

if TYPE_CHECKING:
    from azure.ai.documentintelligence.aio import AsyncAnalyzeDocumentLROPoller, DocumentIntelligenceClient
    from azure.ai.documentintelligence.models import AnalyzeResult
    from azure.core.credentials_async import AsyncTokenCredential

MODEL, API_VERSION = "prebuilt-layout", "2024-11-30"
"""What reads, and the version of the service's API that all of this was written for."""

LIMITS = replace(DEFAULT_LIMITS, pages=2_000)
"""The service reads 2,000 pages of a file, and 500 MB of it, of which the house takes 100."""

READER = Attempts("the document reader")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: for one sign of life, for a whole document, and between two looks at it.

    A request that may pass is repeated `repeats` times; pauses grow from `first_pause_seconds`, unless the service
    says how long to wait.
    """

    read_seconds: float = 30.0
    document_seconds: float = 600.0
    look_seconds: float = 2.0
    repeats: int = 4
    first_pause_seconds: float = 0.4


@dataclass
class DocumentIntelligenceParser:
    """Reads PDF, Office files and images with the service, and txt, md, html and csv without it.

    `credential` is a key or a token credential of `azure.identity.aio`.
    """

    endpoint: str
    credential: str | AsyncTokenCredential = field(repr=False)
    patience: Patience = Patience()
    limits: Limits = LIMITS
    plain: LocalParser = field(default_factory=LocalParser)
    _client: DocumentIntelligenceClient | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def name(self) -> str:
        """The model that reads."""
        return MODEL

    async def ping(self) -> None:
        """See the port: what the service says of itself is free of charge. Raises StoreUnavailable."""
        from azure.core.rest import HttpRequest

        client = await self._opened()

        async def ask() -> None:
            request = HttpRequest("GET", "/info", params={"api-version": API_VERSION})
            (await client.send_request(request, retry_total=0)).raise_for_status()

        await READER.make(ask)

    async def paid_pages(self, name: str, content: bytes) -> int:
        """See the port: the pages of a PDF, the sheets, the slides, one for an image, 3,000 characters of Word."""
        return await asyncio.to_thread(self._paid_pages, content)

    async def parse(self, name: str, content: bytes, language: str = "") -> ParsedDocument:
        """See the port. Raises DocumentUnreadable, or ModelUnavailable and RateLimited where nothing was taken on.

        Nothing is sent twice once the service may have taken it on, since that would be paid twice: then it is
        StoreUnavailable or DeadlineExceeded.
        """
        if not await self.paid_pages(name, content):
            return await self.plain.parse(name, content, language)
        client = await self._opened()
        markdown, pages = await self._analysed(client, content)
        return await asyncio.to_thread(lambda: finished(name, draft_of(markdown, pages), self.limits))

    async def close(self) -> None:
        """End the connections that are kept open for the next document, and the threads."""
        self.plain.close()
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    def _paid_pages(self, content: bytes) -> int:
        if len(content) > self.limits.bytes:
            raise DocumentTooLarge(f"the file is larger than the limit of {self.limits.bytes / MEBIBYTE:g} MB")
        kind = paid_kind(content)
        return pages_of(kind, content, self.limits) if kind else 0

    async def _analysed(self, client: DocumentIntelligenceClient, content: bytes) -> tuple[str, int]:
        """Return the Markdown of a file, and its pages."""
        ends_at = asyncio.get_running_loop().time() + self.patience.document_seconds
        try:
            async with asyncio.timeout_at(ends_at):
                poller = await self._sent(client, content, ends_at)
                result = await poller.result()
                if not isinstance(result.content, str) or not isinstance(result.pages, list):
                    raise ValueError("the answer has no content")
                return result.content, len(result.pages)
        except KnowledgeError:
            raise
        except TimeoutError as error:
            raise DeadlineExceeded("the document reader did not answer in time") from error
        except Exception as error:
            # The SDK lets errors of its transport and of parsing through as they are, so there is no closed list.
            raise refusal(error) or READER.unavailable(error) from error

    async def _sent(
        self, client: DocumentIntelligenceClient, content: bytes, ends_at: float
    ) -> AsyncAnalyzeDocumentLROPoller[AnalyzeResult]:
        """Send a file, and again only where the service refused it for now or never saw it."""
        from azure.core.polling.async_base_polling import AsyncLROBasePolling

        pause = self.patience.first_pause_seconds
        for left in reversed(range(self.patience.repeats + 1)):
            try:
                return await client.begin_analyze_document(
                    MODEL,
                    BytesIO(content),
                    content_type="application/octet-stream",
                    output_content_format="markdown",
                    polling=AsyncLROBasePolling(self.patience.look_seconds),
                    retry_total=0,
                )
            except Exception as error:
                free, wait = not_taken_on(error), max(pause, asked_wait(error))
                late = asyncio.get_running_loop().time() + wait >= ends_at
                if free is None or not left or late or not may_pass(error):
                    raise refusal(error) or free or error from error
            await asyncio.sleep(wait)
            pause *= 2
        raise AssertionError("the last attempt returns or raises")

    async def _opened(self) -> DocumentIntelligenceClient:
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._open)
            return self._client

    def _open(self) -> DocumentIntelligenceClient:
        from azure.ai.documentintelligence.aio import DocumentIntelligenceClient
        from azure.core.credentials import AzureKeyCredential

        credential, patience = self.credential, self.patience
        known = AzureKeyCredential(credential) if isinstance(credential, str) else credential
        # By itself the SDK repeats nothing but looking at an operation.
        options: dict[str, Any] = {
            "connection_timeout": patience.read_seconds,
            "read_timeout": patience.read_seconds,
            "retry_total": patience.repeats,
            "retry_backoff_factor": patience.first_pause_seconds,
        }
        return DocumentIntelligenceClient(self.endpoint, known, api_version=API_VERSION, **options)


def not_taken_on(error: Exception) -> KnowledgeError | None:
    """Return the error of a document that the service refused or never saw, which costs nothing; None for others."""
    from aiohttp import ClientConnectorError

    # The SDK calls it a failed request too where the connection was torn down before the answer to one that arrived.
    if status_of(error) is None and not isinstance(getattr(error, "inner_exception", None), ClientConnectorError):
        return None
    told = READER.unavailable(error)
    return (RateLimited if status_of(error) == 429 else ModelUnavailable)(told.message, **told.details)
