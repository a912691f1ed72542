"""Service keys over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.functions.signing_in import ADMIN, bearer, guarded_house, header_of


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with guarded_house(tmp_path) as client:
        yield client


async def made(api: httpx.AsyncClient, **changes: Any) -> Any:
    response = await api.post("service-keys", json={"name": "night shift", **changes}, headers=ADMIN)
    assert response.status_code == 201
    return response.json()


async def test_a_program_signs_in_with_its_key_until_it_is_revoked(api: httpx.AsyncClient) -> None:
    key = await made(api, groups=["crew"])
    header = bearer(key["token"])
    known = (await api.get("me", headers=header)).json()
    assert (known["role"], known["labels"]) == ("user", ["everyone", "group:crew", f"user:key_{key['id']}"])
    assert (await api.post("knowledge/bases", json={"name": "a"}, headers=header)).status_code == 201
    assert (await api.delete(f"service-keys/{key['id']}", headers=ADMIN)).status_code == 204
    assert (await api.get("me", headers=header)).status_code == 401
    assert (await api.delete(f"service-keys/{key['id']}", headers=ADMIN)).status_code == 404
    rows = (await api.get("audit", headers=ADMIN)).json()["items"]
    assert [(each["deed"], each["about"]) for each in rows] == [
        ("added", f"key_{key['id']}"), ("revoked", f"key_{key['id']}")
    ]  # fmt: skip


async def test_a_token_is_shown_once_and_kept_nowhere(api: httpx.AsyncClient, tmp_path: Path) -> None:
    key = await made(api)
    listed = await api.get("service-keys", headers=ADMIN)
    assert listed.json()["items"] == [{**key, "token": None}]
    secret = key["token"].partition(".")[2].encode()
    assert [file for file in (tmp_path / "house").glob("identity*") if secret in file.read_bytes()] == []


async def test_a_key_that_is_not_whole_is_refused(api: httpx.AsyncClient) -> None:
    key = await made(api)
    for token in ("key_", "key_.", f"key_{key['id']}", f"key_{key['id']}.", key["token"][:-1], key["token"] + "x"):
        assert (await api.get("me", headers=bearer(token))).status_code == 401, token


async def test_a_key_of_a_guest_asks_and_nothing_else(api: httpx.AsyncClient) -> None:
    header = bearer((await made(api, role="guest"))["token"])
    assert (await api.post("search/graph", json={"kb_id": "a", "query": "b"}, headers=header)).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "service-keys"), ("GET", "service-keys"), ("DELETE", "service-keys/x")]
)
async def test_nobody_but_an_administrator_keeps_keys(api: httpx.AsyncClient, method: str, path: str) -> None:
    response = await api.request(method, path, json={"name": "a"}, headers=await header_of(api))
    assert response.status_code == 403
