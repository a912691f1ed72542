"""The loopback server that stands for every OpenAI-compatible one."""

import base64
import json
import struct
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import httpx
import pytest

from tests.fakes.openai_server import KEY, USAGE, Fault, OpenAIServer

MESSAGES = [{"role": "user", "content": "Who leads?"}]
CHAT = {"model": "m", "messages": MESSAGES}
STREAM = {**CHAT, "stream": True, "stream_options": {"include_usage": True}}


@pytest.fixture(scope="module")
def running() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def server(running: OpenAIServer) -> OpenAIServer:
    running.refusals.clear()
    running.faults.clear()
    running.traits.clear()
    running.requests.clear()
    return running


def post(server: OpenAIServer, path: str, body: Any, key: str = KEY) -> httpx.Response:
    return httpx.post(f"{server.base_url}/{path}", json=body, headers={"authorization": f"Bearer {key}"}, timeout=10)


def chunks(response: httpx.Response) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in response.text.splitlines() if line]
    assert lines.pop() == "[DONE]"
    return [json.loads(line) for line in lines]


def test_a_chat_is_answered_with_usage(server: OpenAIServer) -> None:
    body = post(server, "chat/completions", CHAT).json()
    assert body["choices"][0]["message"]["content"] == server.answer
    assert body["usage"] == USAGE


def test_a_stream_has_an_empty_first_chunk_the_text_an_end_and_the_usage(server: OpenAIServer) -> None:
    found = chunks(post(server, "chat/completions", STREAM))
    assert found[0]["choices"] == []
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in found[1:-1]) == server.answer
    assert found[-2]["choices"][0]["finish_reason"] == "stop"
    assert (found[-1]["choices"], found[-1]["usage"]) == ([], USAGE)


def test_a_stream_reports_usage_only_to_those_who_ask(server: OpenAIServer) -> None:
    found = chunks(post(server, "chat/completions", {**CHAT, "stream": True}))
    assert all("usage" not in chunk for chunk in found)


def test_embeddings_come_as_floats_or_as_base64(server: OpenAIServer) -> None:
    body = {"model": "m", "input": ["a", "bb"]}
    rows = post(server, "embeddings", {**body, "encoding_format": "float"}).json()["data"]
    packed = post(server, "embeddings", {**body, "encoding_format": "base64"}).json()["data"]
    assert rows[1]["embedding"] == [2.0, 3.0, 4.0, 5.0]
    assert list(struct.unpack("<4f", base64.b64decode(packed[1]["embedding"]))) == rows[1]["embedding"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("chat/completions", {**CHAT, "tempreature": 0}, "tempreature"),
        ("chat/completions", {"model": "m"}, "messages"),
        ("chat/completions", {"messages": MESSAGES}, "model"),
        ("chat/completions", {**CHAT, "messages": []}, "messages"),
        ("chat/completions", {**CHAT, "messages": [{"role": "tool", "content": "x"}]}, "messages"),
        ("chat/completions", {**CHAT, "messages": [{"role": "user", "content": None}]}, "messages"),
        ("chat/completions", {**CHAT, "temperature": "0"}, "temperature"),
        ("chat/completions", {**CHAT, "temperature": True}, "temperature"),
        ("chat/completions", {**CHAT, "temperature": 2.1}, "temperature"),
        ("chat/completions", {**CHAT, "max_tokens": 0}, "max_tokens"),
        ("chat/completions", [], "body"),
        ("embeddings", {"model": "m", "input": []}, "input"),
        ("embeddings", {"model": "m", "input": [""]}, "input"),
        ("embeddings", {"model": "m", "input": ["x"] * 129}, "input"),
        ("embeddings", {"model": "m", "input": ["x"], "encoding_format": "hex"}, "encoding_format"),
    ],
)
def test_a_request_that_is_not_exactly_right_is_refused_by_field(
    server: OpenAIServer, path: str, body: Any, field: str
) -> None:
    response = post(server, path, body)
    assert response.status_code == 400
    assert response.json()["error"]["param"] == field
    assert server.requests == []


@pytest.mark.parametrize("path", ["chat/completions", "embeddings"])
def test_a_wrong_key_is_refused(server: OpenAIServer, path: str) -> None:
    assert post(server, path, CHAT, key="wrong").status_code == 401
    assert httpx.post(f"{server.base_url}/{path}", json=CHAT).status_code == 401


def test_the_list_of_models_asks_for_the_key_too(server: OpenAIServer) -> None:
    assert httpx.get(f"{server.base_url}/models").status_code == 401
    assert httpx.get(f"{server.base_url}/models", headers={"authorization": f"Bearer {KEY}"}).status_code == 200


@pytest.mark.parametrize(("fault", "status"), [(Fault.RATE_LIMITED, 429), (Fault.BROKEN, 500), (Fault.FILTERED, 400)])
def test_a_fault_meets_one_request_and_the_next_is_answered(server: OpenAIServer, fault: Fault, status: int) -> None:
    server.faults.append(fault)
    assert post(server, "chat/completions", CHAT).status_code == status
    assert post(server, "chat/completions", CHAT).status_code == 200


def test_a_rate_limit_carries_its_header(server: OpenAIServer) -> None:
    server.faults.append(Fault.RATE_LIMITED)
    assert post(server, "chat/completions", CHAT).headers["retry-after"] == "7"


def test_a_refusal_carries_the_headers_that_were_laid_out_for_it_and_is_used_up(server: OpenAIServer) -> None:
    server.refusals.append((503, {"retry-after-ms": "250"}))
    first, second = post(server, "chat/completions", CHAT), post(server, "chat/completions", CHAT)
    assert (first.status_code, first.headers["retry-after-ms"], second.status_code) == (503, "250", 200)


@pytest.mark.parametrize(("fault", "body"), [(Fault.RESET, CHAT), (Fault.CUT_OFF, STREAM)])
def test_a_torn_connection_is_one_on_the_wire(server: OpenAIServer, fault: Fault, body: dict[str, Any]) -> None:
    server.faults.append(fault)
    with pytest.raises(httpx.TransportError):
        post(server, "chat/completions", body)


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.STALLED])
def test_a_client_that_leaves_is_noticed(server: OpenAIServer, fault: Fault) -> None:
    server.faults.append(fault)
    server.left.clear()
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{server.base_url}/chat/completions",
            json=STREAM,
            headers={"authorization": f"Bearer {KEY}"},
            timeout=0.1,
        )
    assert server.left.wait(10)


def test_a_held_request_is_answered_when_it_is_released(server: OpenAIServer) -> None:
    server.faults.append(Fault.HELD)
    with ThreadPoolExecutor() as pool:
        held = pool.submit(post, server, "chat/completions", STREAM)
        # Another one is answered meanwhile.
        while not server.requests:
            wait([held], timeout=0.01)
        assert post(server, "chat/completions", CHAT).status_code == 200
        assert not held.done()
        server.released.set()
        assert "[DONE]" in held.result(60).text


def test_a_fault_of_one_model_is_not_that_of_another(server: OpenAIServer) -> None:
    server.faults_of["broken"] = deque([Fault.BROKEN])
    asked = [post(server, "chat/completions", {**CHAT, "model": name}) for name in ("m", "broken", "broken")]
    assert [each.status_code for each in asked] == [200, 500, 200]


def test_a_truncated_stream_has_no_end(server: OpenAIServer) -> None:
    server.faults.append(Fault.TRUNCATED)
    response = post(server, "chat/completions", STREAM)
    assert "[DONE]" not in response.text
    assert 'finish_reason": "stop' not in response.text


def test_a_server_with_a_trait_refuses_the_field_each_time(server: OpenAIServer) -> None:
    server.traits.add(Fault.FIXED_TEMPERATURE)
    for _ in range(2):
        response = post(server, "chat/completions", {**CHAT, "temperature": 0.5})
        assert (response.status_code, response.json()["error"]["param"]) == (400, "temperature")
    assert post(server, "chat/completions", CHAT).status_code == 200


RERANK = {"model": "m", "query": "harbour crane", "documents": ["soup", "the crane", "the harbour crane"], "top_n": 3}


def test_documents_are_reranked_best_first(server: OpenAIServer) -> None:
    body = post(server, "rerank", RERANK).json()
    assert [each["index"] for each in body["results"]] == [2, 1, 0]
    assert body["usage"]["total_tokens"] > 0


def test_top_n_bounds_the_results(server: OpenAIServer) -> None:
    assert len(post(server, "rerank", {**RERANK, "top_n": 2}).json()["results"]) == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"documents": []}, "documents"),
        ({"documents": [""]}, "documents"),
        ({"documents": ["x"] * 1001}, "documents"),
        ({"query": " "}, "query"),
        ({"top_n": 0}, "top_n"),
        ({"texts": ["x"]}, "texts"),
    ],
)
def test_what_is_not_a_request_to_rerank_is_refused(server: OpenAIServer, change: dict[str, Any], field: str) -> None:
    response = post(server, "rerank", {**RERANK, **change})
    assert (response.status_code, response.json()["error"]["param"]) == (400, field)
    assert server.requests == []


@pytest.mark.parametrize(
    "fault", [Fault.OUT_OF_RANGE, Fault.TWICE, Fault.ROW_MISSING, Fault.NOT_A_NUMBER, Fault.NOT_JSON, Fault.PROSE]
)
def test_a_fault_of_reranking_happens_once(server: OpenAIServer, fault: Fault) -> None:
    whole = post(server, "rerank", RERANK).text
    server.faults.append(fault)
    assert post(server, "rerank", RERANK).text != whole
    assert post(server, "rerank", RERANK).text == whole
