"""Questions through the real functions."""

import json
from typing import Any

import httpx
import pytest

from tests.functions.conftest import put

LIGHTS = "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n"
QUILL = "# Ada Quill\n\nAda Quill was born in Port Ellery. She also designed the harbour wall.\n"


async def ask(api: httpx.AsyncClient, query: str, **more: Any) -> httpx.Response:
    return await api.post("rag/query", json={"kb_id": "default", "query": query, **more})


async def test_an_answer_quotes_the_document_that_says_so(api: httpx.AsyncClient) -> None:
    await put(api, "skerry.md", LIGHTS)
    answer = (await ask(api, "Who built the Skerry lighthouse?")).json()
    assert "Ada Quill" in answer["answer"]
    source = answer["sources"][0]
    assert source["quote"] in source["content"]
    assert source["title"] == "skerry.md"
    assert f"[{source['number']}]" in answer["answer"]


async def test_a_question_of_two_hops_cites_both_documents(api: httpx.AsyncClient) -> None:
    await put(api, "skerry.md", LIGHTS)
    await put(api, "quill.md", QUILL)
    answer = (await ask(api, "Where was the builder of the Skerry lighthouse born?")).json()
    assert "Port Ellery" in answer["answer"]
    assert {each["title"] for each in answer["sources"]} == {"skerry.md", "quill.md"}


async def test_a_question_without_evidence_cites_nothing(api: httpx.AsyncClient) -> None:
    await put(api, "skerry.md", LIGHTS)
    answer = (await ask(api, "How many wolves live in Bavaria?")).json()
    assert answer["sources"] == []
    assert answer["confidence"] == 0


async def test_a_chinese_question_is_answered_in_chinese(api: httpx.AsyncClient) -> None:
    await put(api, "厂.txt", "石峤工厂位于青屿市。石峤工厂由林晓燕负责。")
    answer = (await ask(api, "石峤工厂由谁负责？")).json()
    assert "林晓燕" in answer["answer"]


async def test_an_empty_base_says_that_it_does_not_know(api: httpx.AsyncClient) -> None:
    answer = (await ask(api, "Who built the Skerry lighthouse?")).json()
    assert answer["sources"] == []
    assert answer["answer"]


async def test_the_second_time_the_answer_comes_from_the_cache(api: httpx.AsyncClient) -> None:
    await put(api, "skerry.md", LIGHTS)
    first = (await ask(api, "Who built the Skerry lighthouse?")).json()
    second = (await ask(api, "Who built the Skerry lighthouse?")).json()
    assert (first["metrics"]["cache_hit"], second["metrics"]["cache_hit"]) == (False, True)
    assert first["answer"] == second["answer"]


async def test_a_changed_document_is_not_answered_from_the_cache(api: httpx.AsyncClient) -> None:
    await put(api, "skerry.md", LIGHTS)
    await ask(api, "Who built the Skerry lighthouse?")
    await put(api, "skerry.md", LIGHTS.replace("Ada Quill", "Ben Orr"))
    answer = (await ask(api, "Who built the Skerry lighthouse?")).json()
    assert "Ben Orr" in answer["answer"]
    assert not answer["metrics"]["cache_hit"]


async def test_a_stream_ends_with_references_and_the_whole_answer(api: httpx.AsyncClient) -> None:
    await put(api, "skerry.md", LIGHTS)
    body = {"kb_id": "default", "messages": [{"role": "user", "content": "Who built the Skerry lighthouse?"}]}
    text = (await api.post("chat/stream", json=body)).text
    events = [block.split("\n") for block in text.strip().split("\n\n") if block.startswith("event: ")]
    names = [lines[0].removeprefix("event: ") for lines in events]
    values = [json.loads(lines[1].removeprefix("data: ")) for lines in events]
    assert names[0] == "delta"
    assert names[-2:] == ["refs", "done"]
    written = "".join(value["text"] for name, value in zip(names, values, strict=True) if name == "delta")
    assert written.strip() == values[-1]["answer"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"query": ""}, 400),
        ({"query": " \n"}, 400),
        ({"query": "x" * 8001}, 400),
        ({"query": "x " * 4000}, 200),
        ({"top_k": 0}, 400),
        ({"top_k": 1}, 200),
        ({"top_k": 50}, 200),
        ({"top_k": 51}, 400),
        ({"top_k": "8"}, 400),
        ({"query": 5}, 400),
        ({"kb_id": "nowhere"}, 404),
        ({"use_cache": "yes"}, 400),
    ],
)
async def test_a_field_out_of_its_bounds_is_refused(
    api: httpx.AsyncClient, change: dict[str, Any], status: int
) -> None:
    response = await ask(api, **{"query": "Who built it?", **change})
    assert response.status_code == status
    if status >= 400:
        assert set(response.json()["error"]) == {"code", "message", "request_id", "details"}


async def test_a_missing_field_is_named(api: httpx.AsyncClient) -> None:
    response = await api.post("rag/query", json={"kb_id": "default"})
    assert response.status_code == 400
    assert response.json()["error"]["details"]["fields"][0]["field"] == "query"


async def test_unknown_fields_are_ignored_and_named(api: httpx.AsyncClient) -> None:
    response = await ask(api, "Who?", colour="red", größe=1)
    assert response.status_code == 200
    assert response.headers["x-ignored-fields"] == "colour, gr%C3%B6%C3%9Fe"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"query": "\\ud800", "kb_id": "default"}', b"\xff\xfe"]
)
async def test_wrong_json_is_refused(api: httpx.AsyncClient, content: bytes) -> None:
    response = await api.post("rag/query", content=content)
    assert response.status_code == 400
    assert response.json()["error"]["code"] in ("bad_request", "bad_question")


async def test_a_body_over_the_limit_is_refused(api: httpx.AsyncClient) -> None:
    content = json.dumps({"query": "x", "filler": "y" * 1_000_000})
    response = await api.post("rag/query", content=content)
    assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")


async def test_the_callers_request_id_comes_back(api: httpx.AsyncClient) -> None:
    response = await api.get("health", headers={"x-request-id": "abc-1"})
    assert response.headers["x-request-id"] == "abc-1"
    response = await api.get("health", headers={"x-request-id": "a b<script>"})
    assert response.headers["x-request-id"] != "a b<script>"


async def test_another_tenant_is_refused(api: httpx.AsyncClient) -> None:
    response = await api.get("knowledge/bases", headers={"x-tenant-id": "somebody-else"})
    assert (response.status_code, response.json()["error"]["code"]) == (403, "access_denied")


async def test_a_graph_search_shows_entities_and_relations(api: httpx.AsyncClient) -> None:
    await put(api, "skerry.md", LIGHTS)
    await put(api, "quill.md", QUILL)
    found = (await api.post("search/graph", json={"kb_id": "default", "query": "Ada Quill"})).json()
    assert "Ada Quill" in {each["name"] for each in found["graph_context"]["entities"]}
    assert found["graph_context"]["relations"]
    assert found["results"]


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"compression_ratio": 0.1}, 200, ""),
        ({"compression_ratio": 0.09}, 400, "compression_ratio"),
        ({"compression_ratio": 1.0}, 200, ""),
        ({"compression_ratio": 1.01}, 400, "compression_ratio"),
        ({"mode": "simple"}, 200, ""),
        ({"mode": "ultimate"}, 200, ""),
        ({"mode": "fast"}, 400, "mode"),
        ({"use_self_rag": True}, 200, ""),
        ({"use_self_rag": "yes"}, 400, "use_self_rag"),
        ({"use_compression": 1}, 400, "use_compression"),
        ({"use_graph": 0}, 400, "use_graph"),
    ],
)
async def test_an_option_out_of_its_bounds_is_named(
    api: httpx.AsyncClient, change: dict[str, Any], status: int, field: str
) -> None:
    response = await ask(api, "Who built it?", **change)
    assert response.status_code == status
    if field:
        assert response.json()["error"]["details"]["fields"][0]["field"] == field


@pytest.mark.parametrize(
    ("options", "used", "unused"),
    [
        ({"mode": "simple"}, set(), {"graph", "further_search", "self_rag", "compression"}),
        ({}, {"graph", "further_search"}, {"self_rag", "compression"}),
        ({"mode": "ultimate"}, {"graph", "further_search", "self_rag"}, {"compression"}),
        ({"mode": "ultimate", "use_self_rag": False, "use_graph": False}, {"further_search"}, {"graph", "self_rag"}),
        ({"mode": "simple", "use_compression": True, "use_graph": True}, {"compression", "graph"}, {"further_search"}),
    ],
)
async def test_what_takes_part_follows_from_the_mode_and_the_options(
    api: httpx.AsyncClient, options: dict[str, Any], used: set[str], unused: set[str]
) -> None:
    await put(api, "skerry.md", LIGHTS)
    await put(api, "quill.md", QUILL)
    answer = (await ask(api, "Where was the builder of the Skerry lighthouse born?", **options)).json()
    took_part = set(answer["features_used"])
    assert used <= took_part
    assert not unused & took_part
    assert answer["metrics"]["compression_applied"] == ("compression" in took_part)
    assert answer["query_classifier"] == {"type": "multi_hop", "complexity": "moderate", "strategy": "multi_hop"}


async def test_the_second_search_finds_what_the_first_one_leads_to(api: httpx.AsyncClient) -> None:
    await put(api, "skerry.md", LIGHTS)
    await put(api, "quill.md", QUILL)
    for number in range(12):
        await put(api, f"{number}.md", f"# Captain {number}\n\nThe captain who leads ship {number} was born at sea.\n")
    question = "Who built the Skerry lighthouse, and where was that person born?"
    answer = (await ask(api, question, top_k=2, use_graph=False)).json()
    assert "Ada Quill" in answer["answer"]
    assert "Port Ellery" in answer["answer"]
    assert "Port Ellery" not in (await ask(api, question, top_k=2, mode="simple")).json()["answer"]


async def test_another_mode_is_not_answered_from_the_cache(api: httpx.AsyncClient) -> None:
    await put(api, "skerry.md", LIGHTS)
    for mode in ("simple", "balanced", "ultimate"):
        answer = (await ask(api, "Who built the Skerry lighthouse?", mode=mode)).json()
        assert not answer["metrics"]["cache_hit"]


async def test_a_follow_up_is_asked_with_what_came_before(api: httpx.AsyncClient) -> None:
    await put(api, "skerry.md", LIGHTS)
    await put(api, "fair.md", "# Fair Isle\n\nThe Fair Isle lighthouse was built by Ben Orr in 1892.\n")
    messages = [
        {"role": "user", "content": "Who built the Skerry lighthouse?"},
        {"role": "assistant", "content": "Ada Quill. [1]"},
        {"role": "user", "content": "And the Fair Isle one?"},
    ]
    text = (await api.post("chat/stream", json={"kb_id": "default", "messages": messages})).text
    assert "Ben Orr" in text


async def search(api: httpx.AsyncClient, query: str, **more: Any) -> httpx.Response:
    return await api.post("search/graph", json={"kb_id": "default", "query": query, **more})


async def test_a_path_explains_how_two_entities_hang_together(api: httpx.AsyncClient) -> None:
    await put(
        api, "plant.md", "# Plants\n\nThe Tern-3 buoy is built by Shiqiao Works. Lin Xiaoyan leads Shiqiao Works.\n"
    )
    options = {"use_path_reasoning": True}
    context = (await search(api, "Tern-3 buoy Shiqiao Works", graph_options=options)).json()["graph_context"]
    names = {each["id"]: each["name"] for each in context["entities"]}
    assert context["path"]
    assert {context["path"][0]["source"], context["path"][0]["target"]} <= set(names.values())
    assert context["path"][0]["chunk_ids"]
    assert (await search(api, "Tern-3 buoy Shiqiao Works")).json()["graph_context"]["path"] == []


async def test_only_entities_of_the_types_asked_for_are_shown(api: httpx.AsyncClient) -> None:
    await put(api, "skerry.md", LIGHTS)
    await put(api, "quill.md", QUILL)
    shown = (await search(api, "Ada Quill", filters={"entity_types": ["PERSON"]})).json()["graph_context"]
    assert {each["type"] for each in shown["entities"]} == {"PERSON"}
    assert all({each["source"], each["target"]} <= {e["id"] for e in shown["entities"]} for each in shown["relations"])
    assert len((await search(api, "Ada Quill")).json()["graph_context"]["entities"]) > len(shown["entities"])


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ({"from": "1911-01-01", "to": "1911-12-31"}, True),
        ({"from": "1911-12-31"}, True),
        ({"from": "1912-01-01"}, False),
        ({"to": "1911-01-01"}, True),
        ({"to": "1910-12-31"}, False),
        ({}, True),
    ],
)
async def test_only_passages_of_the_time_asked_for_are_shown(
    api: httpx.AsyncClient, dates: dict[str, str], found: bool
) -> None:
    await put(api, "skerry.md", LIGHTS)
    results = (await search(api, "Skerry lighthouse", filters={"date_range": dates})).json()["results"]
    assert bool(results) == found


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"graph_options": {"max_hops": 0}}, "graph_options.max_hops"),
        ({"graph_options": {"max_hops": 4}}, "graph_options.max_hops"),
        ({"graph_options": {"use_path_reasoning": 1}}, "graph_options.use_path_reasoning"),
        ({"filters": {"entity_types": ["ANIMAL"]}}, "filters.entity_types.0"),
        ({"filters": {"date_range": {"from": "yesterday"}}}, "filters.date_range.from"),
        ({"filters": {"date_range": {"from": "2025-02-01", "to": "2025-01-31"}}}, "filters.date_range"),
        ({"search_type": "magic"}, "search_type"),
    ],
)
async def test_a_search_out_of_its_bounds_names_the_field(
    api: httpx.AsyncClient, change: dict[str, Any], field: str
) -> None:
    response = await search(api, "Ada Quill", **change)
    assert response.status_code == 400
    assert response.json()["error"]["details"]["fields"][0]["field"] == field


async def test_an_answer_suggests_what_to_ask_next(api: httpx.AsyncClient) -> None:
    await put(api, "skerry.md", LIGHTS)
    await put(api, "quill.md", "# Ada Quill\n\nAda Quill works for Heron Works.\n")
    await put(api, "works.md", "# Heron Works\n\nHeron Works is located in Port Ellery.\n")
    answer = (await ask(api, "Who built the Skerry lighthouse?")).json()
    assert answer["follow_ups"][0] == "Where is Heron Works located?"
    assert (await ask(api, "Who built the Skerry lighthouse?")).json()["follow_ups"] == answer["follow_ups"]
    body = {"kb_id": "default", "messages": [{"role": "user", "content": "Who built the Skerry lighthouse?"}]}
    assert json.dumps(answer["follow_ups"]) in (await api.post("chat/stream", json=body)).text
    assert "Port Ellery" in (await ask(api, answer["follow_ups"][0])).json()["answer"]
    assert (await ask(api, "How many wolves live in Bavaria?")).json()["follow_ups"] == []
