"""A chat server that fails, stalls or costs too much, behind the real functions: the caller hears of it."""

import asyncio

import pytest

from shared.settings import Settings
from tests.fakes.openai_server import KEY, Fault, OpenAIServer
from tests.functions.conftest import put, served, with_settings
from tests.functions.model_house import QUESTION, REPEATED, STREAM, TEXT, calls, events, house, reserved
from tests.workflow.polling import until

PATIENT = 60.0
"""Seconds that hold the pauses between these tries."""


async def test_an_answer_is_booked_with_what_the_server_counted(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server) as api:
        answer = (await api.post("rag/query", json={"query": QUESTION})).json()
    # 100 fresh and 20 cached tokens at one dollar a million, 30 written ones at two.
    assert answer["metrics"]["cost_usd"] == pytest.approx(0.00018)
    assert calls(settings) == [("settled", 180_000, 120, 30)]
    assert reserved(settings) == 0


@pytest.mark.parametrize(
    ("faults", "code", "state"),
    [
        ([Fault.FILTERED], "content_blocked", "settled"),
        ([Fault.TRUNCATED], "model_unavailable", "settled"),
        ([Fault.CUT_OFF], "model_unavailable", "settled"),
        ([Fault.BAD_JSON], "model_unavailable", "settled"),
        ([Fault.STALLED], "deadline_exceeded", "settled"),
    ],
)
async def test_a_stream_that_fails_ends_with_error_and_done_and_holds_no_money(
    settings: Settings, server: OpenAIServer, faults: list[Fault], code: str, state: str
) -> None:
    async with house(settings, server) as api:
        server.faults.extend(faults)
        found = events((await api.post("chat/stream", json=STREAM)).text)
        assert [name for name, _ in found][-2:] == ["error", "done"]
        assert set(found[-2][1]) == {"code", "message", "request_id", "details"}
        assert found[-2][1]["code"] == code
        assert found[-1][1] == {"finish_reason": "error"}
        assert KEY not in str(found)
        server.faults.clear()
        repeated = events((await api.post("chat/stream", json=STREAM)).text)
        assert repeated[-1][1]["finish_reason"] == "stop"
        assert not repeated[-1][1]["metrics"]["cache_hit"]
    assert [call[0] for call in calls(settings)] == [state, "settled"]
    assert reserved(settings) == 0


@pytest.mark.parametrize(
    ("faults", "seconds", "state"),
    [
        ([Fault.BROKEN] * REPEATED, PATIENT, "released"),
        ([Fault.RATE_LIMITED], 5.0, "released"),  # the server asks for seven
        ([Fault.RESET] * REPEATED, PATIENT, "released"),
        ([Fault.SLOW], 2.0, "settled"),  # the server may have worked on it, so what it read is booked
    ],
)
async def test_where_the_model_says_nothing_the_passages_answer_for_nothing_and_are_not_kept(
    settings: Settings, server: OpenAIServer, faults: list[Fault], seconds: float, state: str
) -> None:
    async with house(settings, server, chat_timeout_seconds=seconds) as api:
        server.faults.extend(faults)
        (_, degraded) = events((await api.post("chat/stream", json=STREAM)).text)[-1]
        assert degraded["answer"].startswith("The feed pump runs at 40 bar. [1]")
        assert (degraded["finish_reason"], degraded["model_used"]) == ("stop", "extractive")
        assert "degraded" in degraded["features_used"]
        assert (degraded["metrics"]["cost_usd"] > 0) == (state == "settled")
        again = (await api.post("rag/query", json={"query": QUESTION})).json()
        assert (again["model_used"], again["metrics"]["cache_hit"]) == ("loopback", False)
        assert "degraded" not in again["features_used"]
    assert [call[0] for call in calls(settings)] == [state, "settled"]
    assert reserved(settings) == 0


async def test_a_dead_model_is_left_alone_after_three_questions(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server, chat_timeout_seconds=PATIENT) as api:
        server.faults.extend([Fault.BROKEN] * 100)
        body = {"query": QUESTION, "use_cache": False}
        answers = [(await api.post("rag/query", json=body)).json() for _ in range(5)]
    assert {answer["model_used"] for answer in answers} == {"extractive"}
    assert len(server.requests) == 3 * REPEATED
    assert reserved(settings) == 0


async def test_a_query_whose_content_is_refused_says_so(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server) as api:
        server.faults.append(Fault.FILTERED)
        response = await api.post("rag/query", json={"query": QUESTION})
    assert (response.status_code, response.json()["error"]["code"]) == (422, "content_blocked")
    assert reserved(settings) == 0


async def test_a_client_that_leaves_ends_the_models_call_and_its_money_is_settled(
    settings: Settings, server: OpenAIServer
) -> None:
    async with house(settings, server, chat_timeout_seconds=60.0) as api:
        server.faults.append(Fault.STALLED)
        async with api.stream("POST", "chat/stream", json=STREAM) as response:
            async for line in response.aiter_lines():
                if line.startswith("event: delta"):
                    break
        await asyncio.wait_for(asyncio.to_thread(server.left.wait), 20)
        await until(lambda: not reserved(settings))
    ((state, cost, read, written),) = calls(settings)
    assert state == "settled"
    assert cost > 0
    assert read > 0
    assert 0 < written < 30


async def test_without_a_budget_a_model_with_a_price_is_not_asked(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server, daily_budget_usd=0.0) as api:
        query = await api.post("rag/query", json={"query": QUESTION})
        found = events((await api.post("chat/stream", json=STREAM)).text)
    assert (query.status_code, query.json()["error"]["code"]) == (402, "budget_exceeded")
    assert [(name, value.get("code")) for name, value in found] == [("error", "budget_exceeded"), ("done", None)]
    assert server.requests == []
    assert calls(settings) == []


async def test_without_a_budget_what_costs_nothing_still_answers(settings: Settings) -> None:
    async with served(with_settings(settings, daily_budget_usd=0.0, monthly_budget_usd=0.0)) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        await put(api, "pumps.md", TEXT)
        assert "40 bar" in (await api.post("rag/query", json={"query": QUESTION})).json()["answer"]


async def test_concurrent_questions_do_not_overspend(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server, daily_budget_usd=0.004) as api:
        body = {"query": QUESTION, "use_cache": False}
        responses = await asyncio.gather(*(api.post("rag/query", json=body) for _ in range(30)))
    statuses = {response.status_code for response in responses}
    assert statuses <= {200, 402}
    assert 200 in statuses
    assert sum(cost for _, cost, _, _ in calls(settings)) <= 4_000_000
    assert reserved(settings) == 0
