"""The rows of the matrix for Azure AI Search: the index itself, what is written, asked and reranked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from infra.azure.search import AzureChunkIndex, SemanticReranker
from infra.azure.search.connection import Patience
from infra.azure.search.schema import index_definition
from shared.domain.access import EVERYONE, Principal, Scope
from shared.domain.answers import Hit, Question
from shared.domain.errors import (
    BadRequest,
    BadSetting,
    DeadlineExceeded,
    ModelUnavailable,
    RateLimited,
    StoreUnavailable,
)
from tests.contract.index_grounds import DIMENSIONS, CountedVersions
from tests.contract.passages import BASE, READER, chunks, document, vectors
from tests.fakes.azure_search import KEY, SearchServer
from tests.faults.cells import Adapter, Limits, Standing, Surroundings, running
from tests.faults.gates import HttpGate
from tests.faults.kinds import NOT_OF_HTTP, ONLY_VECTORS, Kind

OF = document("handbook.md")
MADE = chunks(OF, "a heron wades", "a crane stands")
MEANT = vectors((1, 0, 0), (0, 1, 0))
QUESTION = Question(Principal("heron", "ann"), Scope(BASE, frozenset({EVERYONE})), "Where does the crane stand?")
ERRORS = (StoreUnavailable, RateLimited, DeadlineExceeded)


def patience(limits: Limits, repeats: int = 3) -> Patience:
    """Return the limits in the words of the adapter."""
    return Patience(limits.attempt, limits.call, repeats, 0.01)


def index_at(address: str, limits: Limits, dimensions: int = DIMENSIONS) -> AzureChunkIndex:
    """Return an index whose vectors have so many numbers."""
    return AzureChunkIndex(address, KEY, "chunks", dimensions, CountedVersions(), patience(limits))


@cache
def first_definition() -> None:
    """Let the SDK get to know its own classes, for which it wants to be on one thread alone."""
    index_definition("first", DIMENSIONS)


async def written(server: SearchServer, dimensions: int = DIMENSIONS, kept: bool = True) -> None:
    """Create the index, with the handbook in it where it is to be kept."""
    first_definition()
    sound = index_at(server.endpoint, Limits(30.0), dimensions)
    await sound.prepare()
    if kept:
        await sound.replace(OF, MADE, MEANT)
    await sound.close()


@asynccontextmanager
async def definition(_: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """The index is created; with another length of its vectors, it is there already."""
    async with running(SearchServer()) as server:
        await written(server, DIMENSIONS + 1, kept=False)
        other = server.indexes.pop("chunks")

        def dimension(on: bool) -> None:
            if on:
                server.indexes["chunks"] = other
            elif server.indexes.get("chunks") is other:
                del server.indexes["chunks"]

        async def single(_: int) -> bool:
            return list(server.indexes) == ["chunks"]

        gate = HttpGate(server.endpoint, {Kind.WRONG_DIMENSION: dimension})
        index = index_at(gate.address, limits)
        yield Standing(gate, index.prepare, None, 2, single, KEY)
        await index.close()


@asynccontextmanager
async def upload(_: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """A document is written; with vectors of another length, it is refused."""
    async with running(SearchServer()) as server:
        await written(server, kept=False)
        given = [MEANT]

        def dimension(on: bool) -> None:
            given[0] = vectors((1, 0, 0, 0), (0, 1, 0, 0)) if on else MEANT

        async def single(_: int) -> bool:
            texts = [kept.get("text_en", "") for kept in server.indexes["chunks"].kept.values()]
            return len(texts) == 3 and all(texts.count(each.text) == 1 for each in MADE)

        gate = HttpGate(server.endpoint, {Kind.WRONG_DIMENSION: dimension})
        index = index_at(gate.address, limits)
        yield Standing(gate, lambda: index.replace(OF, MADE, given[0]), None, 4, single, KEY)
        await index.close()


@asynccontextmanager
async def removal(_: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """A document is removed."""
    async with running(SearchServer()) as server:
        await written(server)

        async def single(_: int) -> bool:
            return not server.indexes["chunks"].kept

        gate = HttpGate(server.endpoint)
        index = index_at(gate.address, limits)
        yield Standing(gate, lambda: index.remove(BASE, OF.id), None, 4, single, KEY)
        await index.close()


@asynccontextmanager
async def query(_: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """A question is asked by its words and by its meaning."""
    async with running(SearchServer()) as server:
        await written(server)
        gate = HttpGate(server.endpoint)
        index = index_at(gate.address, limits)

        async def best() -> list[str]:
            by_words = await index.by_words(READER, "heron", 1)
            by_meaning = await index.by_meaning(READER, vectors((0, 1, 0))[0], 1)
            return [each.chunk_id for each in (*by_words, *by_meaning)]

        yield Standing(gate, best, [each.id for each in MADE], 3, secret=KEY)
        await index.close()


@asynccontextmanager
async def semantic(_: Surroundings, limits: Limits) -> AsyncIterator[Standing]:
    """The service's own ranker reads passages."""
    async with running(SearchServer()) as server:
        await written(server)
        gate = HttpGate(server.endpoint)
        reranker = SemanticReranker(gate.address, KEY, "chunks", patience(limits, repeats=1))

        async def best() -> int:
            scores = (await reranker.rerank(QUESTION, [Hit(each, OF.name, 0.5) for each in MADE])).scores
            return scores.index(max(scores))

        yield Standing(gate, best, 1, secret=KEY)
        await reranker.close()


QUERIES = {**NOT_OF_HTTP, Kind.WRONG_DIMENSION: "a vector of another length is not sent: it finds nothing"}
LASTING = (Kind.WRONG_DIMENSION, Kind.EXPIRED)

SEARCH = (
    Adapter("AI Search, the index", definition, (*ERRORS, BadSetting), ONLY_VECTORS, LASTING),
    Adapter("AI Search, upload", upload, (*ERRORS, BadRequest), ONLY_VECTORS, LASTING),
    Adapter("AI Search, removal", removal, ERRORS, NOT_OF_HTTP),
    Adapter("AI Search, query", query, ERRORS, QUERIES),
    Adapter("AI Search, semantic ranker", semantic, (ModelUnavailable, RateLimited, DeadlineExceeded), NOT_OF_HTTP),
)
