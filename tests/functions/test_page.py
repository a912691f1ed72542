"""The files of the page, as the functions give them out."""

import gzip

import httpx
import pytest

from functions.page import MEDIA_TYPES, START, VIEWS, WEB, assets

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
}


@pytest.fixture
async def visitor(api: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client that starts at the root, as a browser does."""
    api.base_url = api.base_url.copy_with(path="/")
    return api


@pytest.mark.parametrize("view", sorted(VIEWS))
async def test_every_view_is_the_same_page(visitor: httpx.AsyncClient, view: str) -> None:
    answer = await visitor.get(f"/{view}", headers={"x-request-id": "mine"})
    assert answer.headers["x-request-id"] == "mine"
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.content == (WEB / START).read_bytes()


async def test_every_file_comes_with_its_type_and_the_strict_policy(visitor: httpx.AsyncClient) -> None:
    for name in assets():
        answer = await visitor.get(f"/web/{name}")
        assert answer.content == (WEB / name).read_bytes()
        assert answer.headers["content-type"] in MEDIA_TYPES.values()
        assert set(answer.headers["content-security-policy"].split("; ")) == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


async def test_a_file_that_a_browser_has_is_not_sent_again(visitor: httpx.AsyncClient) -> None:
    first = await visitor.get("/web/app.js")
    again = await visitor.get("/web/app.js", headers={"if-none-match": f'"old", {first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = await visitor.get("/web/app.js", headers={"if-none-match": '"old"'})
    assert other.status_code == 200
    assert first.headers["cache-control"] == "no-cache"


async def test_a_file_is_compressed_for_those_alone_who_take_it(visitor: httpx.AsyncClient) -> None:
    async with visitor.stream("GET", "/web/app.js", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == (WEB / "app.js").read_bytes()
    plain = await visitor.get("/web/app.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize(
    "path",
    [
        "/web",
        "/web/",
        "/web/words",
        "/web/words/",
        "/web/../functions/page.py",
        "/web/%2e%2e/functions/page.py",
        "/web/..%2fhost.json",
        "/web/%00",
        "/web//app.js",
        "/web/APP.JS",
        "/nowhere",
        "/favicon.ico",
        "/Documents",
    ],
)
async def test_no_address_leads_out_of_the_page_or_lists_it(visitor: httpx.AsyncClient, path: str) -> None:
    answer = await visitor.get(httpx.URL(str(visitor.base_url).rstrip("/") + path))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_the_page_only_gives_out(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.post("/")).status_code == 405
    assert (await visitor.put("/web/app.js", content=b"alert(1)")).status_code == 405


async def test_the_page_takes_nothing_from_the_durable_doors(visitor: httpx.AsyncClient) -> None:
    missing = await visitor.get("/runtime/webhooks/durabletask/instances/none")
    assert missing.status_code == 404
    assert "content-security-policy" not in missing.headers
