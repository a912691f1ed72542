"""Requests that have to be signed as a whole, over HTTP."""

import errno
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.signing_caller import Signature, SigningCaller
from tests.functions.signing_in import ADMIN, PASSWORD, guarded_house

KID, KEY = "gateway", "a-key-of-tests-that-guards-nothing-real"
CREDENTIALS = {"email": "ada@heron.example", "password": PASSWORD}
BASE = {"name": "Default"}


def caller(**changes: Any) -> SigningCaller:
    return replace(SigningCaller(KID, KEY, str(int(time.time()))), **changes)


def signature(**changes: Any) -> Signature:
    return Signature(caller(**changes))


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with guarded_house(tmp_path, request_signing_keys=f"{KID}:{KEY}") as client:
        yield client


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


async def test_what_is_signed_is_answered_and_what_is_not_is_refused(api: httpx.AsyncClient) -> None:
    assert refusal(await api.get("me", headers=ADMIN)) == (401, "bad_signature")
    assert (await api.get("me", headers=ADMIN, auth=signature())).status_code == 200
    made = await api.post("knowledge/bases", json=BASE, headers=ADMIN, auth=signature())
    assert made.status_code == 201
    assert (await api.get("health")).status_code == 200


async def test_a_signature_takes_the_place_of_no_token(api: httpx.AsyncClient) -> None:
    assert refusal(await api.get("me", auth=signature())) == (401, "not_signed_in")


async def test_signing_in_is_signed_too(api: httpx.AsyncClient) -> None:
    assert refusal(await api.post("auth/register", json=CREDENTIALS)) == (401, "bad_signature")
    assert (await api.post("auth/register", json=CREDENTIALS, auth=signature())).status_code == 201
    assert (await api.post("auth/login", json=CREDENTIALS, auth=signature())).status_code == 200


async def test_nothing_is_asked_twice(api: httpx.AsyncClient) -> None:
    once = caller(nonce="once-and-never-again")
    first = await api.post("knowledge/bases", json=BASE, headers=ADMIN, auth=Signature(once))
    again = await api.post("knowledge/bases", json=BASE, headers=ADMIN, auth=Signature(once))
    assert first.status_code == 201
    assert refusal(again) == (401, "bad_signature")
    assert "used before" in again.json()["error"]["message"]


@pytest.mark.parametrize(("aside", "status"), [(-200, 200), (200, 200), (-500, 401), (500, 401)])
async def test_a_request_is_answered_while_it_is_fresh(api: httpx.AsyncClient, aside: int, status: int) -> None:
    late = signature(created=str(int(time.time()) + aside))
    assert (await api.get("me", headers=ADMIN, auth=late)).status_code == status


@pytest.mark.parametrize(("size", "is_chunked"), [(10, False), (900_000, False), (900_000, True)])
async def test_another_body_than_the_signed_one_is_refused(api: httpx.AsyncClient, size: int, is_chunked: bool) -> None:
    body = b'{"name": "' + b"a" * size + b'"}'
    headers = caller().headers("POST", "/api/v1/knowledge/bases", "", body)
    forged = body.replace(b'a"}', b'b"}')

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(forged), 10_000):
            yield forged[start : start + 10_000]

    sent = pieces() if is_chunked else forged
    response = await api.post("knowledge/bases", content=sent, headers={**ADMIN, **headers})
    assert refusal(response) == (401, "bad_signature")
    listed = await api.get("knowledge/bases", headers=ADMIN, auth=signature())
    assert listed.json()["items"] == []


async def test_a_document_that_is_not_the_signed_one_is_not_kept(api: httpx.AsyncClient) -> None:
    await api.post("knowledge/bases", json=BASE, headers=ADMIN, auth=signature())
    route, files = "knowledge/bases/default/documents", {"file": ("pumps.md", b"# Pumps\n" * 300_000)}
    sent = api.build_request("POST", route, files=files, headers=ADMIN)
    body = await sent.aread()
    headers = {**sent.headers, **caller().headers("POST", f"/api/v1/{route}", "", body)}
    forged = await api.post(route, content=body.replace(b"Pumps", b"Bumps"), headers=headers)
    assert refusal(forged) == (401, "bad_signature")
    listed = await api.get(route, headers=ADMIN, auth=signature())
    assert listed.json()["items"] == []
    kept = await api.post(route, files=files, headers=ADMIN, auth=signature())
    assert kept.status_code == 202


async def test_of_several_documents_none_is_kept_where_the_last_is_not_the_signed_one(api: httpx.AsyncClient) -> None:
    await api.post("knowledge/bases", json=BASE, headers=ADMIN, auth=signature())
    texts = [(f"{number}.md", f"# Pump {number}\n".encode() * 50_000) for number in range(4)]
    form = {"kb_id": (None, "default")}
    sent = api.build_request("POST", "knowledge/upload", files=[*form.items(), *(("files", each) for each in texts)])
    body = await sent.aread()
    headers = {**ADMIN, "content-type": sent.headers["content-type"]}
    headers |= caller().headers("POST", "/api/v1/knowledge/upload", "", body)
    forged = await api.post("knowledge/upload", content=body.replace(b"Pump 3", b"Bump 3"), headers=headers)
    assert refusal(forged) == (401, "bad_signature")
    headers |= caller().headers("POST", "/api/v1/knowledge/upload", "", body)
    behind = await api.post("knowledge/upload", content=body + b"\r\n", headers=headers)
    assert refusal(behind) == (401, "bad_signature")
    assert "body" in behind.json()["error"]["message"]
    listed = await api.get("knowledge/bases/default/documents", headers=ADMIN, auth=signature())
    assert listed.json()["items"] == []


async def test_a_body_that_fits_nowhere_on_its_way_is_refused(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    route, files = "knowledge/bases/default/documents", {"file": ("long.txt", b"word " * 400_000)}
    response = await api.post(route, files=files, headers=ADMIN, auth=signature())
    assert refusal(response) == (503, "store_unavailable")


@pytest.mark.parametrize(("more", "status"), [(0, 404), (1, 413)])
async def test_a_body_has_the_bound_of_an_upload(tmp_path: Path, more: int, status: int) -> None:
    async with guarded_house(tmp_path, request_signing_keys=f"{KID}:{KEY}", max_upload_mb=1) as api:
        content = b"x" * (1_000_000 + 100_000 + more)
        response = await api.post("knowledge/bases/none/documents", content=content, headers=ADMIN, auth=signature())
        assert response.status_code == status, response.text


async def test_the_query_and_the_path_are_signed_as_they_are_sent(api: httpx.AsyncClient) -> None:
    for route in ("users?limit=2", "users?limit=2&after=%E8%B0%81", "knowledge/bases/%E8%B0%81%20x"):
        response = await api.get(route, headers=ADMIN, auth=signature())
        assert response.status_code in (200, 404), response.text
        headers = caller().headers("GET", f"/api/v1/{route}".partition("?")[0], "limit=3", b"")
        assert refusal(await api.get(route, headers={**ADMIN, **headers})) == (401, "bad_signature")


async def test_a_stream_is_signed_like_anything_else(api: httpx.AsyncClient) -> None:
    await api.post("knowledge/bases", json=BASE, headers=ADMIN, auth=signature())
    body = {"kb_id": "default", "messages": [{"role": "user", "content": "Who?"}]}
    response = await api.post("chat/stream", json=body, headers=ADMIN, auth=signature())
    assert response.status_code == 200
    assert "event: done" in response.text
