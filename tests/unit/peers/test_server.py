"""The counting server counts what it is asked and what it says, and embeds without a model."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest

from infra.openai_compatible.rows import ROWS_FORMAT
from shared.text.tokens import count_tokens
from tests.peers.answer import ANSWER
from tests.peers.child import difference
from tests.peers.server import counting
from tests.peers.vectors import DIMENSIONS, vector


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with counting() as address, httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        yield client


def post(client: httpx.Client, path: str, body: dict[str, Any]) -> tuple[httpx.Response, dict[str, int]]:
    """Post a body; return the answer and what was counted for it."""
    before = client.get("/counts").json()["counts"]
    answer = client.post(path, json={"model": "m", **body}).raise_for_status()
    return answer, difference(before, client.get("/counts").json()["counts"])


MESSAGES = [{"role": "system", "content": "Answer."}, {"role": "user", "content": [{"type": "text", "text": "Who?"}]}]
COUNTED = {
    "calls": 1,
    "prompt_tokens": count_tokens("Answer.") + count_tokens("Who?"),
    "completion_tokens": count_tokens(ANSWER),
    "embedding_requests": 0,
    "embedded_texts": 0,
}


def test_a_call_is_counted_with_the_tokens_of_every_message_and_of_the_answer(client: httpx.Client) -> None:
    answer, counts = post(client, "/v1/chat/completions", {"messages": MESSAGES})
    assert answer.json()["choices"][0]["message"]["content"] == ANSWER
    assert counts == COUNTED
    assert answer.json()["usage"]["prompt_tokens"] == COUNTED["prompt_tokens"]


def test_a_stream_says_and_counts_the_same(client: httpx.Client) -> None:
    answer, counts = post(client, "/v1/chat/completions", {"messages": MESSAGES, "stream": True})
    *events, end = [each.removeprefix("data: ") for each in answer.text.split("\n\n") if each]
    pieces = [json.loads(each) for each in events]
    said = [choice["delta"].get("content", "") for piece in pieces for choice in piece["choices"]]
    assert ("".join(said), end, counts) == (ANSWER, "[DONE]", COUNTED)
    assert pieces[-1]["usage"]["completion_tokens"] == COUNTED["completion_tokens"]


def test_a_schema_is_counted_as_read_and_rows_come_as_its_strings(client: httpx.Client) -> None:
    pack = "NAMES\n1 Ada Fenwick PERSON\nPASSAGES\n[c1] Ada Fenwick left."
    plain, before = post(client, "/v1/chat/completions", {"messages": [{"role": "user", "content": pack}]})
    body = {"messages": [{"role": "user", "content": pack}], "response_format": ROWS_FORMAT}
    answer, counts = post(client, "/v1/chat/completions", body)
    schema = json.dumps(ROWS_FORMAT["json_schema"]["schema"])
    assert counts["prompt_tokens"] - before["prompt_tokens"] == count_tokens(schema)
    written = json.loads(answer.json()["choices"][0]["message"]["content"])
    assert written["rows"] == plain.json()["choices"][0]["message"]["content"].splitlines()


def test_embeddings_count_requests_and_texts_and_come_in_both_forms(client: httpx.Client) -> None:
    plain, counts = post(client, "/v1/embeddings", {"input": ["Ada Fenwick", "Holford"], "encoding_format": "float"})
    packed, _ = post(client, "/v1/embeddings", {"input": "Holford", "encoding_format": "base64"})
    assert (counts["embedding_requests"], counts["embedded_texts"], counts["calls"]) == (1, 2, 0)
    row = np.frombuffer(base64.b64decode(packed.json()["data"][0]["embedding"]), "<f4")
    assert row == pytest.approx(plain.json()["data"][1]["embedding"])


def test_the_server_listens_on_the_loopback_alone(client: httpx.Client) -> None:
    assert client.base_url.host == "127.0.0.1"


@pytest.mark.parametrize("text", ["Ada Fenwick works for Northmere", "a", " ", "石峤工厂"])
def test_a_vector_has_unit_length_and_stays_the_same(text: str) -> None:
    assert vector(text).shape == (DIMENSIONS,)
    assert np.linalg.norm(vector(text)) == pytest.approx(1, abs=1e-4)
    assert np.array_equal(vector(text), vector(text))


def test_texts_that_share_words_lie_nearer_than_texts_that_share_none() -> None:
    question = vector("Where does Fenwick work?")
    assert question @ vector("Ada Fenwick does her work in Holford") > 0.3
    assert abs(question @ vector("valves are made from brass")) < 0.15
