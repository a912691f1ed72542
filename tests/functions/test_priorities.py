"""Two chat models on one server, and questions that say what matters."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from shared.settings import Settings
from tests.fakes.openai_server import Fault, OpenAIServer
from tests.functions.model_house import QUESTION, REPEATED, calls, house

RIGHT = "The feed pump runs at 40 bar [1]."
MADE_UP = "Volcanoes erupted throughout Iceland yesterday [1]."
SIMPLE = {"query": QUESTION, "use_cache": False}
COMPLEX = {**SIMPLE, "query": "Compare the pressure of the feed pump with who checks it, and say why and since when."}


class Pair:
    """A small and a large model: what the small one says is up to the test."""

    def __init__(self) -> None:
        self.small = RIGHT

    def __call__(self, body: dict[str, Any]) -> str:
        """Write what the model that is asked says."""
        return self.small if body["model"] == "small" else RIGHT


@pytest.fixture
def pair() -> Pair:
    return Pair()


@pytest.fixture
def server(pair: Pair) -> Iterator[OpenAIServer]:
    with OpenAIServer(pair) as running:
        yield running


@pytest.fixture
async def api(settings: Settings, server: OpenAIServer) -> AsyncIterator[httpx.AsyncClient]:
    prices = {"chat_small_input_price": 0.1, "chat_small_output_price": 0.2}
    async with house(settings, server, chat_small_model="small", **prices) as opened:
        yield opened


async def answered(api: httpx.AsyncClient, question: dict[str, Any], **options: Any) -> dict[str, Any]:
    response = await api.post("rag/query", json={**question, **options})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_unless_a_question_says_otherwise_the_large_model_answers(api: httpx.AsyncClient) -> None:
    assert (await answered(api, SIMPLE))["model_used"] == "loopback"


@pytest.mark.parametrize(
    ("priority", "simple", "complex"),
    [
        ("quality", "loopback", "loopback"),
        ("balanced", "small", "loopback"),
        ("cost", "small", "small"),
        ("latency", "small", "loopback"),
    ],
)
async def test_a_priority_chooses_the_model(api: httpx.AsyncClient, priority: str, simple: str, complex: str) -> None:
    easy, hard = await answered(api, SIMPLE, priority=priority), await answered(api, COMPLEX, priority=priority)
    assert (easy["query_classifier"]["complexity"], hard["query_classifier"]["complexity"]) == ("simple", "complex")
    assert (easy["model_used"], hard["model_used"]) == (simple, complex)


async def test_a_weak_text_of_the_small_model_is_never_shown_and_both_calls_are_paid(
    settings: Settings, api: httpx.AsyncClient, pair: Pair
) -> None:
    cheap = await answered(api, SIMPLE, priority="cost")
    pair.small = MADE_UP
    answer = await answered(api, SIMPLE, priority="cost")
    assert "Volcanoes" not in answer["answer"]
    assert (answer["model_used"], "escalated" in answer["features_used"]) == ("loopback", True)
    assert "escalated" not in cheap["features_used"]
    assert not answer["metrics"]["self_rag_triggered"]
    booked = [cost for _, cost, _, _ in calls(settings)]
    assert len(booked) == 3
    assert answer["metrics"]["cost_usd"] == pytest.approx(sum(booked[1:]) / 1e9)
    assert cheap["metrics"]["cost_usd"] == pytest.approx(booked[0] / 1e9)
    # The same tokens at a tenth of the price, but for rounding up.
    assert booked[0] <= booked[2] / 10 + 1


async def test_with_latency_first_nothing_is_checked(api: httpx.AsyncClient, pair: Pair, server: OpenAIServer) -> None:
    pair.small = MADE_UP
    answer = await answered(api, SIMPLE, priority="latency")
    assert (answer["model_used"], len(server.requests)) == ("small", 1)


async def test_a_model_that_is_away_is_stood_in_for_and_the_answer_is_not_kept(
    api: httpx.AsyncClient, server: OpenAIServer
) -> None:
    server.faults.extend([Fault.BROKEN] * REPEATED)
    answer = await answered(api, SIMPLE, use_cache=True)
    assert (answer["model_used"], "stand_in_model" in answer["features_used"]) == ("small", True)
    again = await answered(api, SIMPLE, use_cache=True)
    assert (again["model_used"], again["metrics"]["cache_hit"]) == ("loopback", False)


async def test_where_the_minute_of_a_model_is_full_the_other_one_stands_in(
    settings: Settings, server: OpenAIServer
) -> None:
    async with house(settings, server, chat_small_model="small", model_rates="loopback=1/-") as api:
        # Of four questions two fall into one minute, wherever it begins.
        answers = [await answered(api, SIMPLE) for _ in range(4)]
    stand_ins = [each for each in answers if "stand_in_model" in each["features_used"]]
    assert stand_ins
    assert {each["model_used"] for each in stand_ins} == {"small"}


async def test_an_answer_to_another_priority_is_not_given_again(api: httpx.AsyncClient) -> None:
    await answered(api, SIMPLE, use_cache=True, priority="cost")
    assert not (await answered(api, SIMPLE, use_cache=True))["metrics"]["cache_hit"]
    assert (await answered(api, SIMPLE, use_cache=True, priority="cost"))["metrics"]["cache_hit"]


async def test_an_unknown_priority_is_refused(api: httpx.AsyncClient) -> None:
    assert (await api.post("rag/query", json={**SIMPLE, "priority": "speed"})).status_code == 400


async def test_both_models_are_listed_with_their_prices(api: httpx.AsyncClient) -> None:
    listed = {each["id"]: each for each in (await api.get("models")).json()["data"]}
    assert listed["small"]["price"]["output"] == 0.2
    assert "chat" in listed["small"]["roles"]
    stats = (await api.get("models/stats")).json()["items"]
    assert [each["id"] for each in stats if each["circuit"]] == ["loopback", "small"]
