"""What the search adapter makes of a service and a network that fail."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from starlette.responses import JSONResponse, Response

from infra.azure.attempts import may_pass
from infra.azure.search import AzureChunkIndex
from infra.azure.search.connection import Patience
from infra.azure.search.translation import translation
from shared.domain.documents import Chunk, Document
from shared.domain.errors import DeadlineExceeded, KnowledgeError, RateLimited, StoreUnavailable
from tests.contract.index_grounds import DIMENSIONS, CountedVersions
from tests.contract.passages import BASE, READER, chunks, document, vectors
from tests.fakes.azure_search import KEY, SearchServer
from tests.fakes.faults import Fault, FaultyProxy

PATIENCE = Patience(attempt_seconds=0.6, call_seconds=5.0, repeats=3, first_pause_seconds=0.01)
HOPELESS = Patience(attempt_seconds=5.0, call_seconds=10.0, repeats=1, first_pause_seconds=0.01)
WAITING = replace(HOPELESS, attempt_seconds=0.6, call_seconds=0.7)
DEADLINE = 60.0
"""Seconds after which a call counts as hung, far above every bound of the patience."""

ERRORS: dict[Fault, type[KnowledgeError]] = {
    Fault.SILENT: DeadlineExceeded,
    Fault.RESET: StoreUnavailable,
    Fault.TRUNCATED: StoreUnavailable,
    Fault.DRIP: DeadlineExceeded,
    Fault.BAD_JSON: StoreUnavailable,
    Fault.HALF_OPEN: DeadlineExceeded,
    Fault.THROTTLED: RateLimited,
    Fault.THROTTLED_FOR_A_WHILE: RateLimited,
    Fault.BROKEN: StoreUnavailable,
    Fault.EXPIRED: StoreUnavailable,
}


@pytest.fixture
def server() -> Iterator[SearchServer]:
    with SearchServer() as server:
        yield server


@pytest.fixture
def proxy(server: SearchServer) -> Iterator[FaultyProxy]:
    with FaultyProxy(server.endpoint) as proxy:
        yield proxy


@pytest.fixture
async def index(proxy: FaultyProxy) -> AsyncIterator[AzureChunkIndex]:
    index = opened(proxy.address)
    await index.prepare()
    yield index
    await index.close()


def opened(address: str, patience: Patience = PATIENCE) -> AzureChunkIndex:
    return AzureChunkIndex(address, KEY, "chunks", DIMENSIONS, CountedVersions(), patience)


def handbook() -> tuple[Document, list[Chunk]]:
    of = document("handbook.md")
    return of, chunks(of, "a heron wades", "a crane stands")


async def keep(index: AzureChunkIndex) -> list[str]:
    of, made = handbook()
    await index.replace(of, made, vectors((1, 0, 0), (0, 1, 0)))
    return [each.id for each in made]


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
async def test_each_fault_that_stays_has_an_error_of_its_own(
    server: SearchServer, proxy: FaultyProxy, fault: Fault
) -> None:
    writer = opened(server.endpoint)
    await keep(writer)
    await writer.close()
    index = opened(proxy.address, WAITING if ERRORS[fault] is DeadlineExceeded else HOPELESS)
    await index.prepare()
    proxy.lasting = fault
    async with asyncio.timeout(DEADLINE):
        with pytest.raises(ERRORS[fault]) as caught:
            await index.by_words(READER, "heron", 5)
    assert "heron" not in str(caught.value)
    await index.close()


async def test_a_start_outlives_faults_and_creates_one_index(proxy: FaultyProxy, server: SearchServer) -> None:
    index = opened(proxy.address)
    proxy.faults.extend([Fault.RESET, Fault.BROKEN, None, Fault.TRUNCATED])  # type: ignore[list-item]
    async with asyncio.timeout(DEADLINE):
        await index.prepare()
    assert list(server.indexes) == ["chunks"]
    await index.close()


async def test_an_expired_token_is_not_tried_again(index: AzureChunkIndex, proxy: FaultyProxy) -> None:
    proxy.lasting, before = Fault.EXPIRED, proxy.arrived
    with pytest.raises(StoreUnavailable, match="401"):
        await index.by_words(READER, "heron", 5)
    assert proxy.arrived == before + 1


async def test_the_service_is_given_the_time_it_asks_for(index: AzureChunkIndex, proxy: FaultyProxy) -> None:
    loop = asyncio.get_running_loop()
    proxy.faults.append(Fault.THROTTLED_FOR_A_WHILE)
    began = loop.time()
    await index.by_words(READER, "heron", 5)
    assert loop.time() - began >= 1.0


async def test_nobody_waits_for_a_time_beyond_the_deadline(index: AzureChunkIndex, server: SearchServer) -> None:
    server.refusals.append((429, {"retry-after": "3600"}))
    async with asyncio.timeout(DEADLINE):
        with pytest.raises(RateLimited) as caught:
            await index.by_words(READER, "heron", 5)
    assert caught.value.details == {"retry_after": 3600.0}


async def test_items_get_the_time_that_the_service_asks_for(index: AzureChunkIndex, server: SearchServer) -> None:
    loop, unlucky = asyncio.get_running_loop(), [handbook()[1][0].id]
    server.item_failure = lambda key: 503 if [key] == unlucky and unlucky.pop() else 0
    server.item_retry_after = "0.4"
    began = loop.time()
    await keep(index)
    assert loop.time() - began >= 0.4
    server.item_failure, server.item_retry_after = (lambda key: 429), "3600"
    async with asyncio.timeout(DEADLINE):
        with pytest.raises(RateLimited) as caught:
            await index.remove(BASE, handbook()[0].id)
    assert caught.value.details == {"retry_after": 3600.0}


class LoopbackIdentity:
    """Gives out one token."""

    async def get_token(self, *scopes: str, **options: object) -> AccessToken:
        """Return the token."""
        return AccessToken("token-of-the-identity", 2**40)

    async def close(self) -> None:
        """Hold nothing."""


async def test_a_token_is_never_sent_over_a_connection_that_others_can_read(server: SearchServer) -> None:
    index = AzureChunkIndex(server.endpoint, LoopbackIdentity(), "chunks", DIMENSIONS, CountedVersions(), PATIENCE)
    with pytest.raises(StoreUnavailable) as caught:
        await index.by_words(READER, "heron", 5)
    assert "token-of-the-identity" not in str(caught.value)
    assert server.statuses == []
    await index.close()


def test_an_identity_without_a_token_is_not_tried_again() -> None:
    refused = ClientAuthenticationError("no token for tenant secret")
    found = translation(refused)
    assert isinstance(found, StoreUnavailable)
    assert (may_pass(refused), "secret" in found.message) == (False, False)


async def test_a_cut_write_loses_nothing_that_stays_and_is_mended_by_repeating_it(
    index: AzureChunkIndex, proxy: FaultyProxy, server: SearchServer
) -> None:
    of, made = handbook()
    for requests_before in range(4):
        await keep(index)
        edited = chunks(of, f"a stork {requests_before}", "a crane stands")
        proxy.faults.extend([*[None] * requests_before, *[Fault.BROKEN] * 4])  # type: ignore[list-item]
        with pytest.raises(StoreUnavailable):
            await index.replace(of, edited, vectors((0, 0, 1), (0, 1, 0)))
        assert made[1].id in server.indexes["chunks"].kept
        await index.replace(of, edited, vectors((0, 0, 1), (0, 1, 0)))
        assert await index.chunks_of(BASE, of.id) == edited


async def test_an_answer_of_another_shape_is_a_typed_error() -> None:
    class Misshapen(SearchServer):
        def _write(self, name: str, content: bytes) -> Response:
            return JSONResponse({"results": []})

    with Misshapen() as other:
        index = opened(other.endpoint)
        with pytest.raises(StoreUnavailable):
            await keep(index)
        await index.close()
