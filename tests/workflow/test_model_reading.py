"""A model's reading that is cut, repeated or overtaken: nothing is paid twice, nothing of the dead comes back."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from functions.bootstrap import local_ground
from functions.rooms import Services, build
from shared.domain.access import BaseKey, Principal
from shared.domain.jobs import IngestionJob
from shared.services.extraction import ATTEMPTS, LONGEST_REST
from shared.settings import Settings
from tests.fakes.extractor import extracted
from tests.fakes.openai_server import KEY, OpenAIServer
from tests.workflow.shelf import Run, bytes_of, cells

BASE = BaseKey("local", "default")
PRINCIPAL = Principal("local", "ana")
TEXT = "# {mark}\n\nAda Quill works for {mark} Works in Port Ellery. Bruno Vale of {mark} Works met Ada Quill there.\n"


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer(extracted) as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, server: OpenAIServer) -> Settings:
    chat = {"chat_base_url": server.base_url, "chat_api_key": KEY, "chat_model": "loopback"}
    return Settings(data_dir=tmp_path, embedder="none", extraction="model", **chat)


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    built = build(settings, local_ground(settings))
    yield built
    await built.close()


async def ingest(services: Services, name: str, mark: str) -> IngestionJob:
    """Take a document in and let it wait for the model."""
    await services.bases.ensure(BASE)
    job = await services.documents.upload(PRINCIPAL, BASE, name, bytes_of(TEXT.format(mark=mark).encode()))
    await Run(services, job, mark).to_the_end()
    assert services.extraction
    await services.extraction.wait(BASE, job.document_id)
    return job


async def read(services: Services) -> dict[str, Any]:
    """Plan and read every pack, and stop there."""
    assert services.extraction
    plan: Any = await services.extraction.plan(BASE)
    for number in range(plan["packs"]):
        assert await services.extraction.read(BASE, plan["plan"], number) == ""
    return dict(plan)


async def apply(services: Services, plan: dict[str, Any]) -> None:
    """Put into the graph what was read."""
    assert services.extraction
    await services.extraction.apply(BASE, plan["plan"], [])


def stated(folder: Path) -> int:
    """How many relations of the model the graph holds."""
    return sum("uses" in text and "0.9" in text for table, text in cells(folder) if table.endswith("graph_relation"))


async def test_small_documents_share_one_call(services: Services, server: OpenAIServer, tmp_path: Path) -> None:
    for place in range(20):
        await ingest(services, f"{place}.md", f"Mark{chr(97 + place)}")
    await apply(services, await read(services))
    assert len(server.requests) == 1
    assert stated(tmp_path) >= 20


async def test_a_run_that_is_cut_after_its_calls_pays_nothing_when_it_is_repeated(
    services: Services, settings: Settings, server: OpenAIServer, tmp_path: Path
) -> None:
    await ingest(services, "a.md", "Heron")
    await read(services)
    await services.close()
    again = build(settings, local_ground(settings))
    plan = await read(again)
    assert plan["packs"] == 0
    await apply(again, plan)
    await apply(again, plan)
    assert len(server.requests) == 1
    assert stated(tmp_path) > 0
    await again.close()


async def test_each_step_may_run_twice(services: Services, server: OpenAIServer, tmp_path: Path) -> None:
    await ingest(services, "a.md", "Heron")
    plan = await read(services)
    assert services.extraction
    assert await services.extraction.read(BASE, plan["plan"], 0) == ""
    assert len(server.requests) == 1
    await apply(services, plan)
    once = stated(tmp_path)
    await apply(services, plan)
    assert stated(tmp_path) == once > 0


async def test_a_run_that_is_cut_while_it_sweeps_up_leaves_no_file(services: Services, tmp_path: Path) -> None:
    await ingest(services, "a.md", "Heron")
    plan = await read(services)
    (documents,) = (tmp_path / "work").rglob("documents.json")
    documents.unlink()
    await apply(services, plan)
    assert list((tmp_path / "work").rglob("*.json")) == []


async def test_a_document_that_is_deleted_while_the_model_reads_leaves_nothing(
    services: Services, tmp_path: Path
) -> None:
    job = await ingest(services, "a.md", "Quetzal")
    assert services.extraction
    plan: Any = await services.extraction.plan(BASE)
    await services.documents.delete(PRINCIPAL, job.document_id)
    for number in range(plan["packs"]):
        await services.extraction.read(BASE, plan["plan"], number)
    await apply(services, plan)
    assert [table for table, text in cells(tmp_path) if "quetzal" in text] == []
    assert list((tmp_path / "work").rglob("*.json")) == []


async def test_a_document_that_is_edited_while_the_model_reads_waits_again_and_pays_for_the_change(
    services: Services, server: OpenAIServer, tmp_path: Path
) -> None:
    await ingest(services, "a.md", "Heron")
    plan = await read(services)
    await ingest(services, "a.md", "Tern")
    await apply(services, plan)
    assert [table for table, text in cells(tmp_path) if "heron" in text and "extraction" in table] == []
    await apply(services, await read(services))
    assert len(server.requests) == 2
    assert stated(tmp_path) > 0


async def test_the_money_of_every_call_is_settled(services: Services, tmp_path: Path) -> None:
    await ingest(services, "a.md", "Heron")
    await apply(services, await read(services))
    booked = [text for table, text in cells(tmp_path) if table == "ledger.sqlite:calls"]
    assert len(booked) == 1
    assert "settled" in booked[0]


@pytest.mark.parametrize(
    ("refusals", "seconds", "rests", "requests"),
    [
        (1, LONGEST_REST, [LONGEST_REST], 2),
        (1, LONGEST_REST + 1, [], 1),
        (ATTEMPTS, 90.0, [90.0, 90.0], ATTEMPTS),
    ],
)
async def test_a_model_that_wants_to_be_left_alone_for_long_is_left_alone_between_two_calls(
    services: Services, server: OpenAIServer, refusals: int, seconds: float, rests: list[float], requests: int
) -> None:
    rested: list[float] = []

    async def rest(seconds: float) -> None:
        rested.append(seconds)

    await ingest(services, "a.md", "Heron")
    assert services.extraction
    reader = replace(services.extraction, sleep=rest)
    plan: Any = await reader.plan(BASE)
    server.refusals += [(429, {"retry-after": str(seconds)})] * refusals
    reason = await reader.read(BASE, plan["plan"], 0)
    assert (rested, len(server.requests)) == (rests, requests)
    assert reason == ("" if requests > refusals else "the model takes no more calls for now")
