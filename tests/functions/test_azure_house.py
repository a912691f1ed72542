"""The whole house on the Azure profile: real parts where there are some, strict stand-ins for the rest."""

import asyncio
import gc
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import aiohttp
import httpx
import httpx2

from functions import measurements
from shared.graph import judgement, pack_rules
from shared.settings import Settings
from tests.fakes.content_safety import ATTACK
from tests.fakes.extractor import extracted
from tests.functions.azure_house import Services, azure, blob_service, gremlin, settings
from tests.functions.conftest import put, served

__all__ = ["azure", "blob_service", "gremlin", "settings"]

TEXT = "# Lighthouse\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n\nIts lamp burns rapeseed oil.\n"
QUESTION = {"kb_id": "default", "query": "Who built the Skerry lighthouse?"}
PAGE_USD = 0.01
SCAN = b"\x89PNG and a scanned page"


def request_units(store: str) -> float:
    """What a store has charged since the process began."""
    name = "knowledge_rag_store_request_units_total"
    return measurements.REGISTRY.get_sample_value(name, {"store": store}) or 0.0


async def test_what_the_stores_charge_is_measured(settings: Settings, azure: Services) -> None:
    before = [request_units(store) for store in ("cosmos", "gremlin")]
    async with served(settings) as api:
        await api.get("startup")
        await api.post("knowledge/bases", json={"name": "Default"})
        await put(api, "skerry.md", TEXT)
    assert all(now > then for then, now in zip(before, map(request_units, ("cosmos", "gremlin")), strict=True))


async def test_a_change_of_labels_reaches_every_store_and_pays_for_nothing(settings: Settings, azure: Services) -> None:
    async with served(settings) as api:
        await api.get("startup")
        await api.post("knowledge/bases", json={"name": "Default"})
        document = await put(api, "skerry.md", TEXT)
        address = f"knowledge/documents/{document['document_id']}"
        search = {**QUESTION, "search_type": "hybrid"}
        for access, found in ((["group:nobody"], False), (["everyone"], True)):
            changed = await api.patch(address, json={"access": access})
            assert (changed.status_code, changed.json()["access"]) == (200, access)
            answer = (await api.post("rag/query", json=QUESTION)).json()
            graph = (await api.post("search/graph", json=search)).json()["graph_context"]
            listed = (await api.get("knowledge/bases/default/documents")).json()["items"]
            assert [bool(each) for each in (answer["sources"], graph["entities"], listed)] == [found] * 3
        assert (await api.get(f"{address}/status")).json()["cost_usd"] == document["cost_usd"]
    assert azure.graph.refused == []


async def test_a_document_is_taken_in_asked_about_cited_and_deleted(settings: Settings, azure: Services) -> None:
    async with served(settings) as api:
        assert (await api.get("startup")).json()["profile"] == "azure"
        await api.post("knowledge/bases", json={"name": "Default"})
        document = await put(api, "skerry.md", TEXT)
        assert (document["status"], document["entity_count"] > 0) == ("ready", True)
        answer = (await api.post("rag/query", json=QUESTION)).json()
        assert (answer["answer"], answer["sources"][0]["title"]) == (azure.models.answer, "skerry.md")
        assert answer["metrics"]["cost_usd"] > 0
        assert (await api.post("rag/query", json=QUESTION)).json()["metrics"]["cache_hit"]
        graph = (await api.post("search/graph", json={**QUESTION, "search_type": "hybrid"})).json()
        assert "Ada Quill" in {entity["name"] for entity in graph["graph_context"]["entities"]}
        await api.delete(f"knowledge/documents/{document['document_id']}")
        assert (await api.post("rag/query", json=QUESTION)).json()["sources"] == []
    assert azure.graph.refused == []


class Judge:
    """Says that names are the same, and answers everything else; `judged` keeps how many pairs each call held."""

    def __init__(self) -> None:
        self.judged: list[int] = []

    def __call__(self, body: dict[str, Any]) -> str:
        rules, asked = (body["messages"][place]["content"] for place in (0, 1))
        if rules != judgement.RULES:
            return extracted(body) if rules == pack_rules.RULES else "Ada Quill built it [1]."
        pairs = asked.count(" A: ")
        self.judged.append(pairs)
        return "\n".join([*(f"{place + 1}|same" for place in range(pairs)), judgement.END])


PAIRS = judgement.PAIRS + 1


def likely_names() -> str:
    """Return a text with one pair of names more than a call holds that are likely one and not surely."""
    names = ["Q" + "".join(chr(97 + int(digit)) for digit in f"{place:04}") for place in range(PAIRS)]
    return "\n\n".join(f"Ada {name} built a harbour. Later {name} left." for name in names)


async def decisions(api: httpx.AsyncClient) -> list[dict[str, Any]]:
    """List all decisions about names."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        answer = (await api.get("knowledge/bases/default/resolutions", params={"limit": 50, "after": after})).json()
        found, after = found + answer["items"], answer["next"]
        if not after:
            return found


async def test_a_model_judges_names_its_verdicts_are_kept_and_undone(settings: Settings, azure: Services) -> None:
    azure.models.answer = judge = Judge()
    async with served(replace(settings, extraction="model")) as api:
        await api.get("startup")
        await api.post("knowledge/bases", json={"name": "Default"})
        document = await put(api, "harbours.md", likely_names())
        assert {each["decided_by"] for each in await decisions(api)} == {"rule"}
        async with asyncio.timeout(120):
            while sum(judge.judged) < PAIRS or {each["band"] for each in await decisions(api)} != {"merged"}:
                await api.post("knowledge/index", json={"kb_id": "default"})
                await asyncio.sleep(0.1)
        assert sorted(judge.judged) == [1, judgement.PAIRS]
        every = await decisions(api)
        assert {(each["band"], each["decided_by"]) for each in every} == {("merged", "model")}
        route = f"knowledge/bases/default/resolutions/{every[0]['id']}"
        assert (await api.delete(route)).status_code == 204
        (undone,) = [each for each in await decisions(api) if each["id"] == every[0]["id"]]
        assert (undone["band"], undone["decided_by"]) == ("apart", "person")
        await api.delete(f"knowledge/documents/{document['document_id']}")
        assert await decisions(api) == []
        assert (await api.delete(route)).status_code == 404
    assert azure.graph.refused == []


async def test_a_likely_name_is_an_edge_of_a_search_and_of_nobody_who_may_not_read_it(settings: Settings) -> None:
    async with served(settings) as api:
        await api.get("startup")
        await api.post("knowledge/bases", json={"name": "Default"})
        await put(api, "rescue.md", "Ada Quill built the harbour.\n\nLater Quill left it.\n")
        search = {"kb_id": "default", "query": "Ada Quill", "search_type": "graph"}
        found = (await api.post("search/graph", json=search)).json()["graph_context"]
        (edge,) = [each for each in found["relations"] if each["type"] == "SAME_AS"]
        names = {each["id"]: each["name"] for each in found["entities"]}
        assert {names[edge["source"]], names[edge["target"]]} == {"Ada Quill", "Quill"}


async def test_a_scan_is_read_by_the_service_and_what_was_read_is_cited(settings: Settings, azure: Services) -> None:
    azure.reader.pages[SCAN] = ["# Lighthouse", "The Skerry lighthouse was built by Ada Quill."]
    async with served(settings) as api:
        await api.get("startup")
        await api.post("knowledge/bases", json={"name": "Default"})
        document = await put(api, "skerry.png", SCAN)
        assert (document["status"], azure.reader.taken_on) == ("ready", [SCAN])
        answer = (await api.post("rag/query", json=QUESTION)).json()
        assert [(each["title"], each["page"]) for each in answer["sources"]] == [("skerry.png", 2)]
        shared = (await api.get("usage")).json()["shared"]
        assert shared[0]["spent_usd"] > 2 * PAGE_USD


async def test_an_attack_reaches_no_model_and_an_attacking_passage_is_left_out(
    settings: Settings, azure: Services
) -> None:
    async with served(settings) as api:
        await api.get("startup")
        await api.post("knowledge/bases", json={"name": "Default"})
        await put(api, "skerry.md", TEXT)
        await put(api, "evil.md", f"# Lighthouse\n\nThe Skerry lighthouse: {ATTACK}.\n")
        asked = len(azure.models.requests)
        refused = await api.post("rag/query", json={**QUESTION, "query": f"Who built it? And {ATTACK}."})
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "content_blocked")
        assert len(azure.models.requests) == asked
        answer = (await api.post("rag/query", json=QUESTION)).json()
        assert {each["title"] for each in answer["sources"]} == {"skerry.md"}
        assert ATTACK not in str(azure.models.requests[-1])
        assert len(azure.shield.analysed) == 2


def open_clients() -> Iterator[Any]:
    """Yield every client of this process that may still hold connections."""
    for each in gc.get_objects():
        if isinstance(each, aiohttp.ClientSession) and not each.closed:
            yield each
        if isinstance(each, httpx2.AsyncClient) and not each.is_closed:
            yield each


async def test_a_conversation_is_kept_rated_exported_and_deleted(settings: Settings, azure: Services) -> None:
    async with served(settings) as api:
        await api.get("startup")
        await api.post("knowledge/bases", json={"name": "Default"})
        await put(api, "skerry.md", TEXT)
        path = f"conversations/{(await api.post('conversations', json={})).json()['id']}"
        for text in (QUESTION["query"], "and when?"):
            answer = (await api.post(f"{path}/messages", json={"content": text})).json()
        assert answer["message_id"] == "4"
        kept = (await api.get(f"{path}/messages")).json()["items"]
        assert [each["content"] for each in kept] == [
            QUESTION["query"], azure.models.answer, "and when?", azure.models.answer
        ]  # fmt: skip
        assert kept[1]["sources"][0]["title"] == "skerry.md"
        rating = {"conversation_id": answer["conversation_id"], "message_id": "4", "rating": "down"}
        assert (await api.post("feedback", json=rating)).status_code == 201
        assert (await api.get("feedback/counts")).json()["items"][0]["down"] == 1
        assert "skerry.md" in (await api.get(f"{path}/export")).text
        body = {"model": "kb:Default", "messages": [{"role": "user", "content": QUESTION["query"]}]}
        completion = (await api.post("chat/completions", json=body)).json()
        assert completion["choices"][0]["message"]["annotations"]
        rating = {"answer_id": completion["id"], "rating": "up"}
        assert (await api.post("feedback", json=rating)).status_code == 201
        assert (await api.delete(path)).status_code == 204
        assert (await api.get(path)).status_code == 404


async def test_nothing_of_the_house_is_open_after_its_end(settings: Settings, azure: Services) -> None:
    azure.reader.pages[SCAN] = ["The Skerry lighthouse was built by Ada Quill."]
    before, threads = [*open_clients()], set(threading.enumerate())
    async with served(settings) as api:
        await api.get("startup")
        await api.get("ready")
        await api.post("knowledge/bases", json={"name": "Default"})
        await put(api, "skerry.png", SCAN)
        await api.post("auth/login", json={"email": "ada@heron.example", "password": "no password of hers"})
        assert (await api.post("rag/query", json=QUESTION)).status_code == 200
        opened = [each for each in open_clients() if all(each is not other for other in before)]
        assert len(opened) > 8
    of_the_stand_in = azure.graph._session
    assert [each for each in open_clients() if all(each is not one for one in [*before, of_the_stand_in])] == []
    started = {each for each in threading.enumerate() if each not in threads}
    assert [each.name for each in started if not each.name.startswith("asyncio_")] == []
