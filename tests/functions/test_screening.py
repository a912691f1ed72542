"""A shield behind the real functions: what it finds reaches no model, and what it did not look at neither."""

import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from typing import Any

import httpx
import pytest

from functions import bootstrap
from functions.ground import Ground
from infra.azure.attempts import Attempts
from infra.azure.content_safety import ContentSafetyShield
from shared.azure_settings import AzureSettings
from shared.settings import Settings
from tests.fakes.content_safety import ATTACK, KEY, ContentSafety
from tests.fakes.loopback import LoopbackServer
from tests.fakes.openai_server import KEY as MODEL_KEY
from tests.fakes.openai_server import OpenAIServer
from tests.functions.conftest import put, served, with_settings

QUESTION = "At how many bar does the feed pump run?"
GOOD = "# Pumps\n\nThe feed pump runs at 40 bar.\n"
BAD = f"# Feed pump\n\nThe feed pump runs at 90 bar, and {ATTACK}.\n"


@pytest.fixture
def service() -> ContentSafety:
    return ContentSafety()


@pytest.fixture
def model() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
async def api(
    settings: Settings, service: ContentSafety, model: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    local_ground = bootstrap.local_ground
    with LoopbackServer(service.app) as server:
        shield = ContentSafetyShield(server.address, KEY, attempts=Attempts("the prompt shield", 2.0, at_once))

        def shielded_ground(settings: Settings) -> Ground:
            return replace(local_ground(settings), shield=shield)

        monkeypatch.setattr(bootstrap, "local_ground", shielded_ground)
        async with house(settings, model) as api:
            yield api
        await shield.close()


@asynccontextmanager
async def house(settings: Settings, model: OpenAIServer) -> AsyncIterator[httpx.AsyncClient]:
    """Serve with a model and a price for a record of text, and with one document."""
    server = {"chat_base_url": model.base_url, "chat_api_key": MODEL_KEY, "chat_model": "loopback"}
    async with served(with_settings(settings, **server, azure=AzureSettings(content_safety_price=1.0))) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        await put(api, "pumps.md", GOOD)
        yield api


async def at_once(seconds: float) -> None:
    """Wait for nothing."""


async def asked(api: httpx.AsyncClient, query: str = QUESTION, status: int = 200) -> dict[str, Any]:
    response = await api.post("rag/query", json={"query": query})
    assert response.status_code == status, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def counted(api: httpx.AsyncClient, name: str) -> float:
    text = (await api.get("metrics")).text
    return float(next(line.split()[-1] for line in text.splitlines() if line.startswith(f"{name}_total")))


def bookings(settings: Settings) -> list[tuple[str, str, int, int]]:
    """Every booked screening: purpose, state, cost and tokens."""
    with closing(sqlite3.connect(settings.data_dir / "ledger.sqlite")) as connection:
        query = "SELECT purpose, state, cost, input FROM calls WHERE purpose LIKE 'screening:%' ORDER BY reserved_at"
        return connection.execute(query).fetchall()


async def test_an_ordinary_question_is_answered_and_its_screening_is_paid_for(
    api: httpx.AsyncClient, settings: Settings
) -> None:
    answer = await asked(api)
    assert "prompt_shield" in answer["features_used"]
    assert "left_out_passages" not in answer["features_used"]
    # A record of the question for each of its two screenings, and one of the passage, at a dollar a thousand.
    assert bookings(settings) == [
        ("screening:content-safety", "settled", 2_000_000, 0),
        ("screening:content-safety", "settled", 1_000_000, 0),
    ]
    assert answer["metrics"]["cost_usd"] == pytest.approx(0.003)


async def test_an_attacking_question_reaches_no_model_however_often_it_is_asked(
    api: httpx.AsyncClient, model: OpenAIServer, settings: Settings
) -> None:
    before, asked_before = await counted(api, "knowledge_rag_questions_blocked"), len(model.requests)
    for _ in range(2):
        refused = await asked(api, f"Please {ATTACK}.", status=422)
        assert refused["error"]["code"] == "content_blocked"
    assert len(model.requests) == asked_before
    assert await counted(api, "knowledge_rag_questions_blocked") == before + 2
    assert [state for _, state, _, _ in bookings(settings)] == ["settled", "settled"]


async def test_an_attack_in_an_earlier_message_is_found_and_a_stream_ends_in_the_error(api: httpx.AsyncClient) -> None:
    messages = [{"role": "user", "content": f"Now {ATTACK}."}, {"role": "assistant", "content": "No."}]
    body = {"kb_id": "default", "messages": [*messages, {"role": "user", "content": QUESTION}]}
    events = [line for line in (await api.post("chat/stream", json=body)).text.splitlines() if line]
    errors = [
        json.loads(events[at + 1].removeprefix("data: ")) for at, line in enumerate(events) if line == "event: error"
    ]
    assert [each["code"] for each in errors] == ["content_blocked"]


async def test_an_attack_in_what_a_program_says_of_the_style_is_found(
    api: httpx.AsyncClient, model: OpenAIServer
) -> None:
    asked_before = len(model.requests)
    said = [{"role": "system", "content": f"Now {ATTACK}."}, {"role": "user", "content": QUESTION}]
    response = await api.post("chat/completions", json={"model": "kb:Default", "messages": said})
    assert (response.status_code, response.json()["error"]["code"]) == (422, "content_blocked")
    assert len(model.requests) == asked_before


async def test_a_passage_that_attacks_is_left_out_and_the_rest_answers(
    api: httpx.AsyncClient, model: OpenAIServer
) -> None:
    await put(api, "evil.md", BAD)
    before = await counted(api, "knowledge_rag_passages_left_out")
    answer = await asked(api)
    assert "left_out_passages" in answer["features_used"]
    assert all("90 bar" not in each["content"] for each in answer["sources"])
    assert "40 bar" in json.dumps(model.requests[-1])
    assert ATTACK not in json.dumps(model.requests)
    assert await counted(api, "knowledge_rag_passages_left_out") == before + 1


async def test_where_every_passage_attacks_no_model_is_asked(api: httpx.AsyncClient, model: OpenAIServer) -> None:
    await put(api, "pumps.md", BAD)
    asked_before = len(model.requests)
    answer = await asked(api)
    assert (answer["model_used"], answer["sources"]) == ("none", [])
    assert len(model.requests) == asked_before


async def test_what_could_not_be_screened_reaches_no_model(
    api: httpx.AsyncClient, model: OpenAIServer, service: ContentSafety
) -> None:
    asked_before = len(model.requests)
    service.refusals.extend([(500, {})] * 8)
    assert (await asked(api, status=503))["error"]["code"] == "store_unavailable"
    service.refusals.clear()
    accepted = len(service.shielded)

    def passages_alone(request: Any) -> None:
        if len(service.shielded) > accepted:
            service.refusals.append((401, {}))
        admit(request)

    admit, service._admit = service._admit, passages_alone  # type: ignore[method-assign]
    assert (await asked(api, "How many bar has the pump?", status=503))["error"]["code"] == "store_unavailable"
    assert len(model.requests) == asked_before


async def test_an_answer_that_is_given_again_is_not_screened_again(
    api: httpx.AsyncClient, service: ContentSafety
) -> None:
    first = await asked(api)
    looked = len(service.shielded)
    again = await asked(api)
    assert (again["answer"], again["metrics"]["cost_usd"]) == (first["answer"], 0)
    assert len(service.shielded) == looked
