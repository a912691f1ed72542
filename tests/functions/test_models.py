"""Which models there are, and how they did, over the real host."""

from shared.settings import Settings
from tests.fakes.openai_server import KEY, Fault, OpenAIServer
from tests.functions.conftest import put, served
from tests.functions.model_house import QUESTION, REPEATED, STREAM, house

QUERY = {"query": QUESTION, "use_cache": False}


async def test_models_are_listed_with_role_and_price(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server, extraction_model="small", extraction_input_price=0.5) as api:
        listed = (await api.get("models")).json()
    assert listed["object"] == "list"
    assert {each["object"] for each in listed["data"]} == {"model"}
    found = {each["id"]: each for each in listed["data"]}
    assert found["loopback"]["roles"] == ["chat"]
    assert found["loopback"]["price"] == {"input": 1.0, "cached": 1.0, "output": 2.0, "reasoning": 2.0}
    assert (found["small"]["roles"], found["small"]["price"]["input"]) == (["tasks"], 0.5)


async def test_without_a_server_the_models_are_those_of_the_house_and_cost_nothing(settings: Settings) -> None:
    async with served(settings) as api:
        listed = (await api.get("models")).json()["data"]
    assert listed[0]["roles"] == ["chat"]
    assert listed[0]["id"] == "extractive"
    assert {value for each in listed for value in each["price"].values()} == {0.0}


async def test_the_stats_say_what_came_of_the_calls(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server) as api:
        await api.post("rag/query", json=QUERY)
        await api.post("chat/stream", json={**STREAM, "use_cache": False})
        server.faults.append(Fault.FILTERED)
        await api.post("rag/query", json=QUERY)
        stats = {each["id"]: each for each in (await api.get("models/stats")).json()["items"]}
    model = stats["loopback"]
    assert (model["calls"], model["errors"], model["circuit"]) == (3, {"content_blocked": 1}, "closed")
    # Two answers as the server counted them; of the refused one what was read, by our own count.
    assert (model["output_tokens"], model["cached_tokens"], model["reasoning_tokens"]) == (60, 40, 20)
    assert model["input_tokens"] > 240
    assert model["cost_usd"] >= 2 * 0.00018
    assert 0 < model["first_token_ms"]["p50"] <= model["latency_ms"]["p50"] <= model["latency_ms"]["p99"]


async def test_what_embeds_and_what_reranks_has_stats_too(settings: Settings, server: OpenAIServer) -> None:
    embedding = {"embedding_base_url": server.base_url, "embedding_api_key": KEY, "embedding_model": "vectors"}
    rerank = {"rerank_base_url": server.base_url, "rerank_api_key": KEY, "rerank_model": "ranks"}
    async with house(settings, server, **embedding, **rerank, embedding_dimensions=4, rerank_price=1.0) as api:
        await put(api, "valves.md", "# Valves\n\nThe valve of the feed pump opens at 50 bar.\n")
        await api.post("rag/query", json={**QUERY, "use_rerank": True})
        stats = {each["roles"][0]: each for each in (await api.get("models/stats")).json()["items"]}
    for role in ("embedding", "rerank"):
        assert (stats[role]["circuit"], stats[role]["errors"]) == (None, {})
        assert stats[role]["calls"] >= 1
        assert stats[role]["input_tokens"] > 0
        assert stats[role]["latency_ms"]["p50"] > 0
    assert stats["rerank"]["cost_usd"] > 0


async def test_a_model_that_is_left_alone_has_an_open_circuit(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server) as api:
        before = (await api.get("models/stats")).json()["items"][0]
        server.faults.extend([Fault.BROKEN] * 3 * REPEATED)
        for _ in range(4):
            await api.post("rag/query", json=QUERY)
        after = (await api.get("models/stats")).json()["items"][0]
    assert (before["calls"], before["circuit"], before["latency_ms"]["p99"]) == (0, "closed", None)
    assert (after["calls"], after["errors"]) == (3, {"model_unavailable": 3})
    assert (after["circuit"], after["cost_usd"], after["latency_ms"]["p50"]) == ("open", 0, None)
