"""The options of a question through the real functions: the same on both routes."""

import json
from typing import Any

import httpx
import pytest

from functions.contracts.asking import ChatRequest, QueryRequest
from functions.contracts.options import QuestionOptions
from tests.functions.conftest import put

HARBOUR = "# Harbour\n\nAda Quill opened the harbour in 1911.\n"
FERRY = "# Ferry\n\nThe harbour ferry has run since March 2024.\n"
ROUTES = ("rag/query", "chat/stream")


async def ask(api: httpx.AsyncClient, route: str, query: str, **more: Any) -> httpx.Response:
    if route == "rag/query":
        return await api.post(route, json={"query": query, **more})
    return await api.post(route, json={"messages": [{"role": "user", "content": query}], **more})


async def answered(api: httpx.AsyncClient, route: str, query: str, **more: Any) -> dict[str, Any]:
    """The whole answer, sources included, whichever way it comes."""
    response = await ask(api, route, query, **more)
    assert response.status_code == 200, response.text
    if route == "rag/query":
        return response.json()
    blocks = [block.split("\n") for block in response.text.strip().split("\n\n") if block.startswith("event: ")]
    values = {name.removeprefix("event: "): json.loads(value.removeprefix("data: ")) for name, value in blocks}
    return {**values["done"], **values["refs"]}


def test_both_routes_take_every_option() -> None:
    own = {"query", "messages", "conversation_id", "temperature", "use_graph_rag"}
    options = set(QuestionOptions.model_fields)
    assert set(QueryRequest.model_fields) - own == set(ChatRequest.model_fields) - own == options


@pytest.mark.parametrize("route", ROUTES)
async def test_each_option_that_takes_part_is_named(api: httpx.AsyncClient, route: str) -> None:
    await put(api, "harbour.md", HARBOUR)
    plain = await answered(api, route, "Who opened the harbour?", mode="simple")
    assert plain["features_used"] == ["keyword", "citation_check"]
    options = {"use_self_rag": True, "use_compression": True, "compression_ratio": 0.1}
    full = await answered(api, route, "Who opened the harbour?", mode="ultimate", **options)
    assert {"graph", "self_rag", "compression"} <= set(full["features_used"])


@pytest.mark.parametrize(
    ("options", "graph"),
    [
        ({}, True),
        ({"use_graph_rag": False}, False),
        ({"use_graph": False}, False),
        ({"use_graph": True, "use_graph_rag": False}, True),
        ({"mode": "simple"}, False),
        ({"mode": "simple", "use_graph_rag": True}, True),
    ],
)
async def test_a_conversation_calls_the_graph_by_both_its_names(
    api: httpx.AsyncClient, options: dict[str, Any], graph: bool
) -> None:
    await put(api, "harbour.md", HARBOUR)
    answer = await answered(api, "chat/stream", "Who opened the harbour?", **options)
    assert ("graph" in answer["features_used"]) == graph


@pytest.mark.parametrize("use_graph", [True, False])
@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({}, {"harbour.md", "ferry.md"}),
        ({"date_range": {}}, {"harbour.md", "ferry.md"}),
        ({"date_range": {"from": "2024-03-31"}}, {"ferry.md"}),
        ({"date_range": {"to": "1911-01-01"}}, {"harbour.md"}),
        ({"date_range": {"from": "2024-04-01"}}, set()),
        ({"entity_types": ["PERSON"]}, {"harbour.md"}),
        ({"entity_types": ["PERSON"], "date_range": {"from": "2024-03-31"}}, set()),
    ],
)
async def test_an_answer_rests_on_what_the_filters_let_through(
    api: httpx.AsyncClient, route: str, filters: dict[str, Any], titles: set[str], use_graph: bool
) -> None:
    await put(api, "harbour.md", HARBOUR)
    await put(api, "ferry.md", FERRY)
    options = {"filters": filters, "use_graph": use_graph}
    answer = await answered(api, route, "Who opened the harbour, and since when has the ferry run?", **options)
    assert {each["title"] for each in answer["sources"]} == titles


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"mode": "magic"}, "mode"),
        ({"compression_ratio": 0.09}, "compression_ratio"),
        ({"compression_ratio": 1.01}, "compression_ratio"),
        ({"use_graph": "yes"}, "use_graph"),
        ({"use_self_rag": 1}, "use_self_rag"),
        ({"filters": {"entity_types": ["ANIMAL"]}}, "filters.entity_types.0"),
        ({"filters": {"date_range": {"from": "yesterday"}}}, "filters.date_range.from"),
        ({"filters": {"date_range": {"from": "2025-02-01", "to": "2025-01-31"}}}, "filters.date_range"),
    ],
)
async def test_an_option_out_of_its_bounds_is_named(
    api: httpx.AsyncClient, route: str, change: dict[str, Any], field: str
) -> None:
    response = await ask(api, route, "Who opened the harbour?", **change)
    assert response.status_code == 400
    assert response.json()["error"]["details"]["fields"][0]["field"] == field


@pytest.mark.parametrize("ratio", [0.1, 1])
async def test_an_option_at_its_bound_is_taken(api: httpx.AsyncClient, ratio: float) -> None:
    assert (await ask(api, "rag/query", "Who opened it?", compression_ratio=ratio)).status_code == 200
