"""Reading a base anew through the real functions: with progress, while searches go on, cancelled, only what is due."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.bootstrap import services
from functions.runs import is_reindexing
from infra.local.parsing.parser import LocalParser
from shared.domain.access import BaseKey
from shared.services.reindexing import AT_ONCE
from shared.settings import Settings
from tests.functions.conftest import put
from tests.functions.signing_in import ADMIN, guarded_house, header_of

ROUTE = "knowledge/bases/default/reindex"
WORDS = " ".join(f"Lamp {number} of the tower burns with a steady light." for number in range(60))
DOCUMENTS = 2 * AT_ONCE + 1


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A watcher that looks only at the start: it might read a file again by itself in the middle of a test."""
    return Settings(data_dir=tmp_path / "house", embedder="none", scan_seconds=3600)


async def filled(api: httpx.AsyncClient, count: int = DOCUMENTS) -> list[dict[str, Any]]:
    """Put so many documents into the base."""
    return [
        await put(api, f"{number}.md", f"# Tower {number}\n\nAda Quill built it. {WORDS}") for number in range(count)
    ]


async def until(api: httpx.AsyncClient, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Ask until the reindexing is as it should be, and return what was said."""
    async with asyncio.timeout(90):
        while True:
            answer: dict[str, Any] = (await api.get(ROUTE)).json()
            if holds(answer):
                return answer
            await asyncio.sleep(0.02)


async def finished(api: httpx.AsyncClient) -> dict[str, Any]:
    return await until(api, lambda answer: answer["status"] not in ("running", "none"))


async def found(api: httpx.AsyncClient) -> int:
    return len((await api.post("search/graph", json={"query": "Who built the tower?"})).json()["results"])


class Holding:
    """A parser that waits for a sign before it reads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate, self.reads = asyncio.Event(), 0
        parse = LocalParser.parse

        async def held(parser: LocalParser, *read: Any) -> Any:
            self.reads += 1
            await self.gate.wait()
            return await parse(parser, *read)

        monkeypatch.setattr(LocalParser, "parse", held)


async def test_a_base_that_was_never_read_anew_says_so(api: httpx.AsyncClient) -> None:
    answer = (await api.get(ROUTE)).json()
    assert (answer["status"], answer["documents"], answer["percent"]) == ("none", 0, 0)
    assert (await api.delete(ROUTE)).status_code == 409
    assert (await api.get("knowledge/bases/none/reindex")).status_code == 404


async def test_a_base_is_read_anew_with_its_new_settings(api: httpx.AsyncClient) -> None:
    before = await filled(api)
    await api.patch("knowledge/bases/default", json={"settings": {"chunk_tokens": 100}})
    assert (await api.get("knowledge/status/default")).json()["outdated_documents"] == DOCUMENTS
    started = await api.post(ROUTE, json={})
    assert (started.status_code, started.json()["status"]) == (202, "running")
    answer = await finished(api)
    assert (answer["status"], answer["documents"], answer["done"], answer["percent"]) == (
        "done", DOCUMENTS, DOCUMENTS, 100,
    )  # fmt: skip
    status = (await api.get("knowledge/status/default")).json()
    assert (status["outdated_documents"], status["documents"]) == (0, {"ready": DOCUMENTS})
    assert status["chunk_count"] > 2 * sum(each["chunk_count"] for each in before)


async def test_what_was_readable_stays_so_while_it_is_read_anew(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(api)
    searchable = await found(api)
    parser = Holding(monkeypatch)
    await api.post(ROUTE, json={})
    await until(api, lambda answer: parser.reads >= 2)
    assert await found(api) == searchable > 0
    assert (await api.post(ROUTE, json={})).status_code == 409
    parser.gate.set()
    assert (await finished(api))["status"] == "done"
    assert await found(api) == searchable


async def test_a_cancelled_reindexing_takes_up_no_further_document(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(api)
    parser = Holding(monkeypatch)
    await api.post(ROUTE, json={})
    await until(api, lambda answer: parser.reads >= 2)
    assert (await api.delete(ROUTE)).json()["status"] == "cancelled"
    parser.gate.set()
    answer = await until(api, lambda answer: answer["done"] == AT_ONCE)
    assert (answer["status"], answer["documents"]) == ("cancelled", DOCUMENTS)
    async with asyncio.timeout(60):
        while (await api.delete(ROUTE)).status_code != 409:  # noqa: ASYNC110 - what is waited for is behind the API
            await asyncio.sleep(0.02)
    assert parser.reads == AT_ONCE
    assert (await api.get("knowledge/status/default")).json()["documents"] == {"ready": DOCUMENTS}
    await api.post(ROUTE, json={})
    assert (await finished(api))["done"] == DOCUMENTS


async def test_the_nightly_care_leaves_alone_what_is_being_read_anew(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(api, AT_ONCE)
    parser, answers = Holding(monkeypatch), asyncio.Queue[bool]()

    async def heard(client: Any, base: BaseKey) -> bool:
        answer = await is_reindexing(client, base)
        answers.put_nowait(answer)
        return answer

    monkeypatch.setattr("functions.timers.is_reindexing", heard)
    await api.post(ROUTE, json={})
    await until(api, lambda answer: parser.reads == AT_ONCE)
    by_hand = await api.post(str(api.base_url.copy_with(path="/admin/functions/reconcile_index")), json={})
    assert by_hand.status_code == 202
    async with asyncio.timeout(60):
        assert [await answers.get() for _ in range(AT_ONCE)] == [True] * AT_ONCE
    parser.gate.set()
    assert (await finished(api))["failed"] == 0
    assert parser.reads == AT_ONCE


async def test_a_base_made_anew_knows_nothing_of_the_one_before(api: httpx.AsyncClient) -> None:
    await filled(api, 1)
    await api.post(ROUTE, json={})
    await finished(api)
    assert (await api.delete("knowledge/bases/default")).status_code == 204
    await api.post("knowledge/bases", json={"name": "Default"})
    assert (await api.get(ROUTE)).json()["status"] == "none"


async def test_only_what_was_read_otherwise_is_read_anew(api: httpx.AsyncClient) -> None:
    await filled(api, 2)
    await api.patch("knowledge/bases/default", json={"settings": {"chunk_tokens": 100}})
    await put(api, "new.md", "# New\n\nIt was read with the settings of now.")
    await api.post(ROUTE, json={"only_outdated": True})
    answer = await finished(api)
    assert (answer["status"], answer["documents"], answer["done"]) == ("done", 2, 2)


async def test_a_document_that_cannot_be_read_does_not_stop_the_others(api: httpx.AsyncClient) -> None:
    await filled(api, 1)
    await put(api, "broken.pdf", b"%PDF-1.7\nnothing")
    await api.post(ROUTE, json={})
    answer = await finished(api)
    assert (answer["status"], answer["documents"], answer["done"], answer["failed"]) == ("done", 2, 2, 1)


async def test_a_run_that_broke_off_is_said_to_have_failed(api: httpx.AsyncClient) -> None:
    scope = await services().bases.scope(services().resident, "default")
    await services().knowledge.reindexing.begin(scope.base)
    assert (await api.get(ROUTE)).json()["status"] == "failed"


async def test_only_those_who_may_change_a_base_have_it_read_anew(tmp_path: Path) -> None:
    async with guarded_house(tmp_path, sign_up="user") as api:
        await api.post("knowledge/bases", json={"name": "Default"}, headers=ADMIN)
        reader = await header_of(api)
        assert (await api.get(ROUTE, headers=reader)).status_code == 200
        assert (await api.post(ROUTE, json={}, headers=reader)).status_code == 403
        assert (await api.delete(ROUTE, headers=reader)).status_code == 403
