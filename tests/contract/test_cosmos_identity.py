"""The state store takes the process's identity, over TLS alone, and says when it is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from azure.core.credentials import AccessToken

from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.version_counter import CosmosVersionCounter
from shared.domain.access import BaseKey
from shared.domain.errors import StoreUnavailable
from tests.contract.state_grounds import patient
from tests.fakes.certificates import loopback_certificate
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.cosmos.signature import KEY

BASE = BaseKey("heron", "handbook")


class Identity:
    """Gives one token, as a managed identity does."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.scopes: set[str] = set()

    async def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        self.scopes.update(scopes)
        return AccessToken(self.token, 4_000_000_000)

    async def close(self) -> None:
        self.token = ""

    async def __aenter__(self) -> "Identity":
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CosmosServer]:
    with CosmosServer(certificate=loopback_certificate(tmp_path_factory.mktemp("tls")), token="good") as server:
        yield server


async def test_the_identity_of_the_process_is_enough(server: CosmosServer) -> None:
    identity = Identity("good")
    connection = CosmosConnection(server.endpoint, identity, "d")
    await connection.create_containers()
    assert await CosmosVersionCounter(connection).raise_version(BASE) == 1
    assert identity.scopes == {"https://127.0.0.1/.default"}
    await connection.close()


async def test_an_expired_token_is_a_typed_error_that_shows_no_token(server: CosmosServer) -> None:
    connection = CosmosConnection(server.endpoint, Identity("expired"), "d", patient(10))
    with pytest.raises(StoreUnavailable) as refused:
        await connection.ping()
    assert refused.value.details["status"] == 401
    assert "expired" not in str(refused.value)
    await connection.close()


def test_a_key_is_not_shown_with_the_connection() -> None:
    assert KEY not in repr(CosmosConnection("https://127.0.0.1", KEY, "d"))
