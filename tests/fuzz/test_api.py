"""Whatever is sent to the API: never a failure of the service, and every refusal in the form of errors."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import function_app  # noqa: F401 - its import declares the operations
from functions.operation import OPERATIONS
from infra.local.command_line.serving import local_host
from shared.settings import Settings

BASE_URL = "http://127.0.0.1"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

short = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

texts = st.text(st.characters(codec=None), max_size=40) | st.sampled_from(
    ["", "default", "\ud800", "\0", "x" * 9000, "混合", "' OR 1=1 --", "../..", "who built it?", "user", "hybrid"]
)
numbers = st.integers() | st.floats() | st.sampled_from([0, 1, 50, 51, -1, 2**63, 1e308, 0.5])
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)


class Door:
    """The ASGI app of one house and the loop it lives on."""

    def __init__(self, folder: Path) -> None:
        self.runner = asyncio.Runner()
        host = local_host(Settings(data_dir=folder, embedder="none", drain_seconds=0.5))
        # Requests come in past the socket; it is there for the client that starts durable runs.
        self._running = host.serving()
        self.runner.run(self._running.__aenter__())
        transport = httpx.ASGITransport(host.asgi, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url=BASE_URL, timeout=30)
        self.send("POST", "/api/v1/knowledge/bases", json={"name": "Default"})

    def send(self, method: str, address: str, **options: Any) -> httpx.Response:
        """Send one request and read the whole answer."""
        return self.runner.run(self._client.request(method, address, **options))

    def close(self) -> None:
        """Stop the house."""
        self.runner.run(self._client.aclose())
        self.runner.run(self._running.__aexit__(None, None, None))
        self.runner.close()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    opened = Door(tmp_path_factory.mktemp("house"))
    yield opened
    opened.close()


def check(response: httpx.Response) -> None:
    """Below 500 and, where it is a refusal, in the form of errors."""
    assert response.status_code < 500, response.text
    assert response.headers["x-request-id"]
    if response.status_code >= 400 and response.request.method != "HEAD":
        error = response.json()["error"]
        assert set(error) == {"code", "message", "request_id", "details"} | ({"type", "param"} & set(error))
        assert error["request_id"] == response.headers["x-request-id"]
        assert "Traceback" not in response.text
    if response.headers.get("content-type", "").startswith("text/event-stream"):
        assert "internal_error" not in response.text


def fields_of(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies of an operation: its own fields with values that may fit or not, and foreign fields."""
    model = next(each.body for each in OPERATIONS if each.name == name)
    assert model
    fitting: dict[str, st.SearchStrategy[Any]] = {
        "messages": st.lists(
            st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": texts}), max_size=3
        ),
        "graph_options": st.fixed_dictionaries({}, optional={"max_hops": numbers, "use_community": st.booleans()}),
        "kb_id": st.just("default") | texts,
        "model": st.just("kb:Default") | texts,
        "search_type": st.sampled_from(["vector", "graph", "hybrid"]),
    }
    own = {field: fitting.get(field, texts | numbers | st.booleans()) for field in model.model_fields}
    sometimes_wrong = {field: each | values if field not in fitting else each for field, each in own.items()}
    return st.fixed_dictionaries({}, optional={**sometimes_wrong, "unknown\r\n": values})


POSTS = {each.name: each.path for each in OPERATIONS if each.body}


@pytest.mark.parametrize("name", sorted(POSTS))
@short
@given(data=st.data())
def test_no_body_makes_the_service_fail(door: Door, name: str, data: st.DataObject) -> None:
    body = data.draw(fields_of(name) | values)
    check(door.send("POST", f"/api/v1/{POSTS[name]}", content=json.dumps(body).encode()))


@pytest.mark.parametrize("name", sorted(POSTS))
@short
@given(content=st.binary(max_size=200) | st.sampled_from([b"{" * 5000, b"[" * 100_000, b'{"query": 1e999}', b"NaN"]))
def test_no_bytes_make_the_service_fail(door: Door, name: str, content: bytes) -> None:
    check(door.send("POST", f"/api/v1/{POSTS[name]}", content=content))


def escaped(part: str) -> str:
    """Write a part of an address as a client does, but for what is escaped already."""
    return quote(part.encode("utf-8", "replace"), safe="%/")[:4000]


parts = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    ["..", ".", "%00", "%2e%2e", "{id}", "default", "knowledge", "documents", "bases", "rag", "query", "\0", "//"]
)


@short
@given(
    method=st.sampled_from(METHODS), path=st.lists(parts, max_size=5), query=st.dictionaries(parts, parts, max_size=3)
)
def test_no_address_makes_the_service_fail(door: Door, method: str, path: list[str], query: dict[str, str]) -> None:
    check(door.send(method, "/api/v1/" + "/".join(map(escaped, path)), params=query))


@short
@given(operation=st.sampled_from(OPERATIONS), method=st.sampled_from(METHODS), id=texts, data=st.data())
def test_no_parameter_makes_the_service_fail(
    door: Door, operation: Any, method: str, id: str, data: st.DataObject
) -> None:
    query = data.draw(st.dictionaries(st.sampled_from(["limit", "after", "x"]), parts, max_size=3))
    check(door.send(method, f"/api/v1/{operation.path.replace('{id}', escaped(id))}", params=query))


header_names = st.sampled_from(
    [
        "x-request-id",
        "x-tenant-id",
        "content-type",
        "authorization",
        "accept",
        "range",
        "cookie",
        "expect",
        "origin",
    ]
)
header_bytes = st.binary(max_size=60).map(lambda value: bytes(each for each in value if each not in b"\r\n\0"))


@short
@given(headers=st.lists(st.tuples(header_names, header_bytes), max_size=4), operation=st.sampled_from(OPERATIONS))
def test_no_header_makes_the_service_fail(door: Door, headers: list[tuple[str, bytes]], operation: Any) -> None:
    sent = [(name.encode(), value) for name, value in headers]
    address = f"/api/v1/{operation.path.replace('{id}', 'none')}"
    check(door.send(operation.method, address, headers=sent, content=b"{}" if operation.method == "POST" else b""))


def form(boundary: bytes, headers: bytes, content: bytes, ending: bytes) -> bytes:
    """One part of a form, as broken as the caller wishes."""
    return b"--" + boundary + b"\r\n" + headers + b"\r\n\r\n" + content + b"\r\n--" + boundary + ending


dispositions = st.sampled_from(
    [
        b'Content-Disposition: form-data; name="file"; filename="a.txt"',
        b'Content-Disposition: form-data; name="file"; filename=""',
        b'Content-Disposition: form-data; name="file"',
        b'Content-Disposition: form-data; name="file"; filename="\xff\xfe"',
        b"Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''%e2%82%ac.txt",
        b'Content-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: \xff',
        b"Content-Disposition: form-data",
        b"nonsense",
        b"",
    ]
)


@short
@given(
    boundary=st.sampled_from([b"x", b"-", b"y" * 200]),
    headers=dispositions | st.binary(max_size=60),
    content=st.binary(max_size=100),
    ending=st.sampled_from([b"--\r\n", b"--", b"", b"\r\n"]),
    kind=st.sampled_from([b"multipart/form-data; boundary=x", b"multipart/form-data", b"text/plain", b"", b"\xff"]),
)
def test_no_form_makes_the_service_fail(
    door: Door, boundary: bytes, headers: bytes, content: bytes, ending: bytes, kind: bytes
) -> None:
    sent = form(boundary, headers, content, ending)
    address = "/api/v1/knowledge/bases/default/documents"
    check(door.send("POST", address, content=sent, headers=[(b"content-type", kind)]))
