"""People: what administrators do with them, and what they do with themselves."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.command_line.uploading import followed
from infra.local.sqlite import Database
from shared.settings import Settings
from tests.functions.conftest import served
from tests.functions.signing_in import ADMIN, PASSWORD, bearer, guarded_house, header_of, signed_in


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with guarded_house(tmp_path) as client:
        yield client


async def me(api: httpx.AsyncClient, header: dict[str, str]) -> Any:
    return (await api.get("me", headers=header)).json()


async def test_an_administrator_adds_somebody_who_then_signs_in(tmp_path: Path) -> None:
    async with guarded_house(tmp_path, sign_up="none") as api:
        body = {"email": "ada@heron.example", "password": PASSWORD, "role": "user"}
        assert (await api.post("users", json=body, headers=ADMIN)).status_code == 201
        known = await me(api, await header_of(api))
        assert (known["email"], known["role"]) == ("ada@heron.example", "user")
        assert known["labels"] == ["everyone", f"user:{known['id']}"]
        assert (known["requests_per_day"], known["monthly_budget_usd"]) == (1000, 100.0)
        assert known["features"] == ["chat", "embedding", "graphrag"]


async def test_people_are_listed_page_by_page(api: httpx.AsyncClient) -> None:
    for name in ("ada", "ben", "cleo"):
        await signed_in(api, name)
    first = (await api.get("users", params={"limit": 2}, headers=ADMIN)).json()
    second = (await api.get("users", params={"limit": 2, "after": first["next"]}, headers=ADMIN)).json()
    found = {each["email"].partition("@")[0] for each in first["items"] + second["items"]}
    assert (found, second["next"]) == ({"ada", "ben", "cleo"}, "")
    assert "hash" not in str(first)


async def test_a_role_and_groups_hold_with_the_next_request(api: httpx.AsyncClient) -> None:
    header = await header_of(api)
    id = (await me(api, header))["id"]
    assert (await api.post("knowledge/bases", json={"name": "a"}, headers=header)).status_code == 403
    changed = await api.patch(f"users/{id}", json={"role": "user", "groups": ["crew"]}, headers=ADMIN)
    assert (changed.status_code, changed.json()["groups"]) == (200, ["crew"])
    assert (await api.post("knowledge/bases", json={"name": "a"}, headers=header)).status_code == 201
    assert "group:crew" in (await me(api, header))["labels"]
    await api.patch(f"users/{id}", json={"role": "guest"}, headers=ADMIN)
    assert (await api.post("knowledge/bases", json={"name": "b"}, headers=header)).status_code == 403
    assert "group:crew" in (await me(api, header))["labels"]


async def test_whoever_is_disabled_is_out_at_once_and_back_only_by_signing_in(api: httpx.AsyncClient) -> None:
    tokens = await signed_in(api)
    header = bearer(tokens["access_token"])
    id = (await me(api, header))["id"]
    await api.patch(f"users/{id}", json={"disabled": True}, headers=ADMIN)
    refused = [
        await api.get("me", headers=header),
        await api.post("auth/refresh", json={"refresh_token": tokens["refresh_token"]}),
        await api.post("auth/login", json={"email": "ada@heron.example", "password": PASSWORD}),
    ]
    wrong = await api.post("auth/login", json={"email": "ada@heron.example", "password": "wrong"})
    assert [each.status_code for each in refused] == [401, 401, 401]
    assert refused[2].json()["error"]["message"] == wrong.json()["error"]["message"]
    await api.patch(f"users/{id}", json={"disabled": False}, headers=ADMIN)
    assert (await api.get("me", headers=header)).status_code == 401
    assert (await api.get("me", headers=await header_of(api))).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "users"), ("POST", "users"), ("PATCH", "users/x"), ("GET", "audit")]
)
async def test_nobody_but_an_administrator_sees_or_changes_people(
    api: httpx.AsyncClient, method: str, path: str
) -> None:
    response = await api.request(method, path, json={}, headers=await header_of(api))
    assert (response.status_code, response.json()["error"]["code"]) == (403, "access_denied")


@pytest.mark.parametrize(
    "body", [{"role": "root"}, {"groups": [""]}, {"groups": ["a b"]}, {"groups": ["x" * 65]}, {"disabled": "yes"}]
)
async def test_a_change_that_does_not_fit_is_refused(api: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert (await api.patch("users/none", json=body, headers=ADMIN)).status_code == 400


async def test_a_person_who_is_not_there_is_not_found(api: httpx.AsyncClient) -> None:
    assert (await api.patch("users/none", json={"role": "user"}, headers=ADMIN)).status_code == 404
    assert (await api.delete("me", headers=ADMIN)).status_code == 404
    assert (await api.get("me/export", headers=ADMIN)).status_code == 404


async def test_an_export_holds_what_is_kept_and_no_secret(api: httpx.AsyncClient) -> None:
    tokens = await signed_in(api)
    header = bearer(tokens["access_token"])
    id = (await me(api, header))["id"]
    await api.patch(f"users/{id}", json={"role": "user"}, headers=ADMIN)
    response = await api.get("me/export", headers={**header, "x-request-id": "the-export"})
    export = response.json()
    assert (export["user"]["id"], export["user"]["email"], len(export["sessions"])) == (id, "ada@heron.example", 1)
    assert [(each["who"], each["deed"]) for each in export["audit"]] == [("administrator", "changed"), (id, "exported")]
    assert export["audit"][1]["request_id"] == "the-export"
    assert "hash" not in response.text
    assert tokens["refresh_token"].split(".")[2] not in response.text


async def test_whoever_erases_themselves_is_gone_and_the_trail_says_so(api: httpx.AsyncClient, tmp_path: Path) -> None:
    tokens = await signed_in(api)
    header = bearer(tokens["access_token"])
    id = (await me(api, header))["id"]
    assert (await api.delete("me", headers={**header, "x-request-id": "the-end"})).status_code == 200
    assert (await api.get("me", headers=header)).status_code == 401
    assert (await api.post("auth/refresh", json={"refresh_token": tokens["refresh_token"]})).status_code == 401
    assert (await api.get("users", headers=ADMIN)).json()["items"] == []
    (row,) = (await api.get("audit", headers=ADMIN)).json()["items"]
    assert (row["who"], row["about"], row["deed"], row["request_id"]) == (id, id, "erased", "the-end")
    assert (await me(api, await header_of(api)))["id"] != id


async def test_without_sign_in_everybody_is_the_same_administrator(settings: Settings) -> None:
    async with served(settings) as api:
        known = (await api.get("me")).json()
        assert (known["id"], known["tenant"], known["role"], known["email"]) == ("local", "local", "admin", "")
        for method, path in (("GET", "users"), ("DELETE", "me"), ("POST", "auth/login")):
            response = await api.request(method, path, json={"email": "a@b", "password": "c"})
            assert (response.status_code, response.json()["error"]["code"]) == (403, "access_denied")


async def test_what_somebody_used_is_exported_and_nobodys_when_they_are_gone(tmp_path: Path) -> None:
    async with guarded_house(tmp_path, sign_up="user") as api:
        header = await header_of(api)
        id = (await me(api, header))["id"]
        await api.post("knowledge/bases", json={"name": "Handbook"}, headers=header)
        file = {"file": ("a.md", b"# Skerry\n\nBuilt by Ada Quill.")}
        sent = await api.post("knowledge/bases/handbook/documents", files=file, headers=header)
        api.headers.update(header)
        await followed(api, sent.json()["document_id"])
        await api.post("rag/query", json={"kb_id": "handbook", "query": "Who built Skerry?"})
        (call,) = (await api.get("me/export")).json()["usage"]
        assert (call["feature"], call["cost_usd"]) == ("chat", 0.0)
        assert (await api.delete("me")).status_code == 200
    with Database(tmp_path / "house/ledger.sqlite").snapshot() as reader:
        whose = [row["user"] for row in reader.execute("SELECT user FROM calls")]
        accounts = [row["account"] for row in reader.execute("SELECT account FROM counters")]
    assert "erased" in whose
    assert [each for each in (*whose, *accounts) if id in each] == []


async def test_who_runs_the_service_sees_what_one_user_spent_and_nobody_else_does(api: httpx.AsyncClient) -> None:
    ada, ben = await header_of(api, "ada"), await header_of(api, "ben")
    id = (await me(api, ada))["id"]
    shown = await api.get("usage", params={"user": id}, headers=ADMIN)
    assert {each["account"] for each in shown.json()["own"]} == {f"user:local/{id}"}
    assert {each["cap_usd"] for each in shown.json()["own"] if each["period"] == "monthly"} == {10.0}
    assert (await api.get("usage", params={"user": id}, headers=ada)).json()["own"] == shown.json()["own"]
    refused = await api.get("usage", params={"user": id}, headers=ben)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "access_denied")
    assert (await api.get("usage", params={"user": "nobody"}, headers=ADMIN)).status_code == 404
    assert (await api.get("usage", params={"user": ""}, headers=ADMIN)).status_code == 400
    assert (await api.get("usage", params={"user": "x" * 129}, headers=ADMIN)).status_code == 400


async def test_who_runs_the_service_sees_what_programs_and_the_background_spent(api: httpx.AsyncClient) -> None:
    made = (await api.post("service-keys", json={"name": "sync", "role": "user"}, headers=ADMIN)).json()
    program = bearer(made["token"])
    for id, cap in (((await me(api, program))["id"], 100.0), ("ingestion", None), ("administrator", 1000.0)):
        shown = (await api.get("usage", params={"user": id}, headers=ADMIN)).json()["own"]
        assert {each["account"] for each in shown} == {f"user:local/{id}"}
        assert [each["cap_usd"] for each in shown if each["period"] == "monthly"] == [cap]
        assert (await api.get("usage", params={"user": id}, headers=await header_of(api))).status_code == 403
    assert (await api.get("usage", params={"user": "key_none"}, headers=ADMIN)).status_code == 404
