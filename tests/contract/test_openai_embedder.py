"""What an embedder on an OpenAI-compatible server promises."""

from collections.abc import AsyncIterator, Iterator

import numpy as np
import pytest

from infra.openai_compatible.embedder import BATCH, CompatibleEmbedder
from infra.openai_compatible.patience import Patience
from shared.domain.errors import DeadlineExceeded, KnowledgeError, ModelUnavailable, RateLimited
from tests.fakes.openai_server import KEY, Fault, OpenAIServer


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
async def embedder(server: OpenAIServer) -> AsyncIterator[CompatibleEmbedder]:
    embedder = CompatibleEmbedder(server.base_url, KEY, "text-embedding-3-small", 4, Patience(20.0, retries=0))
    yield embedder
    await embedder.close()


async def test_vectors_come_in_order_and_at_unit_length(embedder: CompatibleEmbedder) -> None:
    vectors = await embedder.embed(["a", "bbb"])
    expected = np.array([[1, 2, 3, 4], [3, 4, 5, 6]], np.float32)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, expected / np.linalg.norm(expected, axis=1, keepdims=True), rtol=1e-6)


async def test_no_text_needs_no_call(embedder: CompatibleEmbedder, server: OpenAIServer) -> None:
    assert (await embedder.embed([])).shape == (0, 4)
    assert server.requests == []


@pytest.mark.parametrize(("texts", "calls"), [(BATCH, [128]), (BATCH + 1, [128, 1])])
async def test_a_call_holds_at_most_128_texts(
    embedder: CompatibleEmbedder, server: OpenAIServer, texts: int, calls: list[int]
) -> None:
    assert (await embedder.embed(["x" * (1 + place) for place in range(texts)])).shape == (texts, 4)
    assert [len(sent["input"]) for sent in server.requests] == calls


async def test_an_empty_text_is_embedded_too(embedder: CompatibleEmbedder) -> None:
    assert (await embedder.embed([""])).shape == (1, 4)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMITED, RateLimited),
        (Fault.BROKEN, ModelUnavailable),
        (Fault.RESET, ModelUnavailable),
        (Fault.WRONG_DIMENSION, ModelUnavailable),
        (Fault.ROW_MISSING, ModelUnavailable),
        (Fault.NOT_A_NUMBER, ModelUnavailable),
        (Fault.ZEROS, ModelUnavailable),
    ],
)
async def test_every_failure_of_the_server_is_an_error_of_the_tree(
    embedder: CompatibleEmbedder, server: OpenAIServer, fault: Fault, error: type[KnowledgeError]
) -> None:
    server.faults.append(fault)
    with pytest.raises(error):
        await embedder.embed(["a", "b"])


async def test_a_server_that_does_not_answer_in_time_exceeds_the_deadline(server: OpenAIServer) -> None:
    embedder = CompatibleEmbedder(server.base_url, KEY, "text-embedding-3-small", 4, Patience(0.2, retries=0))
    server.faults.append(Fault.SLOW)
    with pytest.raises(DeadlineExceeded):
        await embedder.embed(["a"])
    await embedder.close()


async def test_a_ping_embeds_nothing(embedder: CompatibleEmbedder, server: OpenAIServer) -> None:
    await embedder.ping()
    assert server.requests == []


def test_the_name_changes_with_the_model_and_the_length_of_its_vectors() -> None:
    names = {
        CompatibleEmbedder("http://127.0.0.1:1/v1", KEY, model, length).name
        for model in ("a", "b")
        for length in (4, 8)
    }
    assert len(names) == 4
