"""Rewriting and expansion by a model, behind the real functions: what is found with them, and without."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from shared.answering import expansion, rewriting
from shared.settings import Settings
from tests.fakes.openai_server import KEY, Fault, OpenAIServer
from tests.functions.conftest import put, served, with_settings
from tests.functions.test_question_options import answered

CONVERSATION = [
    {"role": "user", "content": "Who leads the Shiqiao plant?"},
    {"role": "assistant", "content": "Lin Xiaoyan leads it. [1]"},
    {"role": "user", "content": "And which boiler does that one run?"},
]
WHOLE = "Which boiler does the Shiqiao plant run?"
CHINESE = "# 锅炉\n\n石峤工厂使用海燕牌锅炉。\n"


def writer(body: dict[str, Any]) -> str:
    """Do each task as it should be done, and answer everything else."""
    return {
        rewriting.RULES: WHOLE,
        expansion.RULES: "search: steam generator of the works\nsearch: 石峤工厂 锅炉",
    }.get(body["messages"][0]["content"], "It runs a Heron boiler. [1]")


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer(writer) as running:
        yield running


@asynccontextmanager
async def house(settings: Settings, server: OpenAIServer, **changes: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Serve with a chat server plugged in at a price, and with one document."""
    plugged = {"chat_base_url": server.base_url, "chat_api_key": KEY, "chat_model": "loopback"}
    async with served(with_settings(settings, **{**plugged, "chat_input_price": 1.0, **changes})) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        await put(api, "boiler.md", CHINESE)
        yield api


async def chat(api: httpx.AsyncClient, **options: Any) -> dict[str, Any]:
    return await answered(api, "chat/stream", "", **{"messages": CONVERSATION, **options})


async def test_a_follow_up_is_rewritten_and_the_call_is_part_of_the_answers_cost(
    settings: Settings, server: OpenAIServer
) -> None:
    async with house(settings, server) as api:
        answer = await chat(api, use_query_rewriting=True, use_query_expansion=True)
    assert {"query_rewriting", "query_expansion"} <= set(answer["features_used"])
    assert answer["metrics"]["tokens_used"] == sum(each["total_tokens"] for each in server.usages)
    read = sum(each["prompt_tokens"] for each in server.usages)
    assert answer["metrics"]["cost_usd"] == pytest.approx(read / 1_000_000)
    asked = [each["messages"][-1]["content"] for each in server.requests]
    assert [WHOLE in each for each in asked] == [False, True, True]


async def test_other_words_find_what_the_question_does_not(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server) as api:
        without = await answered(api, "rag/query", WHOLE)
        found = await answered(api, "rag/query", WHOLE, use_query_expansion=True)
    assert without["sources"] == []
    assert [each["title"] for each in found["sources"]] == ["boiler.md"]


async def test_without_a_model_both_options_change_nothing(api: httpx.AsyncClient) -> None:
    await put(api, "boiler.md", CHINESE)
    plain = await answered(api, "rag/query", WHOLE)
    asked = await answered(api, "rag/query", WHOLE, use_query_rewriting=True, use_query_expansion=True)
    assert asked["features_used"] == plain["features_used"]
    assert asked["answer"] == plain["answer"]


async def test_a_refusal_leaves_the_question_as_it_was_and_the_answer_is_not_kept(
    settings: Settings, server: OpenAIServer
) -> None:
    async with house(settings, server) as api:
        server.faults.append(Fault.FILTERED)
        refused = await chat(api, use_query_rewriting=True)
        again = await chat(api, use_query_rewriting=True)
        kept = await chat(api, use_query_rewriting=True)
    assert refused["answer"]
    assert WHOLE not in server.requests[1]["messages"][-1]["content"]
    assert (again["metrics"]["cache_hit"], kept["metrics"]["cache_hit"]) == (False, True)
