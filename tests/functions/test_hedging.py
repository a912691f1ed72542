"""A second model asked beside a silent one, over sockets: one answer, two calls, no money lost."""

import asyncio
from collections import deque
from typing import Any

import httpx
import pytest

from shared.services.circuit import MOST_FAILURES
from shared.settings import Settings
from tests.fakes.openai_server import Fault, OpenAIServer
from tests.functions.model_house import QUESTION, STREAM, calls, events, house, reserved
from tests.workflow.polling import until

TWO: dict[str, Any] = {"chat_small_model": "small", "chat_timeout_seconds": 60.0}
HEDGED = {**TWO, "chat_hedge_milliseconds": 1}
QUERY = {"query": QUESTION, "use_cache": False}
ONE_CALL = ("settled", 180_000, 120, 30)


async def answered(api: httpx.AsyncClient, route: str) -> dict[str, Any]:
    """What a route says at its end, in one form."""
    if route == "chat/stream":
        found: dict[str, Any] = events((await api.post(route, json={**STREAM, "use_cache": False})).text)[-1][1]
        return found
    response = await api.post(route, json=QUERY)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


async def raced(api: httpx.AsyncClient, server: OpenAIServer, winner: str, route: str) -> dict[str, Any]:
    """Ask while both models are silent, and let one of them speak when both have been asked."""
    loser = "small" if winner == "loopback" else "loopback"
    server.faults_of = {winner: deque([Fault.HELD]), loser: deque([Fault.SLOW])}
    server.released.clear()
    server.requests.clear()
    asking = asyncio.create_task(answered(api, route))
    await until(lambda: len(server.requests) == 2, 60)
    server.released.set()
    return await asking


async def stats(api: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in (await api.get("models/stats")).json()["items"]}


async def check_sums(api: httpx.AsyncClient, settings: Settings, answer: dict[str, Any]) -> None:
    """What the answer cost, what the usage says, and what the ledger booked, are one sum; nothing is held."""
    booked = sum(cost for _, cost, _, _ in calls(settings)) / 1e9
    (spent,) = [
        each["spent_usd"]
        for each in (await api.get("usage")).json()["shared"]
        if (each["account"], each["period"]) == ("global", "daily")
    ]
    assert answer["metrics"]["cost_usd"] == pytest.approx(booked)
    assert spent == pytest.approx(booked)
    assert reserved(settings) == 0


@pytest.mark.parametrize("route", ["rag/query", "chat/stream"])
async def test_where_the_first_model_is_silent_the_second_answers_and_both_calls_are_paid(
    settings: Settings, server: OpenAIServer, route: str
) -> None:
    async with house(settings, server, **HEDGED) as api:
        answer = await raced(api, server, "small", route)
        # The silent one was hung up on.
        assert await asyncio.to_thread(server.left.wait, 60)
        models = await stats(api)
        await check_sums(api, settings, answer)
    assert answer["model_used"] == "small"
    assert {"hedged", "stand_in_model"} <= set(answer["features_used"])
    assert sorted(body["model"] for body in server.requests) == ["loopback", "small"]
    assert sorted(call[0] for call in calls(settings)) == ["settled", "settled"]
    assert ONE_CALL in calls(settings)
    for name in ("loopback", "small"):
        assert (models[name]["calls"], models[name]["errors"], models[name]["circuit"]) == (1, {}, "closed")
        assert models[name]["cost_usd"] > 0


@pytest.mark.parametrize("route", ["rag/query", "chat/stream"])
async def test_where_the_first_model_speaks_first_after_all_the_second_is_hung_up_on(
    settings: Settings, server: OpenAIServer, route: str
) -> None:
    async with house(settings, server, **HEDGED) as api:
        answer = await raced(api, server, "loopback", route)
        assert await asyncio.to_thread(server.left.wait, 60)
        await check_sums(api, settings, answer)
    assert answer["model_used"] == "loopback"
    assert "hedged" in answer["features_used"]
    assert "stand_in_model" not in answer["features_used"]
    assert len(calls(settings)) == 2


async def test_a_model_that_is_hung_up_on_again_and_again_is_not_left_alone_for_it(
    settings: Settings, server: OpenAIServer
) -> None:
    async with house(settings, server, **HEDGED) as api:
        for _ in range(MOST_FAILURES + 1):
            assert (await raced(api, server, "small", "rag/query"))["model_used"] == "small"
        models = await stats(api)
    assert models["loopback"]["calls"] == MOST_FAILURES + 1
    assert models["loopback"]["circuit"] == "closed"


async def test_nobody_is_asked_beside_it_for_money_that_is_not_there(settings: Settings, server: OpenAIServer) -> None:
    # One call is estimated at its prompt and a thousand tokens of answer; two do not fit.
    patient = {**HEDGED, "chat_hedge_milliseconds": 150}
    async with house(settings, server, **patient, daily_budget_usd=0.004) as api:
        server.refusals.append((503, {"retry-after-ms": "2000"}))
        answer = await answered(api, "rag/query")
        await check_sums(api, settings, answer)
    assert answer["model_used"] == "loopback"
    assert "hedged" not in answer["features_used"]
    assert {body["model"] for body in server.requests} == {"loopback"}
    assert calls(settings) == [ONE_CALL]


async def test_unless_the_setting_says_so_nobody_is_asked_beside_a_silent_model(
    settings: Settings, server: OpenAIServer
) -> None:
    async with house(settings, server, **TWO) as api:
        server.refusals.append((503, {"retry-after-ms": "500"}))
        assert (await answered(api, "rag/query"))["model_used"] == "loopback"
    assert {body["model"] for body in server.requests} == {"loopback"}


async def test_an_asker_who_leaves_while_both_are_silent_ends_both_calls(
    settings: Settings, server: OpenAIServer
) -> None:
    async with house(settings, server, **HEDGED) as api:
        server.faults.extend([Fault.SLOW, Fault.SLOW])
        async with api.stream("POST", "chat/stream", json=STREAM):
            await until(lambda: len(server.requests) == 2, 60)
        await until(lambda: not reserved(settings))
    assert [state for state, *_ in calls(settings)] == ["settled", "settled"]


async def test_what_a_second_model_wrote_for_a_silent_one_is_not_given_again(
    settings: Settings, server: OpenAIServer
) -> None:
    async with house(settings, server, **HEDGED) as api:
        server.faults_of["loopback"] = deque([Fault.SLOW])
        first = (await api.post("rag/query", json={"query": QUESTION})).json()
        second = (await api.post("rag/query", json={"query": QUESTION})).json()
    assert (first["model_used"], second["metrics"]["cache_hit"]) == ("small", False)
