"""The token of the process's identity opens each service, over TLS, and is renewed before and after it expires."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from functions.azure_ground import GREMLIN_SCOPE, MODELS_SCOPE
from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.gremlin.connection import Connection as GremlinConnection
from infra.azure.gremlin.scripts import CHUNKS_OF
from infra.azure.identity import IdentityToken, ProcessIdentity
from infra.azure.search import AzureChunkIndex
from infra.openai_compatible.embedder import CompatibleEmbedder
from infra.openai_compatible.patience import Patience
from shared.domain.errors import StoreUnavailable, Unavailable
from tests.contract.index_grounds import CountedVersions
from tests.fakes.azure_search import SearchServer
from tests.fakes.certificates import loopback_certificate, trust
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.cosmos_gremlin import DATABASE, GRAPH, CosmosGremlin, Fault
from tests.fakes.managed_identity import FIRST, ManagedIdentity
from tests.fakes.openai_server import OpenAIServer

QUESTION = {"tenant": "heron", "base": "handbook", "document": "d1"}


@dataclass(frozen=True)
class Door:
    """A service that one token opens: how to ask it, how to change that token, and what tokens are asked for."""

    ask: Callable[[], Awaitable[object]]
    takes: Callable[[str], None]
    resource: str


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return loopback_certificate(tmp_path_factory.mktemp("tls"))


def graph_of(server: CosmosGremlin, identity: ProcessIdentity) -> GremlinConnection:
    token = IdentityToken(identity, GREMLIN_SCOPE)
    return GremlinConnection(server.endpoint, token, DATABASE, GRAPH, connections=1)


@asynccontextmanager
async def graph_door(identity: ProcessIdentity, certificate: tuple[Path, Path]) -> AsyncIterator[Door]:
    with CosmosGremlin(key=FIRST, certificate=certificate) as server:
        connection = graph_of(server, identity)
        takes = partial(setattr, server, "key")
        yield Door(lambda: connection.run(CHUNKS_OF, **QUESTION), takes, "https://cosmos.azure.com")
        await connection.close()


@asynccontextmanager
async def search_door(identity: ProcessIdentity, certificate: tuple[Path, Path]) -> AsyncIterator[Door]:
    with SearchServer(certificate) as server:
        server.token = FIRST
        index = AzureChunkIndex(server.endpoint, identity, "chunks", 4, CountedVersions())
        yield Door(index.ping, partial(setattr, server, "token"), "https://search.azure.com")
        await index.close()


@asynccontextmanager
async def state_door(identity: ProcessIdentity, certificate: tuple[Path, Path]) -> AsyncIterator[Door]:
    with CosmosServer(certificate=certificate, token=FIRST) as server:
        connection = CosmosConnection(server.endpoint, identity, "d")
        yield Door(connection.create_containers, partial(setattr, server, "token"), "https://127.0.0.1")
        await connection.close()


@asynccontextmanager
async def models_door(identity: ProcessIdentity, certificate: tuple[Path, Path]) -> AsyncIterator[Door]:
    """The SDK of the models sends a token over any connection; the settings take https alone."""
    with OpenAIServer() as server:
        server.key = FIRST
        token = IdentityToken(identity, MODELS_SCOPE)
        embedder = CompatibleEmbedder(f"{server.endpoint}/openai/v1/", token, "embedding", 4, Patience(20.0, retries=0))
        takes = partial(setattr, server, "key")
        yield Door(lambda: embedder.embed(["pump"]), takes, "https://cognitiveservices.azure.com")
        await embedder.close()


@pytest.fixture(params=[graph_door, search_door, state_door, models_door], ids=lambda opened: opened.__name__)
async def door(
    request: pytest.FixtureRequest, identity: ProcessIdentity, certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Door]:  # fmt: skip
    trust(monkeypatch, certificate[0])
    async with request.param(identity, certificate) as opened:
        yield opened


async def test_the_token_of_the_identity_opens_the_service(door: Door, platform: ManagedIdentity) -> None:
    await door.ask()
    await door.ask()
    assert platform.resources == [door.resource]


async def test_a_token_that_is_over_is_renewed_before_anybody_is_refused(door: Door, platform: ManagedIdentity) -> None:
    platform.lifetime = 0
    await door.ask()
    platform.token = "token-2"
    door.takes("token-2")
    await door.ask()
    assert set(platform.resources) == {door.resource}


async def test_a_token_of_another_is_refused_and_shown_to_nobody(door: Door) -> None:
    door.takes("another")
    with pytest.raises(Unavailable) as refused:
        await door.ask()
    assert FIRST not in str(refused.value)


async def test_a_token_that_expires_on_an_open_connection_costs_one_more_try(
    identity: ProcessIdentity,
    platform: ManagedIdentity,
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trust(monkeypatch, certificate[0])
    platform.lifetime = 0
    with CosmosGremlin(key=FIRST, certificate=certificate) as server:
        connection = graph_of(server, identity)
        await connection.run(CHUNKS_OF, **QUESTION)
        server.faults.append(Fault.EXPIRED)
        await connection.run(CHUNKS_OF, **QUESTION)
        await connection.close()
    assert (len(server.executed), server.connected, server.keys) == (2, 2, [FIRST, FIRST])


async def test_a_graph_database_under_a_certificate_of_nobody_gets_no_token(
    identity: ProcessIdentity, platform: ManagedIdentity, certificate: tuple[Path, Path]
) -> None:
    with CosmosGremlin(key=FIRST, certificate=certificate) as server:
        token = IdentityToken(identity, GREMLIN_SCOPE)
        connection = GremlinConnection(server.endpoint, token, DATABASE, GRAPH, deadline_seconds=1)
        with pytest.raises(StoreUnavailable):
            await connection.run(CHUNKS_OF, **QUESTION)
        await connection.close()
    assert (server.connected, server.keys) == (0, [])
