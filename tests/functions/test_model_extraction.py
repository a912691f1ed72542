"""Documents that a model reads after the rules, behind the real functions."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.domain.errors import BadSetting
from shared.graph.pack_rules import END, RULES
from shared.services.extraction import ATTEMPTS
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


async def indexed(api: httpx.AsyncClient, is_read: Callable[[], bool]) -> None:
    """Ask for what is unread until it is read; a run that is under way takes nothing in that comes later."""
    async with asyncio.timeout(20):
        while not is_read():
            assert (await api.post("knowledge/index", json=INDEX)).status_code == 202
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
        budgets = (await api.get("usage")).json()["shared"]
        assert read["cost_usd"] == next(each["spent_usd"] for each in budgets if each["account"] == "global") > 0
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


async def test_a_model_is_held_to_rows_where_its_server_knows_schemas_and_reads_the_same_without(
    settings: Settings, server: OpenAIServer, tmp_path: Path
) -> None:
    found = []
    for folder, traits in (("held", set()), ("plain", {Fault.NO_SCHEMAS})):
        server.traits = traits
        async with house(replace(settings, data_dir=tmp_path / folder), server) as api:
            document = await put(api, "pumps.md", TEXT)
            assert (await collected(api, document["document_id"]))["reason"] == ""
            graph = (await api.post("search/graph", json={"query": "Ada Quill"})).json()["graph_context"]
            found.append(sorted((each["source"], each["type"], each["target"]) for each in graph["relations"]))
    assert found[0] == found[1] != []
    assert ["response_format" in each for each in server.requests] == [True, False]


@pytest.mark.parametrize(
    ("traits", "answer"),
    [({Fault.NO_SCHEMAS}, "1|USES|2|0.9|c1\n1|US"), (set(), '{"rows": ["1|USES|2|0.9|c1", "1|US')],
)
async def test_an_answer_that_was_cut_is_completed_by_a_call_for_the_rest(
    settings: Settings, server: OpenAIServer, reader: Reader, traits: set[Fault], answer: str
) -> None:
    server.traits = traits
    reader.answers = [answer]
    async with house(settings, server) as api:
        document = await put(api, "pumps.md", TEXT)
        assert (await collected(api, document["document_id"]))["reason"] == ""
    assert len(server.requests) == 2


async def test_a_refusal_leaves_its_pack_unread_without_a_second_try(settings: Settings, server: OpenAIServer) -> None:
    server.faults.append(Fault.REFUSED)
    async with house(settings, server) as api:
        document = await put(api, "pumps.md", TEXT)
        read = await collected(api, document["document_id"])
        assert (read["status"], "the model refuses" in read["reason"]) == ("ready", True)
        assert len(server.requests) == 1
        await indexed(api, lambda: stated(settings) > 0)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ('{"rows": []}', "found nothing"),
        ('{"rows": ["88|USES|99|0.9|c1"]}', "not shown"),
        ('{"rows": ["I am sorry, I cannot help with that."]}', "not shown"),
        ('{"rows": ["1|USES|2|0', "prose"),
        ('{"rows": ["\\ud83d', "nothing"),
        ('{"entities": [{"name": "Ada Quill", "type": "PER', "prose"),
        ("{", "nothing"),
    ],
)
async def test_a_pack_whose_rows_do_not_hold_is_tried_within_bounds_and_its_document_says_why(
    settings: Settings, server: OpenAIServer, reader: Reader, answer: str, why: str
) -> None:
    await assert_tried(settings, server, reader, answer, why)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("I am sorry, I cannot help with that.", "prose"),
        ("", "nothing"),
        (END, "found nothing"),
        (f"88|USES|99|0.9|c1\n{END}", "not shown"),
        ("word " * 20_000, "prose"),
        ("安达·奎尔在港口工作。", "prose"),
        ('[1, "USES", 2, 0.9, "c', "prose"),
        ('{"entities": [{"name": "Ada Quill", "type": "PER', "prose"),
        ("1|USES|2|0", "prose"),
    ],
)
async def test_a_pack_that_the_model_cannot_read_is_tried_within_bounds_and_its_document_says_why(
    settings: Settings, server: OpenAIServer, reader: Reader, answer: str, why: str
) -> None:
    server.traits.add(Fault.NO_SCHEMAS)
    await assert_tried(settings, server, reader, answer, why)


async def assert_tried(settings: Settings, server: OpenAIServer, reader: Reader, answer: str, why: str) -> None:
    """Let the model answer so each time, and then as it should."""
    reader.answers = [answer] * 10
    async with house(settings, server) as api:
        document = await put(api, "pumps.md", TEXT)
        read = await collected(api, document["document_id"])
        assert read["status"] == "ready"
        assert "has not read 1 of 1 passages" in read["reason"]
        assert why in read["reason"]
        assert len(server.requests) == 3
        reader.answers = []
        await indexed(api, lambda: stated(settings) > 0)


async def test_a_model_that_says_nothing_for_too_long_fails_the_pack_alone(
    settings: Settings, server: OpenAIServer
) -> None:
    server.faults.extend([Fault.STALLED, Fault.FILTERED])
    async with house(settings, server, chat_timeout_seconds=1.0) as api:
        document = await put(api, "pumps.md", TEXT)
        read = await collected(api, document["document_id"])
    assert read["status"] == "ready"
    assert "content filter" in read["reason"]


@pytest.mark.parametrize("fault", [Fault.STALLED, Fault.SLOW])
async def test_a_model_that_falls_silent_every_time_is_asked_within_bounds_and_read_later(
    settings: Settings, server: OpenAIServer, fault: Fault
) -> None:
    server.faults.extend([fault] * 2 * ATTEMPTS)
    async with house(settings, server, chat_timeout_seconds=1.0) as api:
        document = await put(api, "pumps.md", TEXT)
        read = await collected(api, document["document_id"])
        assert (read["status"], len(server.requests)) == ("ready", ATTEMPTS)
        assert "has not read 1 of 1 passages" in read["reason"]
        assert rows(settings, "SELECT name FROM graph_mention") != []
        server.faults.clear()
        await indexed(api, lambda: rows(settings, "SELECT reason FROM document") == [("",)])
    assert stated(settings) > 0


@pytest.mark.parametrize(
    ("traits", "answers"),
    [
        (
            {Fault.NO_SCHEMAS},
            ["1|USES|2|0.9|c1\n4|USES|3|0.9|c2\n3|USES|4|0.", *['[1, "USES", 2, 0.'] * 2],
        ),
        (
            set(),
            ['{"rows": ["1|USES|2|0.9|c1", "4|USES|3|0.9|c2", "3|USES|4|0.', *['{"rows": ["1|USES|2|0.'] * 2],
        ),
    ],
)
async def test_of_an_answer_that_ends_in_half_a_row_nothing_that_was_paid_is_lost(
    settings: Settings, server: OpenAIServer, reader: Reader, traits: set[Fault], answers: list[str]
) -> None:
    server.traits = traits
    reader.answers = answers
    async with house(settings, server) as api:
        document = await put(
            api, "pumps.md", f"{TEXT}\n# Valves\n\nDora Finch of Gannet Works sells valves to Evan Reed.\n"
        )
        read = await collected(api, document["document_id"])
        assert read["status"] == "ready"
        assert "has not read 1 of 2 passages: the model answered in prose" in read["reason"]
        assert stated(settings) == 1
        await indexed(api, lambda: stated(settings) > 1)
    assert ["feed pump" in each["messages"][1]["content"] for each in server.requests] == [True, False, False, False]


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
