"""What the table of roles says holds for questions over HTTP."""

from collections.abc import AsyncIterator
from math import inf
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.openai_server import KEY, OpenAIServer
from tests.functions.conftest import put, served, with_settings
from tests.functions.model_house import QUESTION, TEXT
from tests.functions.signing_in import ADMIN, bearer, guarded, header_of

COMPARE = "Compare the pressure of the feed pump with who checks it, and say why and since when."


@pytest.fixture
async def api(tmp_path: Path, server: OpenAIServer) -> AsyncIterator[httpx.AsyncClient]:
    """A guarded house with two chat models, one document that everybody may read, and no caller of its own."""
    model = {"chat_base_url": server.base_url, "chat_api_key": KEY, "chat_model": "large", "chat_small_model": "small"}
    prices = {"chat_input_price": 1.0, "chat_output_price": 2.0}
    async with served(with_settings(guarded(tmp_path), **model, **prices)) as client:
        client.headers.update(ADMIN)
        await client.post("knowledge/bases", json={"name": "Default"})
        assert (await put(client, "pumps.md", TEXT))["status"] == "ready"
        del client.headers["authorization"]
        yield client


async def header(api: httpx.AsyncClient, role: str) -> dict[str, str]:
    """Return the header of a program with a role."""
    made = await api.post("service-keys", json={"name": role, "role": role}, headers=ADMIN)
    assert made.status_code == 201, made.text
    return bearer(made.json()["token"])


async def answered(api: httpx.AsyncClient, who: dict[str, str], **options: Any) -> dict[str, Any]:
    response = await api.post("rag/query", json={"query": QUESTION, **options}, headers=who)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.mark.parametrize(("role", "model"), [("admin", "large"), ("user", "small"), ("guest", "small")])
@pytest.mark.parametrize("options", [{}, {"priority": "quality", "query": COMPARE}, {"use_self_rag": True}])
async def test_a_role_is_answered_by_its_models(
    api: httpx.AsyncClient, server: OpenAIServer, role: str, model: str, options: dict[str, Any]
) -> None:
    who = await header(api, role)
    assert (await answered(api, who, use_cache=False, **options))["model_used"] == model
    assert {each["model"] for each in server.requests} == {model}


async def test_an_answer_of_the_small_model_is_not_given_to_who_may_ask_the_large_one(api: httpx.AsyncClient) -> None:
    guest, admin = await header(api, "guest"), await header(api, "admin")
    assert (await answered(api, guest))["model_used"] == "small"
    first = await answered(api, admin)
    assert (first["model_used"], first["metrics"]["cache_hit"]) == ("large", False)
    assert (await answered(api, guest, priority="quality"))["metrics"]["cache_hit"]


async def test_a_guest_is_answered_without_the_graph(api: httpx.AsyncClient) -> None:
    for role, walks in (("guest", False), ("user", True)):
        answer = await answered(api, await header(api, role), use_graph=True, use_cache=False)
        assert ("graph" in answer["features_used"]) is walks
        assert "40 bar" in answer["answer"]


async def test_nothing_of_a_guests_question_is_embedded(tmp_path: Path, server: OpenAIServer) -> None:
    embedder = {"embedding_base_url": server.base_url, "embedding_api_key": KEY, "embedding_model": "loopback"}
    async with served(with_settings(guarded(tmp_path), **embedder, embedding_dimensions=4)) as api:
        api.headers.update(ADMIN)
        await api.post("knowledge/bases", json={"name": "Default"})
        assert (await put(api, "pumps.md", TEXT))["status"] == "ready"
        del api.headers["authorization"]
        for role, embeds in (("guest", False), ("user", True)):
            server.requests.clear()
            who = await header(api, role)
            # The second question asks the same in other words: of a guest's nothing is looked for that is alike.
            for text in (QUESTION, f"Please tell me: {QUESTION}"):
                answer = await answered(api, who, query=text, use_rerank=True)
                assert ("vector" in answer["features_used"]) is embeds
                assert "40 bar" in answer["answer"]
            asked = [text for each in server.requests for text in each["input"]]
            assert (QUESTION in asked) is embeds
            assert embeds or not asked


async def test_the_hundred_and_first_request_of_a_guest_waits_for_the_next_day(api: httpx.AsyncClient) -> None:
    guest = await header_of(api)
    nowhere = {"query": QUESTION, "kb_id": "none"}
    made = 0
    while (refused := await api.post("rag/query", json=nowhere, headers=guest)).status_code == 404:
        made += 1
    # Where midnight passes meanwhile, a part of the day before comes on top.
    assert 100 <= made < 200
    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["details"]["limit"]) == (429, "quota_exceeded", 100)
    assert error["details"]["resets_at"].endswith("T00:00:00Z")
    assert 0 < int(refused.headers["retry-after"]) <= 86_400
    # Who looks at something is told all the same; and somebody else is none the poorer.
    for route in ("me", "usage", "conversations", "knowledge/bases"):
        assert (await api.get(route, headers=guest)).status_code == 200
    assert (await api.post("rag/query", json=nowhere, headers=await header_of(api, "ben"))).status_code == 404


@pytest.mark.parametrize(
    ("role", "requests", "usd", "models", "features"),
    [
        (
            "admin", 10_000, 1_000, ["embedding", "large chat", "small chat"],
            ["chat", "embedding", "graphrag", "operations"],
        ),
        ("user", 1_000, 100, ["embedding", "small chat"], ["chat", "embedding", "graphrag"]),
        ("guest", 100, 10, ["small chat"], ["chat"]),
    ],
)  # fmt: skip
async def test_everybody_sees_what_their_role_may(
    api: httpx.AsyncClient, role: str, requests: int, usd: float, models: list[str], features: list[str]
) -> None:
    shown = (await api.get("me", headers=await header(api, role))).json()
    assert (shown["requests_per_day"], shown["monthly_budget_usd"]) == (requests, usd)
    assert (shown["models"], shown["features"]) == (models, features)


async def test_the_budget_of_a_role_is_shown_with_the_usage(api: httpx.AsyncClient) -> None:
    for role, dollars in (("admin", 1000.0), ("user", 100.0), ("guest", 10.0)):
        own = (await api.get("usage", headers=await header(api, role))).json()["own"]
        assert {each["period"]: each["cap_usd"] for each in own} == {"daily": None, "monthly": dollars}


async def test_the_budget_of_a_role_holds_and_nothing_of_a_refusal_stays(tmp_path: Path, server: OpenAIServer) -> None:
    # A prompt and the longest answer to it are held at a cent a token.
    model = {"chat_base_url": server.base_url, "chat_api_key": KEY, "chat_model": "large"}
    dear = {"chat_input_price": 10_000.0, "chat_output_price": 10_000.0}
    boundless = {"daily_budget_usd": inf, "monthly_budget_usd": inf}
    async with served(with_settings(guarded(tmp_path), **model, **dear, **boundless)) as api:
        await api.post("knowledge/bases", json={"name": "Default"}, headers=ADMIN)
        api.headers.update(ADMIN)
        assert (await put(api, "pumps.md", TEXT))["status"] == "ready"
        del api.headers["authorization"]
        guest = await header(api, "guest")
        refused = await api.post("rag/query", json={"query": QUESTION}, headers=guest)
        error = refused.json()["error"]
        assert (refused.status_code, error["code"], error["details"]["cap_usd"]) == (402, "budget_exceeded", 10.0)
        own = (await api.get("usage", headers=guest)).json()["own"]
        assert [(each["spent_usd"], each["reserved_usd"]) for each in own] == [(0.0, 0.0)] * 2
        assert (await answered(api, await header(api, "user")))["metrics"]["cost_usd"] > 0


async def test_what_is_read_in_the_background_is_capped_as_no_guest(tmp_path: Path, server: OpenAIServer) -> None:
    embedder = {"embedding_base_url": server.base_url, "embedding_api_key": KEY, "embedding_model": "loopback"}
    dear = {"embedding_price": 10_000.0, "embedding_dimensions": 4}
    boundless = {"daily_budget_usd": inf, "monthly_budget_usd": inf}
    async with served(with_settings(guarded(tmp_path), **embedder, **dear, **boundless)) as api:
        api.headers.update(ADMIN)
        await api.post("knowledge/bases", json={"name": "Default"})
        long = "".join(f"The pump number {number} runs at {number} bar. " for number in range(300))
        assert (await put(api, "pumps.md", long))["status"] == "ready"
        tenant = next(each for each in (await api.get("usage")).json()["shared"] if each["account"] == "tenant:local")
        assert tenant["spent_usd"] > 10


@pytest.mark.parametrize("route", ["users", "service-keys"])
async def test_nobody_is_given_the_role_of_the_background(api: httpx.AsyncClient, route: str) -> None:
    body = {"name": "x", "email": "x@heron.example", "password": "correct horse battery", "role": "background"}
    assert (await api.post(route, json=body, headers=ADMIN)).status_code == 400
