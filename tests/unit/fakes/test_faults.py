"""What the faulty proxy does to a request, and what it leaves alone."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.fakes.certificates import loopback_certificate
from tests.fakes.faults import Fault, FaultyProxy, refusing

BODY = b'{"value": [1, 2, 3]}'


class Echo(BaseHTTPRequestHandler):
    """Remembers what it was sent and always answers the same."""

    protocol_version = "HTTP/1.1"
    received: list[bytes]

    def do_POST(self) -> None:
        self.received.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.send_header("content-length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def echo() -> Iterator[ThreadingHTTPServer]:
    handler = type("Handler", (Echo,), {"received": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(10)


@pytest.fixture
def proxy(echo: ThreadingHTTPServer) -> Iterator[FaultyProxy]:
    with FaultyProxy(f"http://127.0.0.1:{echo.server_port}") as proxy:
        yield proxy


def post(proxy: FaultyProxy, content: bytes = b"asked") -> httpx.Response:
    return httpx.post(f"{proxy.address}/path", content=content, timeout=2)


def received(echo: ThreadingHTTPServer) -> list[bytes]:
    return list(getattr(echo.RequestHandlerClass, "received"))  # noqa: B009


def test_without_a_fault_the_answer_is_that_of_the_server(proxy: FaultyProxy, echo: ThreadingHTTPServer) -> None:
    with httpx.Client() as client:
        answers = [client.post(f"{proxy.address}/x", content=b"x" * size).content for size in (0, 5, 1_000_000)]
    assert answers == [BODY] * 3
    assert [len(each) for each in received(echo)] == [0, 5, 1_000_000]


@pytest.mark.parametrize(
    ("fault", "status", "wait"),
    [
        (Fault.THROTTLED, 429, None),
        (Fault.THROTTLED_FOR_A_WHILE, 429, "1"),
        (Fault.BROKEN, 500, None),
        (Fault.EXPIRED, 401, None),
    ],
)
def test_a_refused_request_never_reaches_the_server(
    proxy: FaultyProxy, echo: ThreadingHTTPServer, fault: Fault, status: int, wait: str | None
) -> None:
    proxy.faults.append(fault)
    response = post(proxy)
    assert (response.status_code, response.headers.get("retry-after")) == (status, wait)
    assert (proxy.arrived, proxy.forwarded, received(echo)) == (1, 0, [])


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.SILENT, httpx.ReadTimeout),
        (Fault.RESET, httpx.ReadError),
        (Fault.TRUNCATED, httpx.RemoteProtocolError),
    ],
)
def test_a_lost_answer_is_one_to_a_request_that_was_done(
    proxy: FaultyProxy, echo: ThreadingHTTPServer, fault: Fault, error: type[Exception]
) -> None:
    proxy.faults.append(fault)
    with pytest.raises(error):
        post(proxy)
    assert received(echo) == [b"asked"]


def test_a_half_open_connection_takes_the_request_and_nobody_reads_it(
    proxy: FaultyProxy, echo: ThreadingHTTPServer
) -> None:
    proxy.faults.append(Fault.HALF_OPEN)
    with pytest.raises(httpx.ReadTimeout):
        post(proxy)
    assert (proxy.arrived, received(echo)) == (1, [])


def test_an_answer_that_is_no_json_says_that_it_is_json(proxy: FaultyProxy) -> None:
    proxy.faults.append(Fault.BAD_JSON)
    response = post(proxy)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    with pytest.raises(ValueError, match="Unterminated"):
        response.json()


@pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.BAD_JSON])
def test_who_asks_for_the_head_of_an_answer_gets_no_body(proxy: FaultyProxy, fault: Fault) -> None:
    proxy.faults.append(fault)
    assert httpx.head(f"{proxy.address}/path", timeout=10).content == b""


def test_tls_ends_at_the_proxy_and_the_path_of_the_server_is_kept(echo: ThreadingHTTPServer, tmp_path: Path) -> None:
    certificate = loopback_certificate(tmp_path)
    context = ssl.create_default_context(cafile=certificate[0])
    with FaultyProxy(f"http://127.0.0.1:{echo.server_port}/account", certificate) as proxy:
        assert (urlsplit(proxy.address).scheme, urlsplit(proxy.address).path) == ("https", "/account")
        assert httpx.post(proxy.address, content=b"asked", verify=context).content == BODY


def test_a_dripping_answer_keeps_every_single_wait_short(proxy: FaultyProxy) -> None:
    proxy.faults.append(Fault.DRIP)
    with (
        httpx.Client(timeout=2) as client,
        client.stream("POST", f"{proxy.address}/x", content=b"asked") as response,
    ):
        assert next(response.iter_raw()) == BODY[:1]


def test_faults_are_used_up_one_per_request_and_a_lasting_one_stays(proxy: FaultyProxy) -> None:
    proxy.faults.append(Fault.BROKEN)
    assert [post(proxy).status_code for _ in range(2)] == [500, 200]
    proxy.lasting = Fault.EXPIRED
    assert [post(proxy).status_code for _ in range(2)] == [401, 401]
    proxy.lasting = None
    assert post(proxy).status_code == 200


def test_nobody_answers_where_connections_are_refused() -> None:
    with refusing() as address, pytest.raises(httpx.ConnectError):
        httpx.get(address)
