"""Documents that a model reads after the rules, behind the real functions."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from typing import Any

import httpx
import pytest

from shared.domain.errors import BadSetting
from shared.graph.pack_rules import END, RULES
from shared.settings import Settings
from tests.fakes.extractor import extracted
from tests.fakes.openai_server import KEY, Fault, OpenAIServer
from tests.functions.conftest import put, served, with_settings
from tests.workflow.polling import until

TEXT = (
    "# Pumps\n\nAda Quill works for Heron Works in Port Ellery. Bruno Vale leads Tern Works, which builds the "
    "feed pump. Clara Mere of Tern Works met Ada Quill in Port Ellery.\n"
)
INDEX = {"kb_id": "default"}


class Reader:
    """Plays answers one after the other, and reads packs diligently when they are used up."""

    def __init__(self) -> None:
        self.answers: list[str] = []

    def __call__(self, body: dict[str, Any]) -> str:
        assert body["messages"][0]["content"] == RULES
        return self.answers.pop(0) if self.answers else extracted(body)


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def server(reader: Reader) -> Iterator[OpenAIServer]:
    with OpenAIServer(reader) as running:
        yield running


@asynccontextmanager
async def house(settings: Settings, server: OpenAIServer, **changes: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Serve with a model that reads, at a price."""
    model = {"chat_base_url": server.base_url, "chat_api_key": KEY, "chat_model": "loopback", "extraction": "model"}
    prices = {"chat_input_price": 1.0, "chat_output_price": 2.0, "chat_timeout_seconds": 2.0}
    async with served(with_settings(settings, **{**model, **prices, **changes})) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        yield api


async def collected(api: httpx.AsyncClient, document: str) -> dict[str, Any]:
    """Let the timer's work happen now, and return the document once nothing about it is waiting."""
    async with asyncio.timeout(20):
        while True:
            response = await api.post(str(api.base_url.copy_with(path="/admin/functions/collect_unread")), json={})
            assert response.status_code == 202, response.text
            status: dict[str, Any] = (await api.get(f"knowledge/documents/{document}/status")).json()
            if "has yet to read" not in status["reason"]:
                return status
            await asyncio.sleep(0.02)


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    """Read the house's database."""
    with closing(sqlite3.connect(settings.data_dir / "knowledge.sqlite")) as connection:
        return connection.execute(query).fetchall()


def stated(settings: Settings) -> int:
    """How many relations of the model the graph holds."""
    return len(rows(settings, "SELECT 1 FROM graph_relation WHERE type = 'USES' AND confidence = 0.9"))


async def test_a_document_is_ready_with_the_rules_and_gains_what_the_model_says(
    settings: Settings, server: OpenAIServer
) -> None:
    async with house(settings, server) as api:
        document = await put(api, "pumps.md", TEXT)
        assert (document["status"], "has yet to read" in document["reason"]) == ("ready", True)
        read = await collected(api, document["document_id"])
        assert (read["status"], read["reason"]) == ("ready", "")
        assert stated(settings) > 0
        found = (await api.post("search/graph", json={"query": "Ada Quill"})).json()
        assert any(each["type"] == "USES" for each in found["graph_context"]["relations"])
    assert len(server.requests) == 1


async def test_the_same_passages_are_never_paid_twice(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server) as api:
        for _ in range(2):
            document = await put(api, "pumps.md", TEXT + "\nOne.\n" * _)
            await collected(api, document["document_id"])
        estimate = (await api.post("knowledge/index", json={**INDEX, "dry_run": True})).json()
        assert (estimate["chunks"], estimate["calls"], estimate["cost_usd"]) == (0, 0, 0)
    read_again = [request["messages"][1]["content"] for request in server.requests]
    assert len(read_again) == len(set(read_again)) <= 2


async def test_an_answer_that_was_cut_is_completed_by_a_call_for_the_rest(
    settings: Settings, server: OpenAIServer, reader: Reader
) -> None:
    reader.answers = ["1|USES|2|0.9|c1\n1|US"]
    async with house(settings, server) as api:
        document = await put(api, "pumps.md", TEXT)
        assert (await collected(api, document["document_id"]))["reason"] == ""
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("I am sorry, I cannot help with that.", "prose"),
        ("", "nothing"),
        (END, "found nothing"),
        (f"88|USES|99|0.9|c1\n{END}", "not shown"),
        ("word " * 20_000, "prose"),
        ("安达·奎尔在港口工作。", "prose"),
    ],
)
async def test_a_pack_that_the_model_cannot_read_is_tried_within_bounds_and_its_document_says_why(
    settings: Settings, server: OpenAIServer, reader: Reader, answer: str, why: str
) -> None:
    reader.answers = [answer] * 10
    async with house(settings, server) as api:
        document = await put(api, "pumps.md", TEXT)
        read = await collected(api, document["document_id"])
        assert read["status"] == "ready"
        assert "has not read 1 of 1 passages" in read["reason"]
        assert why in read["reason"]
        assert len(server.requests) == 3
        reader.answers = []
        assert (await api.post("knowledge/index", json=INDEX)).status_code == 202
        await until(lambda: stated(settings) > 0)


async def test_a_model_that_says_nothing_for_too_long_fails_the_pack_alone(
    settings: Settings, server: OpenAIServer
) -> None:
    server.faults.extend([Fault.STALLED, Fault.FILTERED])
    async with house(settings, server, chat_timeout_seconds=1.0) as api:
        document = await put(api, "pumps.md", TEXT)
        read = await collected(api, document["document_id"])
    assert read["status"] == "ready"
    assert "content filter" in read["reason"]


async def test_a_dry_run_says_what_reading_takes_and_takes_nothing(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server, daily_budget_usd=0.0) as api:
        document = await put(api, "pumps.md", TEXT)
        read = await collected(api, document["document_id"])
        assert "budgets" in read["reason"]
        estimate = (await api.post("knowledge/index", json={**INDEX, "dry_run": True})).json()
        refused = await api.post("knowledge/index", json=INDEX)
    assert (estimate["documents"], estimate["chunks"], estimate["calls"]) == (1, 1, 1)
    assert estimate["prompt_tokens"] > 0
    assert estimate["cost_usd"] == pytest.approx((estimate["prompt_tokens"] + 2 * estimate["completion_tokens"]) / 1e6)
    assert not estimate["fits_budget"]
    assert (refused.status_code, refused.json()["error"]["code"]) == (402, "budget_exceeded")
    assert refused.json()["error"]["details"]["calls"] == 1
    assert server.requests == []


async def test_the_estimate_of_a_call_is_near_what_the_server_counts(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server) as api:
        await put(api, "pumps.md", TEXT)
        estimate = (await api.post("knowledge/index", json={**INDEX, "dry_run": True})).json()
        await api.post("knowledge/index", json=INDEX)
        await until(lambda: bool(server.usages))
    assert server.usages[0]["prompt_tokens"] == pytest.approx(estimate["prompt_tokens"], rel=0.15)


async def test_a_deleted_document_leaves_no_reading_and_calls_nobody(settings: Settings, server: OpenAIServer) -> None:
    async with house(settings, server) as api:
        document = await put(api, "pumps.md", TEXT)
        await collected(api, document["document_id"])
        assert rows(settings, "SELECT text FROM extraction_writing") != []
        calls = len(server.requests)
        await api.delete(f"knowledge/documents/{document['document_id']}")
        assert rows(settings, "SELECT text FROM extraction_writing") == []
        assert rows(settings, "SELECT * FROM graph_relation") == []
    assert len(server.requests) == calls


async def test_where_the_rules_read_alone_there_is_nothing_to_index(settings: Settings) -> None:
    async with served(settings) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        assert (await put(api, "pumps.md", TEXT))["reason"] == ""
        assert (await api.post("knowledge/index", json=INDEX)).status_code == 409


def test_a_model_that_reads_needs_a_server() -> None:
    with pytest.raises(BadSetting, match="CHAT_BASE_URL"):
        Settings(extraction="model")
