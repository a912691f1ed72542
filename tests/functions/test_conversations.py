"""Conversations over HTTP."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions import timers
from functions.bootstrap import services
from shared.services import conversations as service
from shared.settings import Settings
from tests.functions.conftest import put, served
from tests.functions.signing_in import ADMIN, bearer, guarded_house, header_of

LIGHTS = (
    "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n\n"
    "The revenue of the Skerry lighthouse in 2022 was 40 crowns.\n\n"
    "The revenue of the Skerry lighthouse in 2023 was 55 crowns.\n"
)
REVENUE = "What was the revenue of the Skerry lighthouse in 2022?"


@pytest.fixture
async def lights(api: httpx.AsyncClient) -> httpx.AsyncClient:
    await put(api, "skerry.md", LIGHTS)
    return api


async def begun(api: httpx.AsyncClient, **body: Any) -> Any:
    response = await api.post("conversations", json=body)
    assert response.status_code == 201, response.text
    return response.json()


async def asked(api: httpx.AsyncClient, id: str, content: str, **more: Any) -> Any:
    response = await api.post(f"conversations/{id}/messages", json={"content": content, **more})
    assert response.status_code == 200, response.text
    return response.json()


async def messages(api: httpx.AsyncClient, id: str, **query: Any) -> Any:
    return (await api.get(f"conversations/{id}/messages", params=query)).json()


def events_of(text: str) -> list[tuple[str, Any]]:
    blocks = [block.split("\n") for block in text.strip().split("\n\n") if block.startswith("event: ")]
    return [(name.removeprefix("event: "), json.loads(value.removeprefix("data: "))) for name, value in blocks]


async def test_a_follow_up_is_read_with_what_was_said_and_both_are_kept(lights: httpx.AsyncClient) -> None:
    id = (await begun(lights))["id"]
    first = await asked(lights, id, REVENUE)
    assert "40 crowns" in first["answer"]
    second = await asked(lights, id, "and in 2023?")
    assert "55 crowns" in second["answer"]
    assert (second["conversation_id"], second["message_id"]) == (id, "4")
    kept = (await messages(lights, id))["items"]
    assert [each["role"] for each in kept] == ["user", "assistant"] * 2
    assert [each["content"] for each in kept[::2]] == [REVENUE, "and in 2023?"]
    assert kept[3]["sources"] == second["sources"]
    assert kept[3]["version"] > 0
    assert kept[3]["model_used"] == second["model_used"]
    assert kept[3]["complete"]


async def test_a_conversation_is_named_after_its_first_question_unless_it_has_a_name(lights: httpx.AsyncClient) -> None:
    unnamed, named = await begun(lights), await begun(lights, title="  Money ")
    assert (unnamed["title"], named["title"]) == ("", "Money")
    for each in (unnamed, named):
        await asked(lights, each["id"], REVENUE)
        await asked(lights, each["id"], "and in 2023?")
    assert (await lights.get(f"conversations/{unnamed['id']}")).json()["title"] == REVENUE
    renamed = await lights.patch(f"conversations/{named['id']}", json={"title": "Lamps"})
    assert (renamed.status_code, renamed.json()["title"], renamed.json()["message_count"]) == (200, "Lamps", 4)


async def test_a_stream_is_kept_and_says_where(lights: httpx.AsyncClient) -> None:
    id = (await begun(lights))["id"]
    response = await lights.post(f"conversations/{id}/messages", json={"content": REVENUE, "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    written = events_of(response.text)
    assert written[-1][1]["message_id"] == "2"
    more = {"conversation_id": id, "messages": [{"role": "user", "content": "and in 2023?"}]}
    done = events_of((await lights.post("chat/stream", json=more)).text)[-1][1]
    assert "55 crowns" in done["answer"]
    assert (done["conversation_id"], done["message_id"]) == (id, "4")
    assert len((await messages(lights, id))["items"]) == 4


async def test_the_base_of_a_conversation_is_asked_unless_another_is_named(lights: httpx.AsyncClient) -> None:
    await lights.post("knowledge/bases", json={"name": "Other"})
    await put(lights, "other.md", "# Skerry\n\nThe revenue of the Skerry lighthouse in 2022 was 7 shells.\n", "other")
    id = (await begun(lights, kb_id="other"))["id"]
    assert "7 shells" in (await asked(lights, id, REVENUE))["answer"]
    assert "40 crowns" in (await asked(lights, id, REVENUE, kb_id="default"))["answer"]
    body = {"conversation_id": id, "messages": [{"role": "user", "content": REVENUE}]}
    assert "7 shells" in (await lights.post("chat/stream", json=body)).text
    kept = (await messages(lights, id))["items"]
    assert [each["kb_id"] for each in kept[1::2]] == ["other", "default", "other"]
    assert all(each["sources"] for each in kept[1::2])


async def test_the_conversation_changed_last_is_listed_first_page_by_page(lights: httpx.AsyncClient) -> None:
    ids = [(await begun(lights, title=str(number)))["id"] for number in range(3)]
    await asked(lights, ids[0], REVENUE)
    first = (await lights.get("conversations", params={"limit": 2})).json()
    second = (await lights.get("conversations", params={"limit": 2, "after": first["next"]})).json()
    assert [each["id"] for each in first["items"] + second["items"]] == [ids[0], ids[2], ids[1]]
    assert second["next"] == ""


async def test_messages_are_listed_page_by_page(lights: httpx.AsyncClient) -> None:
    id = (await begun(lights))["id"]
    for _ in range(2):
        await asked(lights, id, REVENUE)
    first = await messages(lights, id, limit=3)
    second = await messages(lights, id, limit=3, after=first["next"])
    assert [each["id"] for each in first["items"] + second["items"]] == ["1", "2", "3", "4"]
    assert second["next"] == ""


async def test_an_export_is_markdown(lights: httpx.AsyncClient) -> None:
    id = (await begun(lights))["id"]
    answer = await asked(lights, id, REVENUE)
    response = await lights.get(f"conversations/{id}/export")
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    assert response.headers["content-disposition"] == f'attachment; filename="conversation-{id}.md"'
    for text in (f"# {REVENUE}", f"> {REVENUE}", answer["answer"], "skerry.md"):
        assert text in response.text


async def test_what_was_deleted_is_gone(lights: httpx.AsyncClient) -> None:
    id = (await begun(lights))["id"]
    await asked(lights, id, REVENUE)
    assert (await lights.delete(f"conversations/{id}")).status_code == 204
    for method, path, body in ROUTES:
        response = await lights.request(method, path.format(id=id), json=body)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found"), path
    assert (await lights.get("conversations")).json()["items"] == []


ROUTES = (
    ("GET", "conversations/{id}", None),
    ("PATCH", "conversations/{id}", {"title": "mine"}),
    ("DELETE", "conversations/{id}", None),
    ("GET", "conversations/{id}/messages", None),
    ("POST", "conversations/{id}/messages", {"content": REVENUE}),
    ("GET", "conversations/{id}/export", None),
)


async def test_nobody_reads_the_conversation_of_another_administrators_included(tmp_path: Path) -> None:
    async with guarded_house(tmp_path) as api:
        await api.post("knowledge/bases", json={"name": "Default"}, headers=ADMIN)
        ada, ben = await header_of(api), await header_of(api, "ben")
        id = (await api.post("conversations", json={}, headers=ada)).json()["id"]
        await api.post(f"conversations/{id}/messages", json={"content": REVENUE}, headers=ada)
        key = await api.post("service-keys", json={"name": "night", "role": "admin"}, headers=ADMIN)
        for header in (ben, ADMIN, bearer(key.json()["token"])):
            for method, path, body in ROUTES:
                response = await api.request(method, path.format(id=id), json=body, headers=header)
                assert response.status_code == 404, path
            stream = {"conversation_id": id, "messages": [{"role": "user", "content": REVENUE}]}
            assert (await api.post("chat/stream", json=stream, headers=header)).status_code == 404
            assert (await api.get("conversations", headers=header)).json()["items"] == []
        assert len((await api.get(f"conversations/{id}/messages", headers=ada)).json()["items"]) == 2


async def test_sources_that_may_not_be_read_any_more_are_not_shown(lights: httpx.AsyncClient) -> None:
    id = (await begun(lights))["id"]
    count = len((await asked(lights, id, REVENUE))["sources"])
    assert count
    (document,) = (await lights.get("knowledge/bases/default/documents")).json()["items"]
    await lights.delete(f"knowledge/documents/{document['document_id']}")
    answer = (await messages(lights, id))["items"][1]
    assert (answer["sources"], answer["hidden_sources"]) == ([], count)
    assert "skerry.md" not in (await lights.get(f"conversations/{id}/export")).text
    await lights.delete("knowledge/bases/default")
    answer = (await messages(lights, id))["items"][1]
    assert (answer["sources"], answer["hidden_sources"]) == ([], count)
    response = await lights.post(f"conversations/{id}/messages", json={"content": REVENUE})
    assert response.status_code == 404


async def test_bounds_of_number_and_length_hold(lights: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_CONVERSATIONS", 1)
    monkeypatch.setattr(service, "MOST_MESSAGES", 2)
    id = (await begun(lights))["id"]
    response = await lights.post("conversations", json={})
    assert (response.status_code, response.json()["error"]["code"]) == (409, "conflict")
    await asked(lights, id, REVENUE)
    response = await lights.post(f"conversations/{id}/messages", json={"content": REVENUE})
    assert (response.status_code, response.json()["error"]["code"]) == (409, "conflict")
    assert len((await messages(lights, id))["items"]) == 2


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("conversations", {"title": "x" * 200}, 201),
        ("conversations", {"title": "x" * 201}, 400),
        ("conversations", {"title": " "}, 400),
        ("conversations", {"kb_id": "nowhere"}, 404),
        ("conversations/{id}/messages", {"content": ""}, 400),
        ("conversations/{id}/messages", {"content": "x" * 8001}, 400),
        ("conversations/{id}/messages", {"content": "Who?", "kb_id": "nowhere"}, 404),
        ("conversations/{id}/messages", {}, 400),
        ("conversations/{id}/messages", {"content": "Who?", "stream": "yes"}, 400),
    ],
)
async def test_a_body_out_of_its_bounds_is_refused(
    api: httpx.AsyncClient, path: str, body: dict[str, Any], status: int
) -> None:
    id = (await begun(api))["id"]
    assert (await api.post(path.format(id=id), json=body)).status_code == status
    assert (await messages(api, id))["items"] == []


@pytest.mark.parametrize(
    ("query", "status"),
    [({"limit": 200}, 200), ({"limit": 201}, 400), ({"limit": 0}, 400), ({"after": "x"}, 400), ({"after": "-1"}, 400)],
)
async def test_a_page_of_messages_is_asked_for_within_its_bounds(
    api: httpx.AsyncClient, query: dict[str, Any], status: int
) -> None:
    id = (await begun(api))["id"]
    assert (await api.get(f"conversations/{id}/messages", params=query)).status_code == status


async def test_questions_from_two_tabs_at_once_are_all_kept(lights: httpx.AsyncClient) -> None:
    id = (await begun(lights))["id"]
    answers = await asyncio.gather(*(asked(lights, id, REVENUE) for _ in range(3)))
    assert sorted(each["message_id"] for each in answers) == ["2", "4", "6"]
    assert [each["role"] for each in (await messages(lights, id))["items"]] == ["user", "assistant"] * 3


async def test_a_conversation_lives_as_long_as_the_setting_says(settings: Settings) -> None:
    async with served(replace(settings, conversation_days=3)) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        made = await begun(api)
        created, ends = (datetime.fromisoformat(made[name]) for name in ("created_at", "expires_at"))
        assert ends - created == timedelta(days=3)


async def test_the_timer_removes_what_is_over_its_time(lights: httpx.AsyncClient) -> None:
    made = await begun(lights)
    await asked(lights, made["id"], REVENUE)
    late = datetime.fromisoformat(made["expires_at"]) + timedelta(days=1)
    store = services().personal.expiring[0]
    store._clock = lambda: late  # type: ignore[attr-defined]
    assert (await lights.get(f"conversations/{made['id']}")).status_code == 404
    await timers.sweep_conversations._function._func(None)
    for table in ("conversation", "message"):
        assert await store._database.read(f"SELECT * FROM {table}", ()) == []  # type: ignore[attr-defined]
