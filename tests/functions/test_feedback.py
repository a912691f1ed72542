"""Feedback over HTTP."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.bootstrap import services
from infra.local.rateable_answers import SqliteRateableAnswers
from shared.domain.conversations import Owner
from shared.domain.errors import StoreUnavailable
from tests.functions.conftest import put
from tests.functions.signing_in import ADMIN, guarded_house, header_of
from tests.functions.test_conversations import LIGHTS, REVENUE, asked, begun, messages


@pytest.fixture
async def answered(api: httpx.AsyncClient) -> str:
    """A conversation with one answer."""
    await put(api, "skerry.md", LIGHTS)
    id: str = (await begun(api))["id"]
    await asked(api, id, REVENUE)
    return id


async def rated(api: httpx.AsyncClient, id: str, **more: Any) -> httpx.Response:
    return await api.post("feedback", json={"conversation_id": id, "message_id": "2", "rating": "down", **more})


async def test_feedback_is_tied_to_the_answer_its_chunks_and_its_version(api: httpx.AsyncClient, answered: str) -> None:
    response = await rated(api, answered, comment="too short", corrected_answer="40 crowns, in 2022.")
    answer = (await messages(api, answered))["items"][1]
    given = response.json()
    assert (response.status_code, given["rating"], given["comment"]) == (201, "down", "too short")
    assert (given["version"], given["model_used"], given["kb_id"]) == (
        answer["version"], answer["model_used"], "default"
    )  # fmt: skip
    assert given["chunk_ids"] == list(dict.fromkeys(each["chunk_id"] for each in answer["sources"]))
    (kept,) = await services().personal.feedback.kept.given(Owner("local", "local"))
    assert (kept.correction, kept.number) == ("40 crowns, in 2022.", 2)


async def test_the_last_word_counts_for_who_runs_the_service(api: httpx.AsyncClient, answered: str) -> None:
    await rated(api, answered, comment="too short")
    assert [each["rating"] for each in (await messages(api, answered))["items"]] == [None, "down"]
    await rated(api, answered, rating="up")
    counts = {"kb_id": "default", "up": 1, "down": 0, "comments": 0, "corrected_answers": 0}
    assert (await api.get("feedback/counts")).json() == {"items": [counts]}
    await api.delete("knowledge/bases/default")
    assert (await api.get("feedback/counts")).json() == {"items": []}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 201),
        ({"comment": "x" * 2000, "corrected_answer": "x" * 8000}, 201),
        ({"comment": "x" * 2001}, 400),
        ({"corrected_answer": "x" * 8001}, 400),
        ({"rating": "sideways"}, 400),
        ({"message_id": "1"}, 404),
        ({"message_id": "3"}, 404),
        ({"message_id": "0"}, 404),
        ({"message_id": "two"}, 400),
        ({"conversation_id": "nowhere"}, 404),
    ],
)
async def test_feedback_out_of_its_bounds_is_refused(
    api: httpx.AsyncClient, answered: str, change: dict[str, Any], status: int
) -> None:
    assert (await rated(api, answered, **change)).status_code == status


async def test_nobody_rates_the_answers_of_another_and_administrators_alone_count(tmp_path: Path) -> None:
    async with guarded_house(tmp_path) as api:
        await api.post("knowledge/bases", json={"name": "Default"}, headers=ADMIN)
        ada = await header_of(api)
        id = (await api.post("conversations", json={}, headers=ada)).json()["id"]
        await api.post(f"conversations/{id}/messages", json={"content": REVENUE}, headers=ada)
        body = {"conversation_id": id, "message_id": "2", "rating": "up"}
        assert (await api.post("feedback", json=body, headers=ADMIN)).status_code == 404
        assert (await api.post("feedback", json=body, headers=ada)).status_code == 201
        assert (await api.get("feedback/counts", headers=ada)).status_code == 403
        assert (await api.get("feedback/counts", headers=ADMIN)).json()["items"][0]["up"] == 1


async def test_what_somebody_said_is_exported_and_erased_with_them(tmp_path: Path) -> None:
    async with guarded_house(tmp_path) as api:
        await api.post("knowledge/bases", json={"name": "Default"}, headers=ADMIN)
        ada = await header_of(api)
        id = (await api.post("conversations", json={}, headers=ada)).json()["id"]
        await api.post(f"conversations/{id}/messages", json={"content": REVENUE}, headers=ada)
        body = {"conversation_id": id, "message_id": "2", "rating": "up", "comment": "short"}
        await api.post("feedback", json=body, headers=ada)
        export = (await api.get("me/export", headers=ada)).json()
        assert [each["id"] for each in export["conversations"]] == [id]
        assert [each["comment"] for each in export["feedback"]] == ["short"]
        assert (await api.delete("me", headers=ADMIN)).status_code == 404
        assert (await api.delete("me", headers=ada)).status_code == 200
        assert (await api.get("feedback/counts", headers=ADMIN)).json()["items"] == []
        said, owner = services().personal.conversations, Owner("local", export["user"]["id"])
        assert list(await said.kept.conversations(owner, 10)) == []
        assert list(await said.kept_messages.messages(owner, id, 10)) == []


BODY = {"kb_id": "default", "query": REVENUE}
CHAT = {"kb_id": "default", "messages": [{"role": "user", "content": REVENUE}]}
COMPLETION = {"model": "kb:Default", "messages": CHAT["messages"]}


async def queried(api: httpx.AsyncClient) -> str:
    id: str = (await api.post("rag/query", json=BODY)).json()["answer_id"]
    return id


async def streamed(api: httpx.AsyncClient) -> str:
    text = (await api.post("chat/stream", json=CHAT)).text
    id: str = json.loads(text.split("event: done\ndata: ")[1].split("\n")[0])["answer_id"]
    return id


async def completed(api: httpx.AsyncClient) -> str:
    id: str = (await api.post("chat/completions", json=COMPLETION)).json()["id"]
    return id


async def completed_as_stream(api: httpx.AsyncClient) -> str:
    text = (await api.post("chat/completions", json={**COMPLETION, "stream": True})).text
    id: str = json.loads(text.split("data: ")[1])["id"]
    return id


WAYS = [queried, streamed, completed, completed_as_stream]


@pytest.mark.parametrize("way", WAYS)
async def test_an_answer_outside_conversations_is_rated_by_its_id(
    api: httpx.AsyncClient, way: Callable[[httpx.AsyncClient], Awaitable[str]]
) -> None:
    await put(api, "skerry.md", LIGHTS)
    sources = (await api.post("rag/query", json=BODY)).json()["sources"]
    id = await way(api)
    said = {"answer_id": id, "rating": "down", "comment": "too short"}
    response = await api.post("feedback", json=said)
    assert response.status_code == 201, response.text
    given = response.json()
    assert (given["answer_id"], given["conversation_id"], given["message_id"]) == (id[-32:], "", "")
    assert (given["kb_id"], given["rating"], given["comment"]) == ("default", "down", "too short")
    assert given["version"] > 0
    assert given["chunk_ids"] == list(dict.fromkeys(each["chunk_id"] for each in sources)) != []
    assert (await api.post("feedback", json={**said, "rating": "up"})).status_code == 201
    (kept,) = await services().personal.feedback.kept.given(Owner("local", "local"))
    assert (kept.rating, kept.answer_id, kept.model) == ("up", id[-32:], given["model_used"])


async def test_an_answer_that_is_given_again_is_the_same_one_until_the_base_changes(api: httpx.AsyncClient) -> None:
    await put(api, "skerry.md", LIGHTS)
    owner, noted = Owner("local", "local"), services().personal.noting.kept
    id = await queried(api)
    assert [await queried(api), await streamed(api)] == [id, id]
    assert [each.id for each in await noted.answers(owner)] == [id]
    await noted.erase(owner)
    assert await queried(api) == id
    assert (await api.post("feedback", json={"answer_id": id, "rating": "up"})).status_code == 201
    await put(api, "more.md", "# More\n\nA tern counts its feathers in the spring.\n")
    assert await queried(api) != id


async def test_answers_are_rated_each_for_itself(api: httpx.AsyncClient, answered: str) -> None:
    for id, rating in zip([await queried(api), await completed(api)], ["up", "down"], strict=True):
        await api.post("feedback", json={"answer_id": id, "rating": rating})
    await rated(api, answered)
    (count,) = (await api.get("feedback/counts")).json()["items"]
    assert (count["up"], count["down"]) == (1, 2)


@pytest.mark.parametrize(
    ("named", "status"),
    [
        ({"answer_id": "0" * 32}, 404),
        ({"answer_id": "chatcmpl-" + "0" * 32}, 404),
        ({"answer_id": "0" * 31}, 400),
        ({"answer_id": "0" * 33}, 400),
        ({"answer_id": "../" + "0" * 29}, 400),
        ({"answer_id": "0" * 32, "conversation_id": "one", "message_id": "2"}, 400),
        ({"answer_id": "0" * 32, "message_id": "2"}, 400),
        ({"conversation_id": "one"}, 400),
        ({"message_id": "2"}, 400),
        ({}, 400),
    ],
)
async def test_feedback_names_one_answer(api: httpx.AsyncClient, named: dict[str, str], status: int) -> None:
    assert (await api.post("feedback", json={"rating": "up", **named})).status_code == status


async def test_an_answer_is_rated_by_whom_it_was_given_and_of_guests_nothing_is_kept(tmp_path: Path) -> None:
    async with guarded_house(tmp_path, sign_up="user") as api:
        await api.post("knowledge/bases", json={"name": "Default"}, headers=ADMIN)
        ada = await header_of(api)
        for path, body, id_of in (("rag/query", BODY, "answer_id"), ("chat/completions", COMPLETION, "id")):
            guest = (await api.post(path, json=body, headers={**ada, "x-role": "guest"})).json()[id_of]
            said = {"answer_id": guest or "0" * 32, "rating": "up"}
            assert (await api.post("feedback", json=said, headers=ada)).status_code == 404
        id = (await api.post("rag/query", json=BODY, headers=ada)).json()["answer_id"]
        for who, status in ((ADMIN, 404), (ada, 201)):
            said = {"answer_id": id, "rating": "up"}
            assert (await api.post("feedback", json=said, headers=who)).status_code == status
        export = (await api.get("me/export", headers=ada)).json()
        assert [each["answer_id"] for each in export["answers"]] == [id]
        assert [each["answer_id"] for each in export["feedback"]] == [id]


async def test_an_answer_that_cannot_be_noted_is_given_all_the_same(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(self: object, answer: object) -> None:
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr(SqliteRateableAnswers, "note", full)
    await put(api, "skerry.md", LIGHTS)
    assert await streamed(api) == await queried(api) == ""
