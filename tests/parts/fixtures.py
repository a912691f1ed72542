"""Fixtures that start a part once for all tests of a process, and skip with the reason where it is not there."""

from collections.abc import Iterator

import pytest

from tests.parts.azurite import AZURITE, RunningAzurite, azurite
from tests.parts.chromium import Program
from tests.parts.gremlin_server import GREMLIN_SERVER, gremlin_server
from tests.parts.part import Part


def there(part: Part | Program) -> None:
    """Skip the test that asks, with the reason, where the part cannot be used."""
    if reason := part.lacking():
        pytest.skip(reason)


@pytest.fixture(scope="session")
def blob_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAzurite]:
    """Blob Storage, empty at the start of the session."""
    there(AZURITE)
    with azurite(tmp_path_factory.mktemp("azurite")) as running:
        yield running


@pytest.fixture(scope="session")
def gremlin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Gremlin Server with empty graphs."""
    there(GREMLIN_SERVER)
    with gremlin_server(tmp_path_factory.mktemp("gremlin")) as endpoint:
        yield endpoint
