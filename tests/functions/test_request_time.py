"""A request has so many seconds; models, embedders and rerankers that take longer do not make it wait longer."""

import asyncio
import json
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest

from shared.settings import Settings
from tests.fakes.openai_server import KEY, Fault, OpenAIServer
from tests.functions.conftest import put
from tests.functions.model_house import QUESTION, STREAM, calls, events, house, reserved

SECONDS = 3.0
"""Of each request here: enough for a search on a busy machine."""

LONGEST = 45.0
"""Within which an answer is here for sure; without a bound of its own it would take a model's minute, or three."""

COMPLETION = {"model": "kb:default", "messages": [{"role": "user", "content": QUESTION}]}


def hasty(settings: Settings, server: OpenAIServer, **changes: Any) -> AbstractAsyncContextManager[httpx.AsyncClient]:
    """Serve with a chat server that may take a minute, and with requests that may not."""
    return house(settings, server, **{"chat_timeout_seconds": 60.0, "request_seconds": SECONDS, **changes})


def embedding_at(server: OpenAIServer) -> dict[str, Any]:
    """The settings of an embedder on the server."""
    own = {"embedding_base_url": server.base_url, "embedding_api_key": KEY, "embedding_model": "loopback-embedding"}
    return {**own, "embedding_dimensions": server.dimensions, "embedding_price": 1.0}


async def posted(api: httpx.AsyncClient, path: str, body: dict[str, Any]) -> httpx.Response:
    """Ask, and wait no longer than an answer may take."""
    return await asyncio.wait_for(api.post(path, json=body), LONGEST)


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.STALLED, Fault.RATE_LIMITED])
async def test_where_time_runs_out_in_the_model_the_passages_answer(
    settings: Settings, server: OpenAIServer, fault: Fault
) -> None:
    # The refused request asks for a wait of seven seconds, twice, before it is made again.
    async with hasty(settings, server) as api:
        server.faults.extend([fault] * 3)
        late = (await posted(api, "rag/query", {"query": QUESTION})).json()
        asked = len(server.requests)
        server.faults.clear()
        in_time = (await posted(api, "rag/query", {"query": QUESTION})).json()
        stats = (await api.get("models/stats")).json()["items"]
    assert late["answer"].startswith("The feed pump runs at 40 bar. [1]")
    assert late["model_used"] == "extractive"
    assert "degraded" in late["features_used"]
    assert asked == 1
    assert in_time["model_used"] == "loopback"
    assert "degraded" not in in_time["features_used"]
    assert not in_time["metrics"]["cache_hit"]
    assert [state for state, *_ in calls(settings)] == ["settled", "settled"]
    assert reserved(settings) == 0
    (counted,) = [each["errors"] for each in stats if each["id"] == "loopback"]
    assert counted == {"deadline_exceeded": 1}


async def test_a_stream_over_which_time_runs_out_before_its_first_word_is_answered_from_the_passages(
    settings: Settings, server: OpenAIServer
) -> None:
    async with hasty(settings, server) as api:
        server.faults.append(Fault.SLOW)
        name, done = events((await posted(api, "chat/stream", STREAM)).text)[-1]
    assert (name, done["finish_reason"], done["model_used"]) == ("done", "stop", "extractive")
    assert "degraded" in done["features_used"]
    assert reserved(settings) == 0


async def test_a_stream_over_which_time_runs_out_behind_its_first_word_ends_with_the_error(
    settings: Settings, server: OpenAIServer
) -> None:
    async with hasty(settings, server) as api:
        server.faults.append(Fault.STALLED)
        found = events((await posted(api, "chat/stream", STREAM)).text)
        server.faults.append(Fault.STALLED)
        completion = (await posted(api, "chat/completions", {**COMPLETION, "stream": True})).text
    assert found[0][0] == "delta"
    assert [(name, value.get("code")) for name, value in found[-2:]] == [("error", "deadline_exceeded"), ("done", None)]
    *_, error, end = [line.removeprefix("data: ") for line in completion.splitlines() if line.startswith("data: ")]
    assert json.loads(error)["error"]["code"] == "deadline_exceeded"
    assert end == "[DONE]"
    assert [state for state, *_ in calls(settings)] == ["settled", "settled"]
    assert reserved(settings) == 0


async def test_where_time_runs_out_before_there_are_passages_each_route_says_so_in_its_own_form(
    settings: Settings, server: OpenAIServer
) -> None:
    async with hasty(settings, server, **embedding_at(server)) as api:
        replies = []
        for path, body in (
            ("rag/query", {"query": QUESTION}),
            ("search/graph", {"query": "Who checks the feed pump?"}),
            ("chat/completions", {**COMPLETION, "messages": [{"role": "user", "content": "Who checks it?"}]}),
            ("embeddings", {"model": f"loopback-embedding@{server.dimensions}", "input": "feed pump"}),
        ):
            server.faults.append(Fault.SLOW)
            replies.append(await posted(api, path, body))
        answered = await posted(api, "rag/query", {"query": QUESTION})
    assert [(each.status_code, each.json()["error"]["code"]) for each in replies] == [(504, "deadline_exceeded")] * 4
    assert [each.json()["error"].get("type") for each in replies] == [None, None, "server_error", "server_error"]
    assert answered.json()["model_used"] == "loopback"
    assert reserved(settings) == 0


async def test_a_reranker_that_takes_too_long_leaves_the_passages_to_answer(
    settings: Settings, server: OpenAIServer
) -> None:
    ranking = {"rerank_base_url": server.base_url, "rerank_api_key": KEY, "rerank_model": "loopback-rerank"}
    async with hasty(settings, server, **ranking, rerank_price=1.0, request_seconds=2.0) as api:
        await put(api, "valves.md", "# Valves\n\nThe feed pump has a valve that opens at 44 bar.\n")
        server.faults.append(Fault.SLOW)
        late = (await posted(api, "rag/query", {"query": QUESTION, "use_rerank": True})).json()
    assert late["model_used"] == "extractive"
    assert "40 bar" in late["answer"]
    assert reserved(settings) == 0


async def test_a_document_may_take_longer_than_the_request_that_brought_it(
    settings: Settings, server: OpenAIServer
) -> None:
    async with hasty(settings, server, **embedding_at(server), request_seconds=1.0) as api:
        # Two refusals make the embedder wait for longer than the request may take.
        server.faults.extend([Fault.BROKEN] * 4)
        assert (await put(api, "valves.md", "# Valves\n\nThe valve opens at 44 bar.\n"))["status"] == "ready"
