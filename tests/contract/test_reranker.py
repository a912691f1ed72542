"""The contract of Reranker, over the sentences' nearness and a server with a rerank route."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import numpy as np
import pytest

from infra.local.embedding import NoEmbedder
from infra.local.reranker import SentenceReranker
from infra.openai_compatible.reranker import CompatibleReranker, usage_of
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import Hit, Question
from shared.domain.errors import DeadlineExceeded, KnowledgeError, ModelUnavailable, RateLimited
from shared.domain.money import TokenUsage
from shared.ports.reranker import Reranker
from tests.fakes.openai_server import KEY, Fault, OpenAIServer
from tests.fakes.word_embedder import WordEmbedder
from tests.unit.answering.samples import hit

WHO = Principal("local", "ann")
QUESTION = Question(WHO, Scope(BaseKey("local", "base"), WHO.labels), "Who repairs the harbour crane")
TEXTS = ("The canteen opens at nine.", "Soup is served.", "Ada Quill repairs the harbour crane.", "Rain fell.")


def hits(*texts: str) -> tuple[Hit, ...]:
    """Passages whose scores fall along the list."""
    return tuple(replace(hit(text), score=1 / (1 + place)) for place, text in enumerate(texts))


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
async def remote(server: OpenAIServer) -> AsyncIterator[CompatibleReranker]:
    made = CompatibleReranker(server.base_url, KEY, "bge-reranker-v2-m3")
    yield made
    await made.close()


@pytest.fixture(params=["sentences", "no embedder", "server"])
def reranker(request: pytest.FixtureRequest, remote: CompatibleReranker) -> Reranker:
    if request.param == "server":
        return remote
    return SentenceReranker(WordEmbedder() if request.param == "sentences" else NoEmbedder())


async def test_every_passage_gets_a_finite_score_in_the_order_given(reranker: Reranker) -> None:
    relevance = await reranker.rerank(QUESTION, hits(*TEXTS))
    assert len(relevance.scores) == len(TEXTS)
    assert np.isfinite(relevance.scores).all()


async def test_of_the_passages_behind_the_first_the_one_that_answers_is_the_best(reranker: Reranker) -> None:
    scores = (await reranker.rerank(QUESTION, hits(*TEXTS))).scores
    assert max(scores[1:]) == scores[2]


async def test_one_passage_can_be_reranked(reranker: Reranker) -> None:
    assert len((await reranker.rerank(QUESTION, hits(TEXTS[0]))).scores) == 1


async def test_the_same_passages_get_the_same_scores(reranker: Reranker) -> None:
    assert await reranker.rerank(QUESTION, hits(*TEXTS)) == await reranker.rerank(QUESTION, hits(*TEXTS))


async def test_nothing_of_a_question_is_embedded_that_may_not_be() -> None:
    embedder, withheld = WordEmbedder(), replace(QUESTION, use_meaning=False)
    by_words = await SentenceReranker(embedder).rerank(withheld, hits(*TEXTS))
    assert by_words == await SentenceReranker(NoEmbedder()).rerank(withheld, hits(*TEXTS))
    assert embedder.asked == []


@pytest.mark.parametrize("text", ["|", "…", "x" * 10_000, "第一。第二。", "a\n\nb"])
async def test_any_passage_can_be_reranked(reranker: Reranker, text: str) -> None:
    assert len((await reranker.rerank(QUESTION, hits(TEXTS[0], text))).scores) == 2


async def test_sentences_say_what_they_read_and_without_an_embedder_nothing() -> None:
    assert (await SentenceReranker(NoEmbedder()).rerank(QUESTION, hits(*TEXTS))).usage == TokenUsage()
    read = (await SentenceReranker(WordEmbedder()).rerank(QUESTION, hits(*TEXTS))).usage
    assert read
    assert read.input > 0


async def test_a_near_sentence_lifts_its_passage_over_one_that_shares_as_many_words() -> None:
    texts = ("The harbour crane.", "Who is who?", "The crane repairs of the harbour are done by Ada Quill.")
    scores = (await SentenceReranker(WordEmbedder()).rerank(QUESTION, hits(*texts))).scores
    assert scores[2] > scores[1]


async def test_the_server_is_asked_for_every_passage_and_counts_what_it_read(
    remote: CompatibleReranker, server: OpenAIServer
) -> None:
    relevance = await remote.rerank(QUESTION, hits(*TEXTS))
    assert relevance.usage == TokenUsage(input=28)
    (sent,) = server.requests
    documents = [each.chunk.headed_text for each in hits(*TEXTS)]
    assert sent == {"model": "bge-reranker-v2-m3", "query": QUESTION.text, "documents": documents, "top_n": 4}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMITED, RateLimited),
        (Fault.BROKEN, ModelUnavailable),
        (Fault.RESET, ModelUnavailable),
        (Fault.NOT_JSON, ModelUnavailable),
        (Fault.PROSE, ModelUnavailable),
        (Fault.OUT_OF_RANGE, ModelUnavailable),
        (Fault.TWICE, ModelUnavailable),
        (Fault.ROW_MISSING, ModelUnavailable),
        (Fault.NOT_A_NUMBER, ModelUnavailable),
    ],
)
async def test_every_failure_of_the_server_is_an_error_of_the_tree(
    remote: CompatibleReranker, server: OpenAIServer, fault: Fault, error: type[KnowledgeError]
) -> None:
    server.faults.append(fault)
    with pytest.raises(error):
        await remote.rerank(QUESTION, hits(*TEXTS))
    assert len(server.requests) == 1


async def test_the_wait_that_the_server_asks_for_is_told(remote: CompatibleReranker, server: OpenAIServer) -> None:
    server.faults.append(Fault.RATE_LIMITED)
    with pytest.raises(RateLimited) as raised:
        await remote.rerank(QUESTION, hits(*TEXTS))
    assert raised.value.details == {"retry_after": 7.0}


async def test_a_server_that_does_not_answer_in_time_exceeds_the_deadline(server: OpenAIServer) -> None:
    reranker = CompatibleReranker(server.base_url, KEY, "bge-reranker-v2-m3", 0.2)
    server.faults.append(Fault.SLOW)
    with pytest.raises(DeadlineExceeded):
        await reranker.rerank(QUESTION, hits(*TEXTS))
    await reranker.close()


async def test_a_wrong_key_says_so(server: OpenAIServer) -> None:
    reranker = CompatibleReranker(server.base_url, "sk-other", "bge-reranker-v2-m3")
    with pytest.raises(ModelUnavailable, match="401"):
        await reranker.rerank(QUESTION, hits(*TEXTS))
    await reranker.close()


@pytest.mark.parametrize(
    ("answer", "tokens"),
    [
        ({"usage": {"total_tokens": 5}}, 5),
        ({"meta": {"billed_units": {"total_tokens": 6}}}, 6),
        ({"meta": {"tokens": {"input_tokens": 7}}}, 7),
        ({"meta": {"billed_units": {"search_units": 1}}}, None),
        ({"usage": {"total_tokens": 0}}, None),
        ({"usage": {"total_tokens": True}}, None),
        ({"usage": "none"}, None),
        ({}, None),
    ],
)
def test_what_was_read_is_taken_from_where_servers_say_it(answer: object, tokens: int | None) -> None:
    assert usage_of(answer) == (TokenUsage(input=tokens) if tokens else None)
