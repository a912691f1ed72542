"""Settings of a base through the real functions."""

from typing import Any

import httpx
import pytest

from shared.settings import Settings
from tests.fakes.openai_server import KEY, OpenAIServer
from tests.functions.conftest import put, served, with_settings

TEXT = "# Lamps\n\n" + "\n\n".join(f"Lamp {n} of the tower burns with a steady light. " * 6 for n in range(30))
HOUSE = {"chunk_tokens": None, "chunk_overlap": None, "extraction": None, "language": None}


async def changed(api: httpx.AsyncClient, **settings: Any) -> dict[str, Any]:
    response = await api.patch("knowledge/bases/default", json={"settings": settings})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_a_base_starts_with_the_ways_of_the_house_or_with_its_own(api: httpx.AsyncClient) -> None:
    assert (await api.get("knowledge/bases/default")).json()["settings"] == HOUSE
    own = {"name": "Own", "settings": {"chunk_tokens": 200, "language": "zh"}}
    assert (await api.post("knowledge/bases", json=own)).json()["settings"] == {
        **HOUSE, "chunk_tokens": 200, "language": "zh",
    }  # fmt: skip


async def test_what_is_left_out_stays_and_null_is_the_way_of_the_house(api: httpx.AsyncClient) -> None:
    before = (await api.get("knowledge/bases/default")).json()["etag"]
    assert (await changed(api, chunk_tokens=200, chunk_overlap=20))["etag"] != before
    assert (await changed(api, chunk_tokens=None))["settings"] == {**HOUSE, "chunk_overlap": 20}
    assert (await changed(api, chunk_overlap=None))["etag"] == before


async def test_a_change_says_which_documents_were_read_otherwise(api: httpx.AsyncClient) -> None:
    first = await put(api, "lamps.md", TEXT)
    answer = await changed(api, chunk_tokens=150)
    assert (answer["outdated_documents"], answer["settings"]["chunk_tokens"]) == (1, 150)
    assert (await api.get("knowledge/status/default")).json()["outdated_documents"] == 1
    second = await put(api, "lamps.md", TEXT + "\n\nOne more.")
    assert second["chunk_count"] > 2 * first["chunk_count"]
    assert (await api.get("knowledge/status/default")).json()["outdated_documents"] == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"chunk_tokens": 99}, {"chunk_tokens": 1201}, {"chunk_overlap": 201}, {"chunk_tokens": "400"},
        {"extraction": "nobody"}, {"language": "xx"}, {"chunk_tokens": 100, "chunk_overlap": 51},
    ],
)  # fmt: skip
async def test_settings_that_cannot_be_are_refused(api: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    for sent in (
        api.patch("knowledge/bases/default", json={"settings": wrong}),
        api.post("knowledge/bases", json={"name": "Other", "settings": wrong}),
    ):
        response = await sent
        assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_request")
    assert (await api.get("knowledge/bases/default")).json()["settings"] == HOUSE


async def test_no_base_asks_for_a_model_where_there_is_none(api: httpx.AsyncClient) -> None:
    response = await api.patch("knowledge/bases/default", json={"settings": {"extraction": "model"}})
    assert (response.status_code, response.json()["error"]["code"]) == (409, "conflict")


async def test_a_base_may_do_without_the_model_of_the_house(settings: Settings) -> None:
    with OpenAIServer() as server:
        model = {"chat_base_url": server.base_url, "chat_api_key": KEY, "chat_model": "loopback", "extraction": "model"}
        async with served(with_settings(settings, **model)) as api:
            await api.post("knowledge/bases", json={"name": "Default", "settings": {"extraction": "rules"}})
            document = await put(api, "lamps.md", TEXT)
            assert (document["status"], document["reason"]) == ("ready", "")
            index = {"kb_id": "default"}
            assert (await api.post("knowledge/index", json=index)).status_code == 409
            assert (await changed(api, extraction=None))["outdated_documents"] == 1
            assert (await api.post("knowledge/index", json={**index, "dry_run": True})).status_code == 202
