"""The grounds that contracts run over."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.graphs import Ground, stand


@pytest.fixture(params=["sqlite"])
async def ground(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ground]:
    made, database = stand(tmp_path)
    yield made
    database.close()
