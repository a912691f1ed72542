"""Reranking through the real functions: by sentences, by a server, and what an answer says where that fails."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import httpx
import pytest

from shared.settings import Settings
from tests.fakes.openai_server import KEY, Fault, OpenAIServer
from tests.functions.conftest import put, served, with_settings

QUESTION = "Who repairs the harbour crane?"


@asynccontextmanager
async def house(settings: Settings, server: OpenAIServer, **changes: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Serve with a reranker plugged in at a price, and with two documents."""
    plugged = {"rerank_base_url": server.base_url, "rerank_api_key": KEY, "rerank_model": "loopback"}
    async with served(with_settings(settings, **{**plugged, "rerank_price": 2.0, **changes})) as api:
        await filled(api)
        yield api


async def filled(api: httpx.AsyncClient) -> None:
    await api.post("knowledge/bases", json={"name": "Default"})
    await put(api, "crane.md", "# Crane\n\nAda Quill repairs the harbour crane.\n")
    await put(api, "harbour.md", "# Harbour\n\nThe harbour has a crane and a ferry.\n")


async def asked(api: httpx.AsyncClient, **options: Any) -> dict[str, Any]:
    response = await api.post("rag/query", json={"query": QUESTION, "use_rerank": True, **options})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def calls(settings: Settings) -> list[tuple[str, str, int, int]]:
    """Every booked call: purpose, state, cost and input tokens."""
    with closing(sqlite3.connect(settings.data_dir / "ledger.sqlite")) as connection:
        return connection.execute("SELECT purpose, state, cost, input FROM calls ORDER BY reserved_at").fetchall()


async def test_sentences_rerank_where_no_server_does(api: httpx.AsyncClient) -> None:
    await filled(api)
    answer = await asked(api)
    assert "rerank" in answer["features_used"]
    assert answer["metrics"]["rerank_latency"] > 0
    assert answer["metrics"]["cost_usd"] == 0
    assert "Ada Quill" in answer["answer"]


async def test_without_the_option_nothing_is_reranked(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server) as api:
        answer = await asked(api, use_rerank=False)
    assert "rerank" not in answer["features_used"]
    assert answer["metrics"]["rerank_latency"] == 0
    assert server.requests == []


async def test_a_server_is_paid_by_what_it_reads(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server) as api:
        answer = await asked(api)
    assert "rerank" in answer["features_used"]
    # Two passages of seven tokens at two dollars a million.
    assert answer["metrics"]["cost_usd"] == pytest.approx(0.000028)
    assert [call for call in calls(settings) if call[0] == "rerank:loopback"] == [
        ("rerank:loopback", "settled", 28_000, 14)
    ]


@pytest.mark.parametrize("fault", [Fault.RATE_LIMITED, Fault.BROKEN, Fault.NOT_JSON, Fault.OUT_OF_RANGE])
async def test_a_failing_server_costs_the_order_and_not_the_answer(
    settings: Settings, server: OpenAIServer, fault: Fault
) -> None:
    async with house(settings, server) as api:
        server.faults.append(fault)
        answer = await asked(api)
        again = await asked(api)
    assert "Ada Quill" in answer["answer"]
    assert "rerank" not in answer["features_used"]
    assert answer["metrics"]["cost_usd"] == 0
    # What was answered without the reranker is not given again once it works.
    assert (again["metrics"]["cache_hit"], "rerank" in again["features_used"]) == (False, True)


async def test_a_spent_budget_costs_the_order_and_not_the_answer(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server, daily_budget_usd=0.0) as api:
        answer = await asked(api)
    assert "Ada Quill" in answer["answer"]
    assert "rerank" not in answer["features_used"]
    assert server.requests == []


async def test_a_reranked_answer_is_kept(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server) as api:
        await asked(api)
        assert (await asked(api))["metrics"]["cache_hit"]
    assert len(server.requests) == 1
