"""What the search service's ranker says of passages that the index holds."""

from collections.abc import AsyncIterator, Iterator

import pytest

from infra.azure.search import AzureChunkIndex, SemanticReranker
from infra.azure.search.connection import Patience
from shared.domain.access import EVERYONE, Principal, Scope
from shared.domain.answers import Hit, Question
from shared.domain.money import TokenUsage
from tests.contract.index_grounds import DIMENSIONS, PATIENCE, CountedVersions
from tests.contract.passages import BASE, chunks, document, no_vectors
from tests.fakes.azure_search import KEY, SearchServer

TEXTS = ("The canteen opens at nine.", "The crane is red.", "Ada Quill repairs the harbour crane.", "Rain fell.")
QUESTION = Question(Principal("heron", "ann"), Scope(BASE, frozenset({EVERYONE})), "Who repairs the harbour crane?")
LONG = Patience(attempt_seconds=5.0, call_seconds=10.0, repeats=0)


@pytest.fixture
def server() -> Iterator[SearchServer]:
    with SearchServer() as server:
        yield server


@pytest.fixture
async def hits(server: SearchServer) -> list[Hit]:
    """Passages that are indexed; the last one is another's secret."""
    index = AzureChunkIndex(server.endpoint, KEY, "chunks", DIMENSIONS, CountedVersions(), PATIENCE)
    made = chunks(document("a.md"), *TEXTS)
    await index.replace(document("a.md"), made, no_vectors(len(made)))
    secret = chunks(document("b.md", "group:crew"), "Who repairs the harbour crane? A secret.")
    await index.replace(document("b.md", "group:crew"), secret, no_vectors(1))
    await index.close()
    return [Hit(each, "a.md", 1 / (1 + place)) for place, each in enumerate([*made, *secret])]


@pytest.fixture
async def reranker(server: SearchServer) -> AsyncIterator[SemanticReranker]:
    reranker = SemanticReranker(server.endpoint, KEY, "chunks", LONG)
    yield reranker
    await reranker.close()


async def test_the_passage_that_answers_is_the_best_and_every_one_has_a_score_in_its_place(
    reranker: SemanticReranker, hits: list[Hit]
) -> None:
    relevance = await reranker.rerank(QUESTION, hits)
    scores = relevance.scores
    assert len(scores) == len(hits)
    assert max(scores) == scores[2] > scores[1] > scores[0] == scores[3] == 0.0
    assert relevance.usage == TokenUsage()


async def test_nothing_is_read_that_the_asker_may_not_see_or_that_was_not_found(
    reranker: SemanticReranker, hits: list[Hit], server: SearchServer
) -> None:
    assert (await reranker.rerank(QUESTION, hits[3:])).scores == (0.0, 0.0)
    assert (await reranker.rerank(QUESTION, hits[:1])).scores == (0.0,)
    assert all("access/any" in each["filter"] and "search.in(id, " in each["filter"] for each in server.searches[-2:])


@pytest.mark.parametrize(("text", "named"), [("Who repairs the crane?", "en"), ("谁修理起重机？", "zh")])
async def test_the_ranker_reads_the_fields_of_the_language_of_the_question(
    reranker: SemanticReranker, hits: list[Hit], server: SearchServer, text: str, named: str
) -> None:
    await reranker.rerank(Question(QUESTION.principal, QUESTION.scope, text), hits)
    assert server.searches[-1]["semanticConfiguration"] == named


async def test_a_question_without_a_word_asks_nothing(
    reranker: SemanticReranker, hits: list[Hit], server: SearchServer
) -> None:
    asked = len(server.searches)
    relevance = await reranker.rerank(Question(QUESTION.principal, QUESTION.scope, "?!"), hits)
    assert relevance.scores == (0.0,) * len(hits)
    assert len(server.searches) == asked
