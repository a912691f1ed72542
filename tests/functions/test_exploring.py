"""Looking around in the graph behind the real functions."""

import asyncio
from pathlib import Path

import httpx
import pytest

from tests.functions.conftest import put
from tests.functions.signing_in import guarded_house, header_of

TEXT = """# Skerry lighthouse

The Skerry lighthouse was built by Ada Quill. Ada Quill works for Northern Lights Ltd.

Northern Lights Ltd is located in Port Ellery. Northern Lights Ltd produces the Argand lamp.
"""
GRAPH = "knowledge/bases/default/graph"


@pytest.fixture
async def known(api: httpx.AsyncClient) -> httpx.AsyncClient:
    assert (await put(api, "skerry.md", TEXT))["status"] == "ready"
    # Communities follow a document that is ready.
    async with asyncio.timeout(60):
        while True:
            if (await api.get("knowledge/bases/default/communities")).json()["items"]:
                return api
            await asyncio.sleep(0.02)


async def entity_of(api: httpx.AsyncClient, name: str) -> str:
    """Find an entity by its name."""
    found = await api.post("search/graph", json={"query": name, "search_type": "graph"})
    entities = found.json()["graph_context"]["entities"]
    return str(next(each["id"] for each in entities if each["name"] == name))


async def test_an_entity_comes_first_and_its_neighbours_after_it(known: httpx.AsyncClient) -> None:
    quill = await entity_of(known, "Ada Quill")
    part = (await known.get(GRAPH, params={"entity": quill})).json()
    assert part["entities"][0]["id"] == quill
    ids = {each["id"] for each in part["entities"]}
    assert len(ids) > 1
    assert all(quill in (each["source"], each["target"]) for each in part["relations"])
    assert all({each["source"], each["target"]} <= ids for each in part["relations"])


async def test_a_relation_leads_to_the_passage_that_supports_it(known: httpx.AsyncClient) -> None:
    part = (await known.get(GRAPH, params={"entity": await entity_of(known, "Ada Quill")})).json()
    chunk = part["relations"][0]["chunk_ids"][0]
    passage = (await known.get(f"knowledge/bases/default/passages/{chunk}")).json()
    assert (passage["chunk_id"], passage["title"]) == (chunk, "skerry.md")
    assert "Ada Quill" in passage["content"]


async def test_communities_are_listed_page_by_page_and_opened(known: httpx.AsyncClient) -> None:
    whole = (await known.get("knowledge/bases/default/communities")).json()
    assert whole["items"]
    assert whole["next"] == ""
    first = (await known.get("knowledge/bases/default/communities", params={"limit": 1})).json()
    assert first["items"] == whole["items"][:1]
    assert bool(first["next"]) is (len(whole["items"]) > 1)
    largest = (await known.get(GRAPH)).json()
    named = (await known.get(GRAPH, params={"community": whole["items"][0]["id"]})).json()
    assert named == largest
    assert named["communities"][0]["id"] == whole["items"][0]["id"]
    assert len(named["entities"]) == whole["items"][0]["entity_count"]


async def test_an_empty_base_has_an_empty_graph(api: httpx.AsyncClient) -> None:
    assert (await api.get(GRAPH)).json() == {"entities": [], "relations": [], "communities": []}
    assert (await api.get("knowledge/bases/default/communities")).json() == {"items": [], "next": ""}


@pytest.mark.parametrize(
    "path",
    [
        "knowledge/bases/none/graph",
        f"{GRAPH}?entity=none",
        f"{GRAPH}?community=none",
        "knowledge/bases/none/communities",
        "knowledge/bases/default/passages/none",
    ],
)
async def test_what_is_not_there_is_not_found(known: httpx.AsyncClient, path: str) -> None:
    answer = await known.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("length", [64, 65])
async def test_an_id_may_be_so_long(known: httpx.AsyncClient, length: int) -> None:
    answer = await known.get(GRAPH, params={"entity": "x" * length})
    assert answer.status_code == (404 if length == 64 else 400)


async def test_a_role_without_the_graph_is_refused(tmp_path: Path) -> None:
    async with guarded_house(tmp_path) as api:
        guest = await header_of(api)
        for path in (GRAPH, "knowledge/bases/default/communities", "knowledge/bases/default/passages/none"):
            assert (await api.get(path, headers=guest)).status_code == 403
