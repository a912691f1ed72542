"""People ask over HTTP, the base changes, the timer runs: whoever asks next is answered from the cache."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions import timers
from functions.bootstrap import services
from shared.domain.access import PRECOMPUTING, BaseKey
from shared.settings import Settings
from tests.functions.azure_house import Services, azure, blob_service, gremlin, settings
from tests.functions.conftest import put, served
from tests.functions.signing_in import ADMIN, PASSWORD, bearer, guarded, guarded_house, header_of

__all__ = ["azure", "blob_service", "gremlin", "settings"]

LIGHTS = "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n"
MORE = "# Keel\n\nThe Keel lighthouse was built by Ben Stroud in 1921.\n"
HUNG = 90.0
"""Seconds after which a run counts as hung."""

QUESTION = "Who built the Skerry lighthouse?"


async def run_the_timer(api: httpx.AsyncClient) -> None:
    """Start the timer's function by hand, as an operator does, and wait until it is through with the base."""
    base = BaseKey(services().settings.home_tenant, "lights")
    path = "/admin/functions/precompute_popular_questions"
    response = await api.post(str(api.base_url.copy_with(path=path)), json={}, headers=ADMIN)
    assert response.status_code == 202, response.text
    ahead = services().precomputing
    assert ahead is not None
    async with asyncio.timeout(HUNG):
        while await ahead.popular.answered(base) != await ahead.state(base):  # noqa: ASYNC110 - behind the API
            await asyncio.sleep(0.02)


async def metrics(api: httpx.AsyncClient, who: dict[str, str], query: str = QUESTION) -> dict[str, Any]:
    """Ask as somebody, and return what the answer took."""
    response = await api.post("rag/query", json={"kb_id": "lights", "query": query}, headers=who)
    assert response.status_code == 200, response.text
    taken: dict[str, Any] = response.json()["metrics"]
    return taken


async def filled(api: httpx.AsyncClient) -> None:
    """Add a base that everybody may read, with a document."""
    api.headers.update(ADMIN)
    assert (await api.post("knowledge/bases", json={"name": "Lights"})).status_code == 201
    assert (await put(api, "skerry.md", LIGHTS, "lights"))["status"] == "ready"


async def test_a_question_of_two_is_answered_from_the_cache_right_after_a_change(tmp_path: Path) -> None:
    async with guarded_house(tmp_path, sign_up="user") as api:
        await filled(api)
        people = [await header_of(api, name) for name in ("ada", "ben", "cleo")]
        assert [(await metrics(api, who))["cache_hit"] for who in people[:2]] == [False, True]
        await put(api, "keel.md", MORE, "lights")
        await run_the_timer(api)
        taken = await metrics(api, people[2])
        assert (taken["cache_hit"], taken["cache_level"], taken["cost_usd"]) == (True, "memory", 0.0)
        assert (await api.get("usage", params={"user": PRECOMPUTING})).status_code == 200


async def test_a_question_of_one_or_of_guests_is_not_answered_ahead(tmp_path: Path) -> None:
    async with guarded_house(tmp_path) as api:
        await filled(api)
        guests = [await header_of(api, name) for name in ("ada", "ben")]
        for who in (*guests, ADMIN):
            await metrics(api, who)
        await put(api, "keel.md", MORE, "lights")
        await run_the_timer(api)
        assert [(await metrics(api, who))["cache_hit"] for who in (guests[0], ADMIN)] == [False, False]


async def test_what_somebody_asked_is_exported_and_goes_with_them(tmp_path: Path) -> None:
    async with guarded_house(tmp_path, sign_up="user") as api:
        await filled(api)
        ada, ben = await header_of(api, "ada"), await header_of(api, "ben")
        for who in (ada, ben):
            await metrics(api, who)
        (asked,) = (await api.get("me/export", headers=ada)).json()["questions"]
        assert (asked["kb_id"], asked["question"]) == ("lights", QUESTION)
        assert (await api.delete("me", headers=ada)).status_code == 200
        assert len((await api.get("me/export", headers=ben)).json()["questions"]) == 1
        await put(api, "keel.md", MORE, "lights")
        await run_the_timer(api)
        assert not (await metrics(api, ben))["cache_hit"]


@pytest.mark.parametrize("changes", [{"cache_popular": 0}, {"cache_seconds": 0}, {"cache_entries": 0}], ids=str)
async def test_nothing_is_counted_where_nothing_is_answered_ahead(tmp_path: Path, changes: dict[str, Any]) -> None:
    async with guarded_house(tmp_path, sign_up="user", **changes) as api:
        await filled(api)
        ada = await header_of(api, "ada")
        await metrics(api, ada)
        assert (await api.get("me/export", headers=ada)).json()["questions"] == []
        assert services().precomputing is None
        await timers.precompute_popular_questions._function._func(None)


async def test_nobody_is_counted_where_nobody_signs_in(tmp_path: Path) -> None:
    async with served(Settings(data_dir=tmp_path / "house", embedder="none", scan_seconds=0.05)):
        assert (services().ask.popularity, services().precomputing) == (None, None)


async def test_no_second_model_is_asked_beside_a_silent_one_where_nobody_waits(tmp_path: Path) -> None:
    models = {"chat_base_url": "http://127.0.0.1:9", "chat_model": "large", "chat_small_model": "small"}
    async with served(guarded(tmp_path, **models, chat_hedge_milliseconds=50)):
        ahead = services().precomputing
        assert ahead is not None
        assert (services().ask.patience, ahead.ask.patience) == (0.05, None)
        assert ahead.ask.flights is services().ask.flights


@pytest.mark.parametrize(("days", "kept"), [(7, 7), (90, 30)])
async def test_what_was_asked_is_kept_no_longer_than_a_conversation(tmp_path: Path, days: int, kept: int) -> None:
    async with served(replace(guarded(tmp_path), conversation_days=days)):
        popularity = services().ask.popularity
        assert popularity is not None
        assert popularity.days == kept


async def test_on_azure_a_popular_question_is_answered_ahead(settings: Settings, azure: Services) -> None:
    async with served(settings) as api:
        await api.get("startup")
        administrator = {"authorization": api.headers["authorization"]}
        people = []
        for name in ("ada", "ben", "cleo"):
            credentials = {"email": f"{name}@heron.example", "password": PASSWORD}
            assert (await api.post("users", json={**credentials, "role": "user"})).status_code == 201
            signed_in = (await api.post("auth/login", json=credentials)).json()
            people.append(bearer(signed_in["access_token"]))
        assert (await api.post("knowledge/bases", json={"name": "Lights"})).status_code == 201
        assert (await put(api, "skerry.md", LIGHTS, "lights"))["status"] == "ready"
        for who in people[:2]:
            await metrics(api, who)
        assert sum("user" in each for each in azure.state.items("knowledge", "popular")) == 2
        assert (await put(api, "keel.md", MORE, "lights"))["status"] == "ready"
        assert services().precomputing is not None
        await run_the_timer(api)
        assert (await metrics(api, people[2]))["cache_hit"]
        assert (await api.delete("knowledge/bases/lights", headers=administrator)).status_code == 204
        assert azure.state.items("knowledge", "popular") == []
