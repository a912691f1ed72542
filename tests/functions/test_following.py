"""Following documents over a socket, as a page does."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.bootstrap import services
from infra.local.command_line.connection import client_of
from infra.local.command_line.serving import local_host
from shared.settings import Settings
from tests.fakes.openai_server import KEY, OpenAIServer
from tests.functions.conftest import put, served, with_settings
from tests.functions.signing_in import guarded_house, header_of

TEXT = "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n"


async def events(response: httpx.Response) -> AsyncIterator[tuple[str, str, Any]]:
    """Read server-sent events as (id, name, value)."""
    id, name = "", ""
    async for line in response.aiter_lines():
        key, _, value = line.partition(": ")
        if key == "id":
            id = value
        elif key == "event":
            name = value
        elif key == "data":
            yield id, name, json.loads(value)


async def until_ready(response: httpx.Response, name: str) -> list[tuple[str, Any]]:
    """Read until a document is ready; return what was told of it."""
    told = []
    async for id, event, value in events(response):
        assert event == "document"
        if value["name"] == name:
            told.append((id, value))
            if value["status"] == "ready":
                return told
    raise AssertionError(f"the stream ended before {name} was ready: {told}")


async def test_a_page_hears_how_a_document_is_read(api: httpx.AsyncClient) -> None:
    async with asyncio.timeout(60), api.stream("GET", "knowledge/bases/default/events") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        uploading = asyncio.create_task(put(api, "skerry.md", TEXT))
        told = await until_ready(response, "skerry.md")
        document = await uploading
    assert told[-1][1] == document
    assert told[-1][1]["percent"] == 100
    assert [value["percent"] for _, value in told] == sorted(value["percent"] for _, value in told)
    assert all(id for id, _ in told)


async def test_whoever_was_cut_off_goes_on_where_they_were(api: httpx.AsyncClient) -> None:
    async with asyncio.timeout(60), api.stream("GET", "knowledge/bases/default/events") as response:
        uploading = asyncio.create_task(put(api, "skerry.md", TEXT))
        last = (await until_ready(response, "skerry.md"))[-1][0]
        await uploading
    await put(api, "other.md", TEXT.replace("Skerry", "Other"))
    headers = {"last-event-id": last}
    async with asyncio.timeout(60), api.stream("GET", "knowledge/bases/default/events", headers=headers) as response:
        assert (await until_ready(response, "other.md"))[-1][1]["percent"] == 100


@pytest.mark.parametrize("id", ["yesterday", "1", "2026-13-01T00:00:00+00:00"])
async def test_an_id_that_is_none_is_refused(api: httpx.AsyncClient, id: str) -> None:
    response = await api.get("knowledge/bases/default/events", headers={"last-event-id": id})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize("id", ["0001-01-01T00:00:00", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00"])
async def test_an_id_at_the_edge_of_time_breaks_nothing(api: httpx.AsyncClient, id: str) -> None:
    async with api.stream("GET", "knowledge/bases/default/events", headers={"last-event-id": id}) as response:
        assert response.status_code in (200, 400)


async def test_there_are_only_so_many_listeners(api: httpx.AsyncClient) -> None:
    listeners = services().knowledge.progress.listeners
    who = (services().resident.tenant, services().resident.user)
    listeners.present[who] = listeners.most_of_one
    refused = await api.get("knowledge/bases/default/events")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
    listeners.present[who] -= 1
    async with api.stream("GET", "knowledge/bases/default/events") as response:
        assert response.status_code == 200


async def test_nobody_follows_a_base_they_may_not_read(tmp_path: Path) -> None:
    async with guarded_house(tmp_path) as api:
        assert (await api.get("knowledge/bases/none/events")).status_code == 401
        assert (await api.get("knowledge/bases/none/events", headers=await header_of(api))).status_code == 404


async def test_a_document_says_what_it_cost_and_where_its_time_went(settings: Settings) -> None:
    with OpenAIServer(dimensions=8) as server:
        model = {"embedding_base_url": server.base_url, "embedding_api_key": KEY, "embedding_model": "small"}
        priced = with_settings(settings, embedding_dimensions=8, embedding_price=1000.0, **model)
        async with served(priced) as api:
            await api.post("knowledge/bases", json={"name": "Default"})
            first = await put(api, "skerry.md", TEXT)
            again = await put(api, "skerry.md", TEXT)
            budgets = (await api.get("usage")).json()["shared"]
    spent = next(each["spent_usd"] for each in budgets if each["account"] == "global")
    assert first["cost_usd"] == spent > 0
    assert again["cost_usd"] == 0
    times = first["step_times"]
    assert set(times) == {"received", "parsing", "indexing", "graph"}
    assert sum(times.values()) - times["received"] == pytest.approx(first["processing_time"], abs=0.01)


async def test_a_host_that_stops_sends_off_those_who_follow(settings: Settings) -> None:
    host = local_host(with_settings(settings, drain_seconds=3600))
    serving = host.serving(port=0)
    async with asyncio.timeout(100), client_of(await serving.__aenter__(), "") as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        async with api.stream("GET", "knowledge/bases/default/events") as response:
            assert response.status_code == 200
            stopping = asyncio.ensure_future(serving.__aexit__(None, None, None))
            told = [(event, value) async for _, event, value in events(response)]
        await stopping
    assert told == [("done", {"finish_reason": "time"})]
    assert host.drained_in_time
