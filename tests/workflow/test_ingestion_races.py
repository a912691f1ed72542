"""What happens to a document while one of its steps is in the middle of its work."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from functions.bootstrap import Ground
from shared.domain.documents import DocumentState, document_id
from shared.domain.errors import NotFound
from tests.security.archive import BASE, STAFF, Archive, archive
from tests.workflow.shelf import Run, bytes_of, cells

FIRST = b"# Skerry\n\nThe Skerry lighthouse was built by Ada Quill.\n"
SECOND = b"# Gannet\n\nThe Gannet lighthouse was built by Ben Orr.\n"
NAME = "lights.md"
Meanwhile = Callable[[], Awaitable[Any]]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Archive]:
    async with archive(tmp_path / "house") as opened:
        await opened.services.bases.ensure(BASE)
        yield opened


def interrupted(ground: Ground, step: str, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something happen once, right before a port or a part of a step does its work."""
    owner, name = {
        "embed": (type(ground.embedder), "embed"),
        "index": (type(ground.index), "replace"),
        "extract": (type(ground.graph), "record"),
        "publish": (type(ground.graph), "publish"),
        "finish": (type(ground.catalog), "advance_document"),
    }[step]
    work, waiting = getattr(owner, name), [meanwhile]

    async def late(*arguments: Any, **named: Any) -> Any:
        is_due = step != "finish" or arguments[1].state is DocumentState.READY
        if is_due and waiting:
            await waiting.pop()()
        return await work(*arguments, **named)

    monkeypatch.setattr(owner, name, late)


STEPS = ("embed", "index", "extract", "publish", "finish")


@pytest.mark.parametrize("step", STEPS)
async def test_a_document_deleted_in_the_middle_of_a_step_stays_deleted(
    house: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    job = await house.documents.upload(BASE, NAME, bytes_of(FIRST))
    interrupted(house.ground, step, lambda: house.documents.delete(STAFF, job.document_id), monkeypatch)
    run = Run(house.services, job, FIRST)
    await run.to_the_end()
    assert run.has_failed
    with pytest.raises(NotFound):
        await house.documents.get(STAFF, job.document_id)
    assert await house.ground.index.document_ids(BASE) == set()
    assert [where for where, row in cells(tmp_path / "house") if "quill" in row or job.document_id in row] == []
    assert [each for each in (tmp_path / "house/work").rglob("*") if each.is_file()] == []


@pytest.mark.parametrize("step", STEPS)
async def test_a_version_uploaded_in_the_middle_of_a_step_is_the_one_that_is_shown(
    house: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    runs: list[Run] = []

    async def replaced() -> None:
        runs.append(Run(house.services, await house.documents.upload(BASE, NAME, bytes_of(SECOND)), SECOND))

    job = await house.documents.upload(BASE, NAME, bytes_of(FIRST))
    interrupted(house.ground, step, replaced, monkeypatch)
    first = Run(house.services, job, FIRST)
    await first.to_the_end()
    assert first.has_failed
    await runs[0].to_the_end()
    assert not runs[0].has_failed
    document = await house.documents.get(STAFF, job.document_id)
    assert (document.state, document.reason) == (DocumentState.READY, "")
    assert [where for where, row in cells(tmp_path / "house") if "quill" in row] == []
    (hit,) = (await house.services.retriever.find(house.question(STAFF, "Who built the lighthouse?"))).hits
    assert "Ben Orr" in hit.chunk.text


async def test_a_whole_version_taken_in_while_the_former_is_extracted_leaves_nothing_of_the_former(
    house: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def overtaken() -> None:
        await Run(house.services, await house.documents.upload(BASE, NAME, bytes_of(SECOND)), SECOND).to_the_end()

    job = await house.documents.upload(BASE, NAME, bytes_of(FIRST))
    interrupted(house.ground, "extract", overtaken, monkeypatch)
    await Run(house.services, job, FIRST).to_the_end()
    assert (await house.documents.get(STAFF, job.document_id)).state is DocumentState.READY
    assert [where for where, row in cells(tmp_path / "house") if "quill" in row] == []


async def test_a_file_that_comes_back_while_its_document_is_forgotten_is_kept(
    house: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.add(NAME, FIRST.decode())
    file = tmp_path / "house/documents/heron/handbook" / NAME
    file.unlink()

    async def back() -> None:
        await asyncio.to_thread(file.write_bytes, SECOND)
        assert await house.services.arrivals.arrived(BASE, NAME)

    interrupted(house.ground, "publish", back, monkeypatch)
    await house.services.arrivals.vanished(BASE, NAME)
    assert file.read_bytes() == SECOND
    document = await house.documents.get(STAFF, document_id(BASE, NAME))
    assert document.state is DocumentState.RECEIVED
    (job,) = await house.services.reconciliation.run()
    await Run(house.services, job, SECOND).to_the_end()
    assert (await house.documents.get(STAFF, document.id)).state is DocumentState.READY
