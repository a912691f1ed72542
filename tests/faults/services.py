"""The rows of the matrix for files, secrets, the reader of documents, the shield, the web and the webhook."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from infra.azure.attempts import NO_REPEATS, Attempts
from infra.azure.blob_files import BlobFiles
from infra.azure.content_safety import ContentSafetyShield
from infra.azure.document_intelligence import DocumentIntelligenceParser
from infra.azure.document_intelligence.parser import Patience
from infra.azure.key_vault import KeyVaultSecrets
from infra.web_files import AllowedWebFiles
from infra.webhook import Webhook
from shared.domain.errors import (
    DeadlineExceeded,
    DocumentUnreadable,
    ModelUnavailable,
    RateLimited,
    StoreUnavailable,
    Unavailable,
)
from tests.contract.state_grounds import no_wait
from tests.contract.test_files import pieces
from tests.fakes import content_safety, document_intelligence, key_vault
from tests.fakes.loopback import LoopbackServer
from tests.fakes.tokens import FixedToken
from tests.fakes.web_site import NAME, TEXT
from tests.fakes.webhook import SECRET, WebhookReceiver
from tests.faults.cells import Adapter, Limits, Standing, Surroundings, running
from tests.faults.gates import HttpGate
from tests.faults.kinds import NOT_OF_HTTP, Kind
from tests.unit.alerts.test_webhook import ALERT

PNG = b"\x89PNG and a scanned page"


def attempts(service: str, limits: Limits) -> Attempts:
    """Return the limits in the words of the adapters, with nothing waited for between two attempts."""
    return Attempts(service, limits.call, no_wait, limits.attempt)


@asynccontextmanager
async def blobs(around: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """A file is written into a container that is not there yet, read and removed with its folder."""
    assert around.blobs is not None
    sound = BlobFiles(around.blobs.endpoint, around.blobs.key)
    gate, folder = HttpGate(around.blobs.endpoint), uuid4().hex
    files = BlobFiles(gate.address, around.blobs.key, limits.attempt, attempts("the file store", limits))

    async def content() -> bytes:
        await files.write(f"{folder}/b/a", pieces(b"new"))
        held = await files.read(f"{folder}/b/a")
        await files.delete(f"{folder}/b/")
        return held.content

    async def single(_: int) -> bool:
        return await sound.etag(f"{folder}/b/a") is None

    yield Standing(gate, content, b"new", 7, single, around.blobs.key)
    await files.close()
    await sound.close()


@asynccontextmanager
async def vault(around: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """A secret is read."""
    from azure.keyvault.secrets.aio import SecretClient

    kept = key_vault.KeyVault()
    kept.secrets["the-key"] = "one"
    async with running(LoopbackServer(kept.app)) as server:
        gate = HttpGate(server.address, certificate=around.certificate)
        credential = FixedToken(key_vault.TOKEN)
        secrets = KeyVaultSecrets(gate.address, credential, attempts=attempts("the key vault", limits))
        # The SDK gives a token to names of Azure's alone, and the loopback has none.
        options: dict[str, Any] = {**NO_REPEATS, "read_timeout": limits.attempt}
        secrets._client = SecretClient(gate.address, credential, verify_challenge_resource=False, **options)
        yield Standing(gate, lambda: secrets.secret("the-key"), "one", 2, secret=key_vault.TOKEN)
        await secrets.close()


@asynccontextmanager
async def reader(_: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """A scanned page is read; nothing is sent twice by itself once it may be billed."""
    service = document_intelligence.DocumentIntelligence()
    service.pages[PNG] = ["a scanned page"]
    async with running(LoopbackServer(service.app)) as server:
        gate = HttpGate(server.address)
        patience = Patience(limits.attempt, limits.call, 0.01, 2, 0.01)
        parser = DocumentIntelligenceParser(gate.address, document_intelligence.KEY, patience)

        async def text() -> str:
            return (await parser.parse("a.png", PNG)).blocks[0].text

        async def single(deeds: int) -> bool:
            return len(service.taken_on) <= deeds

        yield Standing(gate, text, "a scanned page", 2, single, document_intelligence.KEY)
        await parser.close()


@asynccontextmanager
async def shield(_: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """A question is screened for attacks and for harm, and passages for attacks."""
    async with running(LoopbackServer(content_safety.ContentSafety().app)) as server:
        gate = HttpGate(server.address)
        made = attempts("the prompt shield", limits)
        screen = ContentSafetyShield(gate.address, content_safety.KEY, limits.attempt, made)

        async def found() -> tuple[bool, frozenset[int]]:
            refusal = await screen.refusal(content_safety.ATTACK)
            return bool(refusal), await screen.attacks(["fair", content_safety.ATTACK])

        yield Standing(gate, found, (True, frozenset({1})), 3, secret=content_safety.KEY)
        await screen.close()


@asynccontextmanager
async def webhook(_: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """An alert is posted: at least once, and under one id."""
    async with running(WebhookReceiver()) as receiver:
        gate = HttpGate(receiver.address)
        channel = Webhook(gate.address, SECRET, limits.attempt, wait=no_wait)

        async def single(_: int) -> bool:
            return {each["id"] for each in receiver.taken} == {ALERT.id}

        yield Standing(gate, lambda: channel.send(ALERT), None, 1, single, SECRET)


@asynccontextmanager
async def web(around: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """A document is fetched from a site on the web."""
    site = Starlette(routes=[Route("/{path:path}", lambda _: PlainTextResponse(TEXT))])
    async with running(LoopbackServer(site)) as server:
        gate = HttpGate(server.address, certificate=around.certificate)
        port = urlsplit(gate.address).port

        async def loopback(host: str, port: int) -> list[str]:
            return ["127.0.0.1"]

        files = AllowedWebFiles(
            (f"{NAME}:{port}",), 10**6, limits.call, loopback, lambda _: True,
            ssl.create_default_context(cafile=around.certificate[0]),
        )  # fmt: skip

        async def content() -> bytes:
            async with files.opened(f"https://{NAME}:{port}/a.md") as file:
                return b"".join([piece async for piece in file.content])

        yield Standing(gate, content, TEXT.encode())


READER_ERRORS = (ModelUnavailable, RateLimited, StoreUnavailable, DeadlineExceeded)
MAY_BE_BILLED = (
    Kind.TIMEOUT, Kind.RESET, Kind.HALF_OPEN, Kind.DRIP, Kind.TRUNCATED, Kind.BAD_JSON, Kind.EXPIRED
)  # fmt: skip
"""Of these the reader may have taken the document on, and it is not paid twice."""

NO_JSON = {Kind.BAD_JSON: "a file on the web is of any kind; its bytes are handed on as they come"}

SERVICES = (
    Adapter("files in Blob Storage", blobs, (StoreUnavailable,), NOT_OF_HTTP, needs="Azurite"),
    Adapter("Key Vault", vault, (StoreUnavailable,), NOT_OF_HTTP),
    Adapter("Document Intelligence", reader, READER_ERRORS, NOT_OF_HTTP, MAY_BE_BILLED),
    Adapter("Content Safety", shield, (StoreUnavailable,), NOT_OF_HTTP),
    Adapter("webhook", webhook, (Unavailable,), NOT_OF_HTTP),
    Adapter("files on the web", web, (Unavailable, DocumentUnreadable), {**NOT_OF_HTTP, **NO_JSON}, (*Kind,)),
)
