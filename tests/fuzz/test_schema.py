"""What the API's own description generates: never a failure of the service, and every answer as it is described."""

import asyncio
import copy
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import function_app  # noqa: F401 - its import declares the operations
from functions.openapi import description
from functions.operation import OPERATIONS
from infra.local.command_line.connection import client_of
from infra.local.command_line.serving import local_host
from shared.settings import Settings
from tests.functions.conftest import put

CASES_IN_ALL = 10_000
FEW = 5
"""Cases of each operation in the usual run; all of them in the slow one."""

CHECKS = (
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
LASTING = {"follow_documents"}
"""Streams that go on for minutes where nothing is wrong with the request; they have tests of their own."""

OF_HERE = [each.name for each in OPERATIONS if each.name not in LASTING]


class House:
    """A served house on a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self._ready, self._told = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(folder)), daemon=True)
        self.address = self.document = ""

    def __enter__(self) -> "House":
        self._thread.start()
        assert self._ready.wait(60)
        return self

    def here(self, path: str) -> dict[str, str]:
        """Return parameters of a path that lead to something."""
        if "/documents/{id}" in path:
            return {"id": self.document}
        return {"id": "default", "dataset_id": "default"} if "knowledge" in path else {}

    def __exit__(self, *ended: object) -> None:
        self._loop.call_soon_threadsafe(self._told.set)
        self._thread.join(60)

    async def _serve(self, folder: Path) -> None:
        self._loop = asyncio.get_running_loop()
        host = local_host(Settings(data_dir=folder, embedder="none", drain_seconds=0.5))
        async with host.serving(port=0) as self.address:
            async with client_of(self.address, "") as client:
                await client.post("knowledge/bases", json={"name": "Default"})
                self.document = (await put(client, "skerry.md", "# Skerry\n\nAda Quill built it."))["document_id"]
            self._ready.set()
            await self._told.wait()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="module")
def schema() -> Any:
    made = schemathesis.openapi.from_dict(description())
    made.config.generation = GenerationConfig(modes=list(GenerationMode))
    return made


def test_everything_but_a_lasting_stream_is_tried() -> None:
    assert {each.name for each in OPERATIONS} - set(OF_HERE) == LASTING


def test_an_answer_that_is_not_as_described_is_noticed(house: House) -> None:
    told = copy.deepcopy(description())
    told["components"]["schemas"]["KnowledgeBaseList"]["required"].append("nothing of the kind")
    made = schemathesis.openapi.from_dict(told)
    with pytest.raises(BaseExceptionGroup):
        tried(house, made, "list_knowledge_bases", 1)


def tried(house: House, schema: Any, name: str, cases: int, *, anew: bool = False) -> int:
    """Send generated requests of one operation, check every answer, and return how many there were.

    An operation that takes little has few cases. They are the same every time, unless they are to be made `anew`.
    """
    described, count = schema.find_operation_by_id(name), 0
    bodies = st.one_of(*(described.as_strategy(generation_mode=mode) for mode in modes_of(described)))

    @settings(
        max_examples=cases,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=not anew,
    )
    @given(case=bodies, is_here=st.booleans())
    def sent(case: Any, is_here: bool) -> None:
        nonlocal count
        count += 1
        # What is there is to be there for the next operation too.
        if is_here and case.path_parameters and case.method != "DELETE":
            case.path_parameters = {**case.path_parameters, **house.here(described.path)}
        case.call_and_validate(base_url=house.address, checks=CHECKS, timeout=60)

    sent()
    return count


def modes_of(described: Any) -> list[GenerationMode]:
    """What to generate: requests that fit, and where there is something to get wrong, others."""
    takes = [*described.path_parameters, *described.query, *described.body]
    return [*GenerationMode] if takes else [GenerationMode.POSITIVE]


@pytest.mark.parametrize("name", OF_HERE)
def test_what_an_operation_describes_is_what_it_does(house: House, schema: Any, name: str) -> None:
    tried(house, schema, name, FEW)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_ten_thousand_cases_find_no_failure(house: House, schema: Any) -> None:
    count = 0
    while count < CASES_IN_ALL:
        count += sum(tried(house, schema, name, CASES_IN_ALL // len(OF_HERE), anew=True) for name in OF_HERE)
    print(f"{count} cases of {len(OF_HERE)} operations")  # noqa: T201 - the figure
