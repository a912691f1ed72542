"""The grounds that contracts run over."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from infra.azure.identity import ProcessIdentity
from tests.contract.graph_grounds import GraphGround, OnAzure, OnSqlite, servers
from tests.contract.graphs import Ground
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.loopback import LoopbackServer
from tests.fakes.managed_identity import FIRST, HEADER, ManagedIdentity
from tests.parts.fixtures import blob_service, gremlin

__all__ = ["blob_service", "cosmos_server", "gremlin", "ground"]


@pytest.fixture(scope="session")
def azure_ground(gremlin: str) -> Iterator[OnAzure]:
    with ExitStack() as started:
        yield OnAzure([started.enter_context(server) for server in servers(gremlin)])


@pytest.fixture(params=["sqlite", "azure"])
def ground_of_graphs(request: pytest.FixtureRequest) -> GraphGround:
    made: GraphGround = OnSqlite() if request.param == "sqlite" else request.getfixturevalue("azure_ground")
    return made


@pytest.fixture
async def ground(ground_of_graphs: GraphGround, tmp_path: Path) -> AsyncIterator[Ground]:
    async with ground_of_graphs.open(tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def cosmos_server() -> Iterator[CosmosServer]:
    with CosmosServer() as server:
        yield server


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[ManagedIdentity]:
    platform = ManagedIdentity("client-1", FIRST)
    with LoopbackServer(platform.app) as server:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{server.address}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", HEADER)
        monkeypatch.setenv("PATH", "")  # no `az` and no `azd`
        yield platform


@pytest.fixture
async def identity(platform: ManagedIdentity) -> AsyncIterator[ProcessIdentity]:
    identity = ProcessIdentity("client-1")
    yield identity
    await identity.close()
