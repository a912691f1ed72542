"""HTTP functions through the local host."""

import asyncio
import json
import logging
from dataclasses import replace

import httpx
import pytest

from infra.local.host import HostSettings, LocalHost
from tests.functions.local_host.overhead import added_microseconds
from tests.functions.local_host.sample_app import Seen, make_app


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/hello/bob", {"hello": "bob"}),
        ("/hello", {"hello": "nobody"}),
        ("/hello/", {"hello": "nobody"}),
        ("/hello/me", {"hello": "myself"}),
        ("/hello/%E4%BD%A0%E5%A5%BD", {"hello": "你好"}),
        ("/files/a/b/c.txt", "a/b/c.txt"),
        ("/context", {"name": "with_context"}),
    ],
)
async def test_a_route_reaches_its_function(client: httpx.AsyncClient, path: str, answer: object) -> None:
    response = await client.get(path)
    assert (response.status_code, response.json()) == (200, answer)


async def test_parameters_are_text_as_on_azure_and_the_body_is_the_functions_business(
    client: httpx.AsyncClient,
) -> None:
    response = await client.put("/things/7", content=b"new")
    assert response.json() == {"id": "7", "body": "new"}


@pytest.mark.parametrize("path", ["/", "/nowhere", "/things/seven", "/hello/bob/more", "/admin", "/runtime/webhooks"])
async def test_an_unknown_route_is_a_json_404(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path, headers={"x-request-id": "mine"})
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["request_id"]) == (404, "not_found", "mine")
    assert error["details"] == {}


@pytest.mark.parametrize("head", [b"a: \x01", b"a: b\x7f", b"no colon", b"bad name: b"])
async def test_what_is_no_http_is_a_json_400(client: httpx.AsyncClient, head: bytes) -> None:
    reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
    writer.write(b"GET /hello HTTP/1.1\r\nhost: here\r\n" + head + b"\r\n\r\n")
    answer = await reader.read()
    writer.close()
    status, *headers, body = answer.replace(b"\r\n\r\n", b"\r\n").split(b"\r\n")
    assert status == b"HTTP/1.1 400 Bad Request"
    assert {each.split(b":")[0] for each in headers} >= {b"content-type", b"content-length", b"x-request-id"}
    assert json.loads(body)["error"]["code"] == "bad_request"


async def test_a_wrong_method_is_a_json_405_that_names_the_right_ones(client: httpx.AsyncClient) -> None:
    response = await client.post("/things/7")
    assert (response.status_code, response.json()["error"]["code"]) == (405, "method_not_allowed")
    assert response.headers["allow"] == "DELETE, PUT"


async def test_an_exception_is_a_500_without_its_detail_and_a_log_line_with_it(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = await client.get("/explode", headers={"x-request-id": "trace-me"})
    assert (response.status_code, response.json()["error"]["code"]) == (500, "internal_error")
    assert "secret" not in response.text
    assert "trace-me" in caplog.text
    assert "secret detail" in caplog.text


async def test_returning_nothing_is_a_500(client: httpx.AsyncClient) -> None:
    assert (await client.get("/nothing")).status_code == 500


async def test_a_request_id_that_could_break_a_log_line_is_not_taken_over(client: httpx.AsyncClient) -> None:
    response = await client.get("/nowhere", headers={"x-request-id": "bad id"})
    assert response.json()["error"]["request_id"] != "bad id"


async def test_a_stream_arrives_whole(client: httpx.AsyncClient) -> None:
    response = await client.get("/stream/3")
    assert response.text == "data: 0\n\ndata: 1\n\ndata: 2\n\n"


async def test_an_exception_inside_a_stream_cuts_the_connection(client: httpx.AsyncClient, seen: Seen) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await client.get("/stream/100")
    assert seen.closed_streams == 1
    assert (await client.get("/hello")).status_code == 200


async def test_each_invocation_has_an_id_of_its_own(client: httpx.AsyncClient, seen: Seen) -> None:
    await client.get("/context")
    await client.get("/context")
    assert len({context.invocation_id for context in seen.contexts}) == 2


async def test_the_app_serves_in_process_too(host: LocalHost) -> None:
    transport = httpx.ASGITransport(host.asgi)
    async with (
        host.running("http://127.0.0.1:1"),
        httpx.AsyncClient(transport=transport, base_url="http://h") as client,
    ):
        assert (await client.get("/hello/bob")).json() == {"hello": "bob"}


async def test_before_it_runs_and_after_it_stopped_the_host_answers_503(host: LocalHost) -> None:
    transport = httpx.ASGITransport(host.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://h") as client:
        before = await client.get("/hello/bob")
        async with host.running("http://127.0.0.1:1"):
            during = await client.get("/hello/bob")
        after = await client.get("/hello/bob")
    assert [before.status_code, during.status_code, after.status_code] == [503, 200, 503]
    assert after.json()["error"]["code"] == "unavailable"


async def test_a_stopping_host_lets_a_running_request_end(host: LocalHost, seen: Seen) -> None:
    async with httpx.AsyncClient(timeout=20) as client:
        async with host.serving() as base_url:
            waiting = asyncio.create_task(client.post(f"{base_url}/wait"))
            await seen.entered.wait()
            asyncio.get_running_loop().call_later(0.05, seen.release.set)
        assert (await waiting).json() == {"waited": True}
    assert host.drained_in_time


async def test_a_request_that_does_not_end_is_cut_off(seen: Seen, host_settings: HostSettings) -> None:
    host = LocalHost(make_app(seen), settings=replace(host_settings, drain_seconds=0.05))
    async with httpx.AsyncClient(timeout=20) as client:
        async with host.serving() as base_url:
            waiting = asyncio.create_task(client.post(f"{base_url}/wait"))
            await seen.entered.wait()
        with pytest.raises(httpx.HTTPError):
            (await waiting).raise_for_status()
    assert not host.drained_in_time


async def test_the_route_prefix_stands_before_every_route(seen: Seen, host_settings: HostSettings) -> None:
    host = LocalHost(make_app(seen), settings=replace(host_settings, route_prefix="api"))
    async with host.serving() as base_url, httpx.AsyncClient(base_url=base_url) as client:
        assert (await client.get("/api/hello/me")).status_code == 200
        assert (await client.get("/hello/me")).status_code == 404


@pytest.mark.parametrize("path", ["/admin/functions/nightly", "/runtime/webhooks/durabletask/orchestrators/add_up"])
async def test_web_pages_may_not_use_the_doors_of_operators(client: httpx.AsyncClient, path: str) -> None:
    response = await client.post(path, headers={"origin": "http://evil.example"})
    assert response.status_code == 403


async def test_the_measure_of_the_overhead_works() -> None:
    figures = await added_microseconds(functions=3, requests=20, rounds=1)
    assert figures.bare > 0
    assert figures.host > 0
