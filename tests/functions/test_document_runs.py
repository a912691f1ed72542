"""Cancelling, reading again and deleting many, through the real functions."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from functions.bootstrap import services
from infra.local.command_line.uploading import followed
from infra.local.parsing.parser import LocalParser
from shared.domain.errors import DocumentUnreadable
from shared.settings import Settings
from tests.functions.conftest import put, served, with_settings

TEXT = "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n"


@pytest.fixture
async def slow(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncio.Event]:
    """Hold every document in the middle of its parsing until the event is set."""
    gate, parse = asyncio.Event(), LocalParser.parse

    async def held(self: LocalParser, *read: Any) -> Any:
        await gate.wait()
        return await parse(self, *read)

    monkeypatch.setattr(LocalParser, "parse", held)
    yield gate
    gate.set()


async def uploaded(api: httpx.AsyncClient, name: str = "skerry.md") -> str:
    """Upload a document and return its id without waiting for it."""
    response = await api.post("knowledge/bases/default/documents", files={"file": (name, TEXT)})
    id: str = response.json()["document_id"]
    return id


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 - what is waited for is behind the API
            await asyncio.sleep(0.02)


async def status(api: httpx.AsyncClient, id: str) -> dict[str, Any]:
    answer: dict[str, Any] = (await api.get(f"knowledge/documents/{id}/status")).json()
    return answer


async def found(api: httpx.AsyncClient) -> list[str]:
    """Names of the documents that a search shows."""
    answer = (await api.post("search/graph", json={"query": "Who built the Skerry lighthouse?"})).json()
    return [each["title"] for each in answer["results"]]


async def runs(api: httpx.AsyncClient) -> dict[str, str]:
    """Names and states of the runs that are known."""
    address = api.base_url.copy_with(path="/runtime/webhooks/durabletask/instances")
    return {each["name"]: each["runtimeStatus"] for each in (await api.get(str(address))).json()}


async def test_a_cancelled_document_is_not_found_and_its_run_ends(api: httpx.AsyncClient, slow: asyncio.Event) -> None:
    id = await uploaded(api)

    async def parsing() -> bool:
        return (await status(api, id))["status"] == "parsing"

    await until(parsing)
    cancelled = await api.post(f"knowledge/documents/{id}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "failed")
    assert "cancelled" in cancelled.json()["reason"]
    assert (await runs(api))["ingest_document"] == "Terminated"
    slow.set()
    assert (await api.post(f"knowledge/documents/{id}/cancel")).status_code == 409
    assert (await status(api, id))["reason"] == cancelled.json()["reason"]
    assert await found(api) == []
    again = await api.post(f"knowledge/documents/{id}/retry")
    assert (again.status_code, again.json()) == (202, {"document_id": id, "status": "received"})
    assert (await followed(api, id))["status"] == "ready"
    assert await found(api) == ["skerry.md"]


async def test_a_new_version_that_is_cancelled_takes_the_former_along(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = (await put(api, "skerry.md", TEXT))["document_id"]
    gate, parse = asyncio.Event(), LocalParser.parse

    async def held(self: LocalParser, *read: Any) -> Any:
        await gate.wait()
        return await parse(self, *read)

    monkeypatch.setattr(LocalParser, "parse", held)
    await api.post("knowledge/bases/default/documents", files={"file": ("skerry.md", TEXT + "More.\n")})
    assert (await api.post(f"knowledge/documents/{id}/cancel")).status_code == 200
    gate.set()
    assert await found(api) == []
    assert (await put(api, "skerry.md", TEXT + "More.\n"))["status"] == "ready"


async def test_a_document_that_failed_is_read_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    parse, is_broken = LocalParser.parse, True

    async def failing(self: LocalParser, *read: Any) -> Any:
        if is_broken:
            raise DocumentUnreadable("the file was in a bad mood")
        return await parse(self, *read)

    monkeypatch.setattr(LocalParser, "parse", failing)
    # The watcher would read the file a second time by itself, so it looks only at the start.
    async with served(with_settings(settings, scan_seconds=3600)) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        document = await put(api, "skerry.md", TEXT)
        assert (document["status"], document["reason"]) == ("failed", "the file was in a bad mood")
        is_broken = False
        assert (await api.post(f"knowledge/documents/{document['document_id']}/retry")).status_code == 202
        ready = await followed(api, document["document_id"])
        assert (ready["status"], ready["reason"]) == ("ready", "")
        assert (await api.post(f"knowledge/documents/{document['document_id']}/retry")).status_code == 409


async def test_what_is_gone_cannot_be_read_again(api: httpx.AsyncClient) -> None:
    document = await put(api, "broken.pdf", b"%PDF-1.7\nnothing")
    (services().settings.data_dir / "documents/local/default/broken.pdf").unlink()
    assert (await api.post(f"knowledge/documents/{document['document_id']}/retry")).status_code == 404
    for action in ("retry", "cancel"):
        assert (await api.post(f"knowledge/documents/none/{action}")).status_code == 404


async def test_many_documents_are_deleted_at_once(api: httpx.AsyncClient) -> None:
    ids = [(await put(api, f"{number}.md", TEXT.replace("1911", f"19{number}0")))["document_id"] for number in range(3)]
    answer = await api.post("knowledge/documents/delete", json={"document_ids": [*ids[:2], "none", ids[0]]})
    assert answer.json() == {"deleted": sorted(ids[:2]), "missing": ["none"]}
    listed = (await api.get("knowledge/bases/default/documents")).json()["items"]
    assert [each["document_id"] for each in listed] == ids[2:]
    for body in ({"document_ids": []}, {"document_ids": ["x"] * 101}, {}):
        assert (await api.post("knowledge/documents/delete", json=body)).status_code == 400
