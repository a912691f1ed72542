"""What the cells of one process share."""

from collections.abc import Iterator

import pytest

from tests.fakes.cosmos.server import CosmosServer
from tests.parts.fixtures import blob_service

__all__ = ["blob_service"]


@pytest.fixture(scope="session")
def cosmos_server() -> Iterator[CosmosServer]:
    with CosmosServer() as server:
        yield server
