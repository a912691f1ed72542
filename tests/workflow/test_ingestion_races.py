"""What happens to a document while one of its steps is in the middle of its work."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.ground import Ground
from shared.domain.documents import DocumentState, document_id
from shared.domain.errors import NotFound, StoreUnavailable
from shared.domain.jobs import IngestionJob
from tests.security.archive import ARCHIVIST, BASE, DIRECTOR, SECRET, STAFF, Archive, archive, unnoted
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
    job = await house.documents.upload(STAFF, BASE, NAME, bytes_of(FIRST))
    interrupted(house.ground, step, lambda: house.documents.delete(STAFF, job.document_id), monkeypatch)
    run = Run(house.services, job, FIRST)
    await run.to_the_end()
    assert run.has_failed
    with pytest.raises(NotFound):
        await house.documents.get(STAFF, job.document_id)
    assert await house.ground.index.documents(BASE) == {}
    assert [where for where, row in cells(tmp_path / "house") if "quill" in row or job.document_id in row] == []
    assert [each for each in (tmp_path / "house/work").rglob("*") if each.is_file()] == []


@pytest.mark.parametrize("step", STEPS)
async def test_a_document_cancelled_in_the_middle_of_a_step_is_not_to_be_found_until_it_is_read_again(
    house: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    ended: list[IngestionJob] = []

    async def end(job: IngestionJob) -> None:
        ended.append(job)

    job = await house.documents.upload(STAFF, BASE, NAME, bytes_of(FIRST))
    runs = house.services.knowledge.runs
    interrupted(house.ground, step, lambda: runs.cancel(STAFF, job.document_id, end), monkeypatch)
    run = Run(house.services, job, FIRST)
    await run.to_the_end()
    assert (run.has_failed, ended) == (True, [job])
    document = await house.documents.get(STAFF, job.document_id)
    assert (document.state, document.chunk_count, "cancelled" in document.reason) == (DocumentState.FAILED, 0, True)
    assert await house.ground.index.documents(BASE) == {}
    assert [where for where, row in cells(tmp_path / "house") if "quill" in row] == []
    assert [each for each in (tmp_path / "house/work").rglob("*") if each.is_file()] == []
    assert await house.services.reconciliation.run() == []
    assert await house.services.arrivals.arrived(BASE, NAME) is None
    assert await runs.retry(STAFF, job.document_id, end) == job
    await Run(house.services, job, FIRST).to_the_end()
    assert (await house.documents.get(STAFF, job.document_id)).state is DocumentState.READY


async def test_what_a_cancelled_run_left_in_the_index_is_swept_up(
    house: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(job: IngestionJob) -> None:
        raise AssertionError("the process died before its step looked again")

    async def end(job: IngestionJob) -> None:
        pass

    job = await house.documents.upload(STAFF, BASE, NAME, bytes_of(FIRST))
    cancelled = house.services.knowledge.runs.cancel
    interrupted(house.ground, "index", lambda: cancelled(STAFF, job.document_id, end), monkeypatch)
    monkeypatch.setattr(type(house.services.ingestion), "still_present", lambda self, job: lost(job))
    with pytest.raises(AssertionError):
        await Run(house.services, job, FIRST).to_the_end()
    assert set(await house.ground.index.documents(BASE)) == {job.document_id}
    assert await house.services.reconciliation.run() == []
    assert await house.ground.index.documents(BASE) == {}


@pytest.mark.parametrize("step", STEPS)
async def test_a_version_uploaded_in_the_middle_of_a_step_is_the_one_that_is_shown(
    house: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    runs: list[Run] = []

    async def replaced() -> None:
        runs.append(Run(house.services, await house.documents.upload(STAFF, BASE, NAME, bytes_of(SECOND)), SECOND))

    job = await house.documents.upload(STAFF, BASE, NAME, bytes_of(FIRST))
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


@pytest.mark.parametrize("step", STEPS)
async def test_labels_changed_in_the_middle_of_a_step_hold(
    house: Archive, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    job = await house.documents.upload(STAFF, BASE, NAME, bytes_of(FIRST))
    interrupted(
        house.ground, step, lambda: house.documents.relabel(STAFF, job.document_id, SECRET, unnoted), monkeypatch
    )
    run = Run(house.services, job, FIRST)
    await run.to_the_end()
    assert not run.has_failed
    assert (await house.documents.get(DIRECTOR, job.document_id)).access == SECRET
    assert await house.ground.index.documents(BASE) == {job.document_id: SECRET}
    assert (await house.services.retriever.find(house.question(STAFF, "Who built the lighthouse?"))).hits == ()
    assert (await house.services.retriever.find(house.question(DIRECTOR, "Who built the lighthouse?"))).hits


async def test_a_cut_change_of_labels_is_mended(house: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    id = await house.add(NAME, FIRST.decode())

    async def away(*_: Any) -> None:
        raise StoreUnavailable("the index is away")

    with monkeypatch.context() as patched:
        patched.setattr(type(house.ground.index), "relabel", away)
        with pytest.raises(StoreUnavailable):
            await house.documents.relabel(ARCHIVIST, id, SECRET, unnoted)
    assert await house.services.reconciliation.run() == []
    assert await house.ground.index.documents(BASE) == {id: SECRET}


async def test_of_several_changes_of_labels_at_once_one_is_everywhere(house: Archive) -> None:
    id = await house.add(NAME, FIRST.decode())
    wanted = [frozenset({f"user:{number}"}) for number in range(4)]
    tasks = (house.documents.relabel(ARCHIVIST, id, each, unnoted) for each in wanted)
    await asyncio.gather(*tasks, return_exceptions=True)
    labels = (await house.documents.get(ARCHIVIST, id)).access
    assert labels in wanted
    assert await house.ground.index.documents(BASE) == {id: labels}


async def test_an_upload_that_breaks_off_leaves_nothing(house: Archive) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"# Skerry"
        raise StoreUnavailable("the connection ended")

    with pytest.raises(StoreUnavailable):
        await house.documents.upload(STAFF, BASE, NAME, broken(), SECRET)
    assert await house.documents.list(house.question(DIRECTOR, "?").scope, 10, "") == []
    with pytest.raises(NotFound):
        await house.documents.get(STAFF, document_id(BASE, NAME))


async def test_a_document_whose_bytes_are_on_their_way_is_waited_for_an_hour(house: Archive) -> None:
    reserved = await house.documents.reserved(STAFF, BASE, NAME, SECRET)
    for minutes, is_there in ((59, True), (60, False)):
        late = replace(house.documents, clock=lambda ago=minutes: reserved.updated_at + timedelta(minutes=ago))
        assert await replace(house.services.reconciliation, documents=late).run() == []
        assert (await house.ground.catalog.document(BASE, reserved.id) is not None) is is_there


async def test_a_file_that_is_seen_before_its_upload_is_registered_keeps_the_labels_of_the_upload(
    house: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = type(house.ground.files).write

    async def seen(files: Any, path: str, content: Any) -> str:
        etag = await write(files, path, content)
        assert await house.services.arrivals.arrived(BASE, NAME)
        return etag

    monkeypatch.setattr(type(house.ground.files), "write", seen)
    job = await house.documents.upload(STAFF, BASE, NAME, bytes_of(FIRST), SECRET)
    document = await house.ground.catalog.document(BASE, job.document_id)
    assert document
    assert (document.access, document.owner, document.etag) == (SECRET, STAFF.user, job.etag)


async def test_a_whole_version_taken_in_while_the_former_is_extracted_leaves_nothing_of_the_former(
    house: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def overtaken() -> None:
        await Run(
            house.services, await house.documents.upload(STAFF, BASE, NAME, bytes_of(SECOND)), SECOND
        ).to_the_end()

    job = await house.documents.upload(STAFF, BASE, NAME, bytes_of(FIRST))
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
