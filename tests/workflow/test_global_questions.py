"""Questions about a whole base: answered over community reports, within bounds, and cited as real passages."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from shared.domain.answers import Answer, Question
from shared.domain.filters import PassageFilter
from shared.domain.graph import EntityType
from shared.services.community_reports import MOST
from tests.bench.base import BASE, PRINCIPAL, SCOPE
from tests.bench.corpus import World
from tests.bench.global_questions import House, told
from tests.fakes.openai_server import Fault, OpenAIServer

QUESTION = "Give an overview of the firms and people."
MOST_CALLS, MOST_TOKENS, MOST_TOKENS_LOCAL = 6, 15_000, 4_000


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer(told) as running:
        yield running


@pytest.fixture
async def house(tmp_path: Path, server: OpenAIServer) -> AsyncIterator[House]:
    """A house of 60 passages whose communities have more to say than a report may be made from."""
    opened = House(tmp_path / "house", server)
    world = World(names=60)
    await opened.fill({f"{number}.md": world.document(f"Volume {number}", 10).encode() for number in range(6)})
    yield opened
    await opened.services.close()


async def ask(house: House, text: str = QUESTION, **options: object) -> Answer:
    return await house.services.ask.answer(Question(PRINCIPAL, SCOPE, text, **{"use_cache": False, **options}))  # type: ignore[arg-type]


async def test_a_global_question_is_answered_over_reports_within_its_calls_and_tokens(house: House) -> None:
    answer, calls, tokens = await house.ask(QUESTION)
    assert 1 < calls <= MOST_CALLS
    assert 4_000 < tokens <= MOST_TOKENS
    assert (answer.sort.type, answer.sort.strategy) == ("global", "global")
    assert "community_reports" in answer.features


async def test_a_local_question_asks_the_model_once_and_no_report(house: House) -> None:
    answer, calls, tokens = await house.ask("When did Ada Tormere join Works?")
    assert calls == 1
    assert tokens <= MOST_TOKENS_LOCAL
    assert "community_reports" not in answer.features


async def test_its_citations_quote_chunks_that_a_reader_can_open(house: House) -> None:
    answer = await ask(house)
    assert answer.citations
    for citation in answer.citations:
        chunks = await house.services.ask.index.chunks_of(BASE, citation.hit.chunk.document_id)
        assert citation.hit.chunk in chunks
        assert citation.quote
        assert citation.quote in citation.hit.chunk.text
    assert answer.confidence > 0


async def test_a_report_is_written_once_and_its_price_is_in_the_first_answer(house: House) -> None:
    first, calls, tokens = await house.ask(QUESTION)
    assert first.usage.input == tokens
    again, calls_again, _ = await house.ask(QUESTION)
    assert (calls, calls_again) == (1 + MOST, 1)
    assert again.usage.input < first.usage.input
    assert "community_reports" in again.features


@pytest.mark.parametrize(
    "options",
    [{"use_community_reports": False}, {"filters": PassageFilter(frozenset({EntityType.PERSON}))}],
    ids=["not wanted", "filtered"],
)
async def test_without_reports_the_question_is_asked_in_the_ordinary_way(
    house: House, options: dict[str, object]
) -> None:
    answer = await ask(house, **options)
    assert (answer.sort.type, answer.sort.strategy) == ("global", "local")
    assert "community_reports" not in answer.features
    assert len(answer.hits) <= 8


async def test_where_the_model_refuses_reports_the_extractive_ones_answer(house: House, server: OpenAIServer) -> None:
    server.faults.extend([Fault.FILTERED] * MOST)
    answer, calls, _ = await house.ask(QUESTION)
    assert calls == 1
    assert "community_reports" in answer.features
    assert answer.citations


async def test_an_answer_is_kept_once_the_communities_are_those_of_the_graph(house: House) -> None:
    await ask(house, use_cache=True)
    assert (await ask(house, use_cache=True)).cache_hit
    other = "Summarise what happened in the towns."
    await house.services.communities.graph.keep_communities(BASE, -1, [])
    await ask(house, other, use_cache=True)
    await house.services.communities.refresh(BASE)
    answer = await ask(house, other, use_cache=True)
    assert not answer.cache_hit
    assert "community_reports" in answer.features
    assert (await ask(house, other, use_cache=True)).cache_hit


async def test_without_a_model_the_digest_rests_on_extractive_reports(tmp_path: Path) -> None:
    plain = House(tmp_path / "house", None)
    world = World(names=60)
    await plain.fill({f"{number}.md": world.document(f"Volume {number}", 6).encode() for number in range(4)})
    answer = await ask(plain)
    await plain.services.close()
    assert "community_reports" in answer.features
    assert answer.cost.usd == 0
    assert len(answer.citations) > 3


async def test_a_base_without_communities_is_asked_in_the_ordinary_way(tmp_path: Path, server: OpenAIServer) -> None:
    house = House(tmp_path / "house", server)
    await house.fill({"a.md": b"The pump runs at 40 bar.\n"})
    answer, calls, _ = await house.ask("Give an overview of the pump.")
    await house.services.close()
    assert (calls, answer.sort.strategy) == (1, "local")
