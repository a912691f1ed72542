"""What breaks under a house: its stores, its disk, its work folder. Nothing that was acknowledged is lost."""

import asyncio
import errno
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local import sqlite
from infra.local.command_line.uploading import followed
from shared.domain.documents import Chunk
from shared.services.ingest import Ingestion
from shared.settings import Settings
from tests.functions.conftest import put, served

ROOT = Path(__file__).resolve().parents[2]
TEXT = "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n"
QUESTION = {"kb_id": "default", "query": "Who built the Skerry lighthouse?"}


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold the write lock of a database as another process would."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def check_unavailable(response: httpx.Response) -> None:
    """The answer is a 503 in the form of every error, and names neither a path nor a statement."""
    assert response.status_code == 503, response.text
    error = response.json()["error"]
    assert set(error) == {"code", "message", "request_id", "details"}
    assert error["code"] == "store_unavailable"
    for inner in (tempfile.gettempdir(), str(ROOT), "Traceback", "SELECT", "INSERT"):
        assert inner not in response.text


async def test_a_locked_store_answers_503_and_works_again_afterwards(
    api: httpx.AsyncClient, settings: Settings
) -> None:
    with locked(settings.data_dir / "knowledge.sqlite"):
        check_unavailable(await api.post("knowledge/bases", json={"name": "Lights"}))
        assert (await api.get("knowledge/bases")).status_code == 200
    assert (await api.post("knowledge/bases", json={"name": "Lights"})).status_code == 201


async def test_an_upload_that_finds_the_register_locked_is_refused_and_taken_when_it_is_repeated(
    api: httpx.AsyncClient, settings: Settings
) -> None:
    with locked(settings.data_dir / "knowledge.sqlite"):
        check_unavailable(await api.post("knowledge/bases/default/documents", files={"file": ("skerry.md", TEXT)}))
    assert (await put(api, "skerry.md", TEXT))["status"] == "ready"


async def test_an_upload_whose_run_cannot_be_started_is_refused_and_read_by_and_by(
    api: httpx.AsyncClient, settings: Settings
) -> None:
    with locked(settings.data_dir / "runs.sqlite"):
        check_unavailable(await api.post("knowledge/bases/default/documents", files={"file": ("skerry.md", TEXT)}))
    document = (await api.get("knowledge/bases/default/documents")).json()["items"][0]
    assert (await followed(api, document["document_id"]))["status"] == "ready"


async def test_a_lock_in_the_middle_of_an_ingestion_is_waited_for(
    api: httpx.AsyncClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, turns = locked(settings.data_dir / "knowledge.sqlite"), 0
    index_chunks = Ingestion.index_chunks

    async def under_a_lock(self: Ingestion, *arguments: Any) -> None:
        nonlocal turns
        turns += 1
        if turns == 1:
            with lock:
                await index_chunks(self, *arguments)
        await index_chunks(self, *arguments)

    monkeypatch.setattr(Ingestion, "index_chunks", under_a_lock)
    document = await put(api, "skerry.md", TEXT)
    assert (document["status"], turns) == ("ready", 2)


async def test_a_question_under_a_locked_ledger_is_not_asked(api: httpx.AsyncClient, settings: Settings) -> None:
    await put(api, "skerry.md", TEXT)
    with locked(settings.data_dir / "ledger.sqlite"):
        check_unavailable(await api.post("rag/query", json=QUESTION))
    assert "Ada Quill" in (await api.post("rag/query", json=QUESTION)).json()["answer"]


async def test_a_full_database_answers_503_and_keeps_what_it_had(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[sqlite3.Connection] = []
    connect = sqlite.connect

    def remembered(path: Path, **how: Any) -> sqlite3.Connection:
        connection = connect(path, **how)
        opened.extend([connection] if path.name == "knowledge.sqlite" else [])
        return connection

    monkeypatch.setattr(sqlite, "connect", remembered)
    async with served(settings) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        document = await put(api, "skerry.md", TEXT)
        pages = opened[0].execute("PRAGMA page_count").fetchone()[0]
        opened[0].execute(f"PRAGMA max_page_count = {pages}")
        acknowledged, refused = await fill(api)
        check_unavailable(refused)
        opened[0].execute("PRAGMA max_page_count = 1000000")
        listed = (await api.get("knowledge/bases", params={"limit": 200})).json()["items"]
        assert {each["name"] for each in listed} == {"Default", *acknowledged}
        assert (await followed(api, document["document_id"]))["status"] == "ready"
        assert (await api.post("knowledge/bases", json={"name": "one more"})).status_code == 201


async def fill(api: httpx.AsyncClient) -> tuple[list[str], httpx.Response]:
    """Create bases until there is no room for another; return the names of those that were acknowledged."""
    names: list[str] = []
    for number in range(150):
        name = f"base {number}"
        response = await api.post("knowledge/bases", json={"name": name, "description": "x" * 2000})
        if response.status_code != 201:
            return names, response
        names.append(name)
    raise AssertionError("the database never became full")


async def test_a_full_disk_refuses_an_upload_and_leaves_nothing_of_it(
    api: httpx.AsyncClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = await put(api, "skerry.md", TEXT)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        changed = TEXT.replace("Ada Quill", "Ben Orr")
        check_unavailable(await api.post("knowledge/bases/default/documents", files={"file": ("skerry.md", changed)}))
    assert list((settings.data_dir / ".incoming").iterdir()) == []
    assert (await followed(api, document["document_id"]))["sha256"] == document["sha256"]
    assert "Ada Quill" in (await api.post("rag/query", json=QUESTION)).json()["answer"]


async def test_an_archive_that_fits_nowhere_on_its_way_is_refused(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shared.services.intake.TemporaryFile", full)
    archive = {"files": ("some.zip", b"PK")}
    check_unavailable(await api.post("knowledge/upload", data={"kb_id": "default"}, files=archive))


@pytest.mark.parametrize("name", ["knowledge.sqlite", "ledger.sqlite", "runs.sqlite", "runs_triggers.db", "host.lock"])
def test_a_file_that_is_no_database_keeps_the_house_from_starting_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"this is no database, however long one looks at it. " * 100)
    environment = {"DATA_DIR": str(tmp_path), "EMBEDDER": "none", "PORT": "0", "PATH": ""}
    command = [sys.executable, "-m", "infra.local.command_line", "serve"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1), done.stderr


async def test_a_database_that_breaks_while_serving_answers_503(settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "knowledge.sqlite").write_bytes(b"this is no database" * 1000)
    async with served(settings) as api:
        check_unavailable(await api.get("knowledge/bases"))
        check_unavailable(await api.post("rag/query", json=QUESTION))
        assert (await api.get("ready")).status_code == 503
        assert (await api.get("health")).status_code == 200


async def test_a_work_folder_deleted_under_way_fails_the_document_with_a_reason(
    api: httpx.AsyncClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = Ingestion.parse

    async def robbed(self: Ingestion, *arguments: Any) -> int:
        batches = await parse(self, *arguments)
        await asyncio.to_thread(shutil.rmtree, settings.data_dir / "work")
        return batches

    with monkeypatch.context() as patched:
        patched.setattr(Ingestion, "parse", robbed)
        document = await put(api, "skerry.md", TEXT)
    assert document["status"] == "failed"
    assert "upload it again" in document["reason"]
    assert (await put(api, "skerry.md", TEXT))["status"] == "ready"


async def test_a_defect_in_a_step_fails_the_document_and_not_its_neighbour(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> list[Chunk]:
        raise ZeroDivisionError("at /srv/secret/place.py")

    with monkeypatch.context() as patched:
        patched.setattr("shared.services.ingest.chunk", broken)
        document = await put(api, "broken.md", TEXT)
    assert document["status"] == "failed"
    assert document["reason"]
    assert "/srv" not in document["reason"]
    assert (await put(api, "skerry.md", TEXT))["status"] == "ready"


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_hundred_megabytes_on_one_line_are_read_or_refused_with_a_reason(settings: Settings) -> None:
    async with served(settings) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        document = await put(api, "line.txt", b"word " * 19_999_999)
        assert document["status"] in ("ready", "failed")
        assert document["reason"] or document["chunk_count"]
        assert (await put(api, "skerry.md", TEXT))["status"] == "ready"
