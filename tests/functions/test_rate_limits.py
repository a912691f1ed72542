"""Requests that come too fast are told when to come again."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.functions.signing_in import ADMIN, PASSWORD, bearer, guarded_house, header_of

# So slow that nothing flows in while a test runs.
SLOW = {"principal": {"rate_per_minute": 0.01}, "address": {"address_rate_per_minute": 0.01}}
CREDENTIALS = {"email": "ada@heron.example", "password": PASSWORD}


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


async def test_a_principal_has_a_burst_and_is_then_told_to_wait(tmp_path: Path) -> None:
    async with guarded_house(tmp_path, rate_burst=3, **SLOW["principal"]) as api:
        first = await api.get("me", headers=ADMIN)
        assert first.headers["ratelimit-policy"] == '"principal";q=3;w=18000'
        assert first.headers["ratelimit"] == '"principal";r=2;t=6000'
        for _ in range(2):
            assert (await api.get("me", headers=ADMIN)).status_code == 200
        refused = await api.get("me", headers=ADMIN)
        assert refusal(refused) == (429, "rate_limited")
        assert 0 < int(refused.headers["retry-after"]) <= 6000
        assert refused.headers["ratelimit"].startswith('"principal";r=0;')
        assert (await api.get("me", headers=await header_of(api))).status_code == 200


async def test_an_address_is_bounded_whoever_it_says_to_be(tmp_path: Path) -> None:
    async with guarded_house(tmp_path, address_rate_burst=3, **SLOW["address"]) as api:
        for number in range(3):
            assert (await api.get("me", headers=bearer(f"guess{number}"))).status_code == 401
        assert refusal(await api.get("me", headers=ADMIN)) == (429, "rate_limited")
        assert (await api.get("health")).status_code == 200


@pytest.mark.parametrize("forwarded", ["198.51.100.{0}", "198.51.100.{0}, 203.0.113.{0}"])
async def test_nobody_gets_another_bucket_by_naming_another_address(tmp_path: Path, forwarded: str) -> None:
    async with guarded_house(tmp_path, address_rate_burst=3, **SLOW["address"]) as api:
        statuses = [
            (await api.get("me", headers={**ADMIN, "x-forwarded-for": forwarded.format(number)})).status_code
            for number in range(5)
        ]
        assert statuses == [200, 200, 200, 429, 429]


async def test_behind_a_proxy_its_own_entry_alone_names_the_address(tmp_path: Path) -> None:
    async with guarded_house(tmp_path, address_rate_burst=2, proxies=1, **SLOW["address"]) as api:

        async def status(forwarded: str) -> int:
            return (await api.get("me", headers={**ADMIN, "x-forwarded-for": forwarded})).status_code

        claimed = [await status(f"198.51.100.{number}, 203.0.113.9:{5000 + number}") for number in range(3)]
        assert claimed == [200, 200, 429]
        assert await status("203.0.113.9, 203.0.113.10") == 200


async def test_signing_in_is_bounded_more_tightly(tmp_path: Path) -> None:
    async with guarded_house(tmp_path, sign_in_rate_burst=3, sign_in_rate_per_minute=0.01) as api:
        assert (await api.post("auth/register", json=CREDENTIALS)).status_code == 201
        tokens = (await api.post("auth/login", json=CREDENTIALS)).json()
        wrong = await api.post("auth/login", json={**CREDENTIALS, "password": "wrong"})
        assert refusal(wrong) == (401, "not_signed_in")
        assert wrong.headers["ratelimit"].startswith('"sign-in";r=0;')
        for route, body in (("login", CREDENTIALS), ("refresh", tokens), ("register", CREDENTIALS)):
            assert refusal(await api.post(f"auth/{route}", json=body)) == (429, "rate_limited")
        assert (await api.get("me", headers=bearer(tokens["access_token"]))).status_code == 200


async def test_without_sign_in_nobody_is_counted(api: httpx.AsyncClient) -> None:
    for _ in range(3):
        response = await api.get("knowledge/bases")
        assert response.status_code == 200
        assert not [name for name in response.headers if "ratelimit" in name]


async def test_a_stream_says_it_too(tmp_path: Path) -> None:
    async with guarded_house(tmp_path, rate_burst=5, **SLOW["principal"]) as api:
        await api.post("knowledge/bases", json={"name": "Default"}, headers=ADMIN)
        body = {"kb_id": "default", "messages": [{"role": "user", "content": "Who?"}]}
        response = await api.post("chat/stream", json=body, headers=ADMIN)
        assert response.status_code == 200
        assert response.headers["ratelimit"].startswith('"principal";r=3;')


ODD: list[tuple[str, Any]] = [
    ("x-request-id", b"a\tb"),
    ("x-request-id", "a: b"),
    ("x-request-id", "x" * 129),
    ("x-tenant-id", "local, stork"),
    ("x-forwarded-for", "203.0.113.9 set-cookie: a=b"),
]


@pytest.mark.parametrize(("name", "value"), ODD)
async def test_what_a_header_smuggles_in_comes_back_in_none(tmp_path: Path, name: str, value: Any) -> None:
    async with guarded_house(tmp_path, rate_burst=5, proxies=1, **SLOW["principal"]) as api:
        response = await api.get("me", headers=[*ADMIN.items(), (name, value)])
        assert response.status_code in (200, 403)
        assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])
        assert "set-cookie" not in response.headers
        assert re.fullmatch(r'"principal";r=4;t=\d+', response.headers["ratelimit"])


@pytest.mark.parametrize(("filler", "status"), [(32_768, 200), (32_769, 431)])
async def test_all_headers_together_have_a_bound(api: httpx.AsyncClient, filler: int, status: int) -> None:
    sent = api.build_request("GET", "health", headers={"x-filler": ""})
    room = filler - sum(len(name) + len(value) for name, value in sent.headers.raw)
    response = await api.get("health", headers={"x-filler": "x" * room})
    assert response.status_code == status


@pytest.mark.parametrize("name", ["x-forwarded-for", "x-request-id", "x-tenant-id", "x-anything"])
async def test_a_header_of_a_megabyte_is_refused_and_the_next_request_answered(tmp_path: Path, name: str) -> None:
    async with guarded_house(tmp_path, proxies=1) as api:
        try:
            response = await api.get("me", headers={**ADMIN, name: "1" * 1_000_000})
            assert refusal(response) == (431, "headers_too_large")
        except httpx.TransportError as error:
            # A server may close the connection instead of reading on.
            assert not isinstance(error, httpx.TimeoutException)  # noqa: PT017
        assert (await api.get("me", headers=ADMIN)).status_code == 200
