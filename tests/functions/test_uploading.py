"""Many files at once: through a form, in an archive, over a line that breaks, and never held in memory."""

import asyncio
import io
import tracemalloc
import zipfile
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request

from functions import uploading
from functions.multipart import MOST_PARTS, parts
from infra.local.command_line.uploading import followed
from infra.local.files import FolderFiles
from infra.web_files import AllowedWebFiles
from shared.domain.errors import BadRequest, KnowledgeError, TooLarge
from shared.domain.jobs import IngestionJob
from shared.services.ingest import Ingestion
from shared.settings import Settings
from tests.fakes.web_site import NAME, WebSite
from tests.functions.conftest import served, with_settings
from tests.workflow.polling import until

TEXT = "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n"
BASE = {"kb_id": "default"}


def files(*named: tuple[str, bytes | str]) -> list[tuple[str, tuple[str, bytes]]]:
    """Write files as parts of a form."""
    return [("files", (name, text.encode() if isinstance(text, str) else text)) for name, text in named]


def zipped(contents: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack an archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return made.getvalue()


async def sent(api: httpx.AsyncClient, *named: tuple[str, bytes | str]) -> dict[str, Any]:
    """Upload files and return what became of each, by name, once all are read."""
    response = await api.post("knowledge/upload", data=BASE, files=files(*named))
    assert response.status_code == 202, response.text
    items = response.json()["items"]
    return {each["name"]: await followed(api, each["document_id"]) if each["document_id"] else each for each in items}


async def test_several_files_are_taken_in_at_once(api: httpx.AsyncClient) -> None:
    found = await sent(api, ("a.md", TEXT), ("混合.md", TEXT), ("broken.pdf", b"%PDF-1.7\nnothing"))
    assert {name: each["status"] for name, each in found.items()} == {
        "a.md": "ready", "混合.md": "ready", "broken.pdf": "failed",
    }  # fmt: skip
    status = (await api.get("knowledge/status/default")).json()
    assert (status["status"], status["documents"], status["percent"]) == ("ready", {"ready": 2, "failed": 1}, 100)
    assert status["chunk_count"] == 2


async def test_a_base_says_where_it_stands(api: httpx.AsyncClient) -> None:
    assert (await api.get("knowledge/status/default")).json()["status"] == "empty"
    await sent(api, ("broken.pdf", b"%PDF-1.7\nnothing"))
    assert (await api.get("knowledge/status/default")).json()["status"] == "failed"
    assert (await api.get("knowledge/status/none")).status_code == 404


@pytest.mark.parametrize("content", [b"%PDF-1.7\nnothing", TEXT.encode()], ids=["failed", "ready"])
async def test_what_the_folder_saw_first_is_not_read_twice(
    api: httpx.AsyncClient, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run that the folder's watcher started is over before the upload comes to start one."""
    parsed, parse, begin = [], Ingestion.parse, uploading.begin_ingestion

    async def counted(self: Ingestion, job: IngestionJob) -> int:
        parsed.append(job.run_id)
        return await parse(self, job)

    async def late(client: Any, job: IngestionJob) -> None:
        await followed(api, job.document_id)
        await begin(client, job)

    monkeypatch.setattr(Ingestion, "parse", counted)
    monkeypatch.setattr(uploading, "begin_ingestion", late)
    named = "broken.pdf" if content.startswith(b"%PDF") else "a.md"
    first = (await sent(api, (named, content)))[named]
    assert (await api.get(f"knowledge/documents/{first['document_id']}/status")).json() == first
    assert len(parsed) == 1
    await sent(api, (named, content))
    assert len(set(parsed)) == len(parsed) == 2


async def test_a_file_that_is_refused_stops_no_other(api: httpx.AsyncClient) -> None:
    found = await sent(api, (".hidden.md", TEXT), ("a" * 255 + ".md", TEXT), ("a.md", TEXT), ("字" * 86 + ".md", TEXT))
    assert [each["status"] for each in found.values()] == ["refused", "refused", "ready", "refused"]
    assert all(len(each["reason"]) > 10 for each in found.values() if each["status"] == "refused")


async def test_an_archive_is_unpacked(api: httpx.AsyncClient) -> None:
    archive = zipped({"part/a.md": TEXT, "手册.md": TEXT, "../up.md": TEXT, "inner.zip": zipped({"x.md": TEXT})})
    found = await sent(api, ("first.md", TEXT), ("all.ZIP", archive), ("last.md", TEXT))
    assert {name: each["status"] for name, each in found.items()} == {
        "first.md": "ready", "part/a.md": "ready", "手册.md": "ready", "../up.md": "refused", "inner.zip": "refused",
        "last.md": "ready",
    }  # fmt: skip


async def test_a_bomb_and_a_broken_archive_are_refused_with_a_reason(api: httpx.AsyncClient) -> None:
    lying = bytearray(zipped({"a.md": TEXT}, zipfile.ZIP_STORED))
    lying[lying.index(b"Skerry")] ^= 1
    found = await sent(
        api, ("bomb.zip", zipped({"a.md": bytes(30_000_000)})), ("no.zip", b"PK"), ("bad.zip", bytes(lying))
    )
    assert {name: each["status"] for name, each in found.items()} == dict.fromkeys(
        ("bomb.zip", "no.zip", "a.md"), "refused"
    )
    assert "bomb" in found["bomb.zip"]["reason"]
    assert (await api.get("knowledge/bases/default/documents")).json()["items"] == []


async def test_a_form_without_a_base_or_files_is_refused(api: httpx.AsyncClient) -> None:
    late = {"files": [("files", ("a.md", b"x")), ("kb_id", (None, b"default"))]}
    for broken in ({"data": BASE, "files": [("note", (None, b"x"))]}, {"files": files(("a.md", TEXT))}, late):
        response = await api.post("knowledge/upload", **broken)  # type: ignore[arg-type]
        assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_request")
    response = await api.post("knowledge/upload", data={"kb_id": "none"}, files=files(("a.md", TEXT)))
    assert response.status_code == 404


async def test_an_upload_over_the_limit_is_refused(settings: Settings) -> None:
    async with served(with_settings(settings, max_upload_mb=1)) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        large = files(("a.txt", b"x" * 600_000), ("b.txt", b"x" * 600_000))
        over = await api.post("knowledge/upload", data=BASE, files=large)
        assert (over.status_code, over.json()["error"]["code"]) == (413, "too_large")
        assert {each["name"] for each in (await api.get("knowledge/bases/default/documents")).json()["items"]} == {
            "a.txt"
        }


HEAD = (
    b'--edge\r\nContent-Disposition: form-data; name="kb_id"\r\n\r\ndefault\r\n'
    b'--edge\r\nContent-Disposition: form-data; name="file"; filename="skerry.md"\r\n\r\n'
)


@pytest.mark.parametrize("route", ["knowledge/upload", "knowledge/bases/default/documents"])
async def test_a_connection_that_drops_leaves_no_document_and_the_same_upload_works_again(
    api: httpx.AsyncClient, settings: Settings, route: str
) -> None:
    url = api.base_url
    for broken in (HEAD, HEAD + TEXT.encode(), HEAD + TEXT.encode() + b"\r\n--ed"):
        _, writer = await asyncio.open_connection(url.host, url.port)
        head = f"POST {url.path}{route} HTTP/1.1\r\nHost: {url.host}\r\nContent-Length: 5000\r\n"
        writer.write(head.encode() + b"Content-Type: multipart/form-data; boundary=edge\r\n\r\n" + broken)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    incoming = settings.data_dir / ".incoming"
    await until(lambda: not any(incoming.iterdir()), 30)
    assert (await api.get("knowledge/bases/default/documents")).json()["items"] == []
    assert not list((settings.data_dir / "documents").rglob("*.md"))
    response = await api.post(route, data=BASE, files={"file": ("skerry.md", TEXT)})
    answer = response.json()
    document = answer["items"][0] if "items" in answer else answer
    assert (await followed(api, document["document_id"]))["status"] == "ready"


def request_of(pieces: list[bytes] | AsyncIterator[bytes], kind: bytes = b"boundary=edge") -> Request:
    """A request whose body comes in these pieces."""

    async def stream() -> AsyncIterator[bytes]:
        for piece in pieces if isinstance(pieces, list) else []:
            yield piece

    source = stream() if isinstance(pieces, list) else pieces

    async def receive() -> dict[str, Any]:
        piece = await anext(source, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    headers = [(b"content-type", b"multipart/form-data; " + kind)]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


async def read_all(request: Request, limit: int = 1_000_000) -> list[tuple[str, str | None, bytes]]:
    async with aclosing(parts(request, limit)) as form:
        return [(each.name, each.filename, b"".join([piece async for piece in each.content])) async for each in form]


WHOLE = HEAD + b'abc\r\n--edge\r\nContent-Disposition: form-data; name="x"; filename="\xff"\r\n\r\n\r\n--edge--\r\n'
READ = [("kb_id", None, b"default"), ("file", "skerry.md", b"abc"), ("x", "ÿ", b"")]


@pytest.mark.parametrize("step", [1, 2, 3, 7, 64, 10_000])
async def test_a_form_is_read_the_same_wherever_it_is_cut(step: int) -> None:
    pieces = [WHOLE[start : start + step] for start in range(0, len(WHOLE), step)]
    assert await read_all(request_of(pieces)) == READ


async def test_what_is_left_of_a_part_is_passed_over() -> None:
    async with aclosing(parts(request_of([WHOLE[:200], WHOLE[200:]]), 10_000)) as form:
        assert [each.name async for each in form] == ["kb_id", "file", "x"]


@pytest.mark.parametrize("end", [10, 60, 90, len(HEAD), len(HEAD) + 2, len(WHOLE) - 5])
async def test_a_form_that_breaks_off_is_refused(end: int) -> None:
    with pytest.raises(BadRequest):
        await read_all(request_of([WHOLE[:end]]))


async def test_a_form_has_only_so_many_bytes_and_parts() -> None:
    assert await read_all(request_of([WHOLE]), len(WHOLE)) == READ
    with pytest.raises(TooLarge):
        await read_all(request_of([WHOLE]), len(WHOLE) - 1)
    part = b'--edge\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    assert len(await read_all(request_of([part * MOST_PARTS + b"--edge--\r\n"]))) == MOST_PARTS
    with pytest.raises(BadRequest):
        await read_all(request_of([part * (MOST_PARTS + 1) + b"--edge--\r\n"]))


@pytest.mark.parametrize("kind", [b"", b"boundary=", b"boundary=" + b"x" * 300, b"charset=utf-8"])
async def test_a_form_without_a_boundary_is_refused(kind: bytes) -> None:
    with pytest.raises(BadRequest):
        await read_all(request_of([WHOLE], kind))


async def test_a_large_file_is_not_held_in_memory(tmp_path: Path) -> None:
    piece, count = bytes(64_000), 1000

    async def body() -> AsyncIterator[bytes]:
        yield HEAD
        for _ in range(count):
            yield piece
        yield b"\r\n--edge--\r\n"

    files = FolderFiles(tmp_path)
    tracemalloc.start()
    try:
        async with aclosing(parts(request_of(body()), 100_000_000)) as form:
            async for part in form:
                if part.filename:
                    await files.write("documents/large.bin", part.content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        files.close()
    assert (tmp_path / "documents/large.bin").stat().st_size == len(piece) * count
    assert peak < 4_000_000


async def test_a_field_that_is_long_or_no_text_is_refused() -> None:
    for content in (b"x" * 4097, b"\xff"):
        text = b'--edge\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + content + b"\r\n--edge--\r\n"
        async with aclosing(parts(request_of([text]), 100_000)) as form:
            with pytest.raises(KnowledgeError):
                await (await anext(form)).text()


async def test_documents_are_fetched_from_the_hosts_that_are_allowed(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    with WebSite(tmp_path) as site:
        reader = AllowedWebFiles(
            (f"{NAME}:{site.port}",), 100_000, look_up=here, admits=lambda _: True, trusts=site.trusts
        )
        monkeypatch.setattr("infra.web_files.AllowedWebFiles", lambda hosts, most_bytes: reader)
        async with served(settings) as api:
            await api.post("knowledge/bases", json={"name": "Default"})
            urls = [site.address("a.md"), site.address("elsewhere"), "https://other.example/", "nonsense"]
            items = (await api.post("knowledge/bases/default/urls", json={"urls": urls})).json()["items"]
            assert [each["status"] for each in items] == ["received", "refused", "refused", "refused"]
            document = await followed(api, items[0]["document_id"])
    assert (document["status"], document["name"]) == ("ready", f"{NAME}/a.md")


async def test_nothing_is_fetched_where_no_host_is_allowed(api: httpx.AsyncClient) -> None:
    response = await api.post("knowledge/bases/default/urls", json={"urls": ["https://docs.heron.example/"]})
    assert response.json()["items"][0]["status"] == "refused"
    assert "UPLOAD_HOSTS" in response.json()["items"][0]["reason"]
    for urls in ([], ["x"] * 21, ["x" * 2001], "x"):
        assert (await api.post("knowledge/bases/default/urls", json={"urls": urls})).status_code == 400
