"""Graphs with nothing in them, with one thing, or with one name over and over: right answers, and no hang."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from functions.bootstrap import build, local_ground
from functions.ground import Ground
from functions.rooms import Services
from shared.domain.answers import Answer, Question
from shared.domain.graph import AliasMention, Contribution, EntityType, Mention, MentionSource, entity_id
from shared.services.search_graph import GraphSearch
from shared.settings import Settings
from tests.bench.base import BASE, PRINCIPAL, SCOPE, chunks_of, create, index

NAME, LONG_NAME = "Heron", "Heron Works Limited"
TEXT = "Heron builds buoys in Port Ellery, and paints them red."
SURVEY = "Give an overview of what Heron builds."


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[tuple[Ground, Services]]:
    settings = Settings(data_dir=tmp_path, embedder="none")
    ground = local_ground(settings)
    await create(ground)
    services = build(settings, ground)
    yield ground, services
    await services.close()


def mention(name: str) -> Mention:
    return Mention(name.casefold(), name, EntityType.ORGANIZATION, 0.8, MentionSource.TEXT, 0, len(name))


async def fill(
    house: tuple[Ground, Services], chunks: int, mentions: tuple[Mention, ...], *aliases: AliasMention
) -> None:
    """Let each of so many chunks, a document of its own, contribute the same; publish it and find communities."""
    ground, services = house
    contributions = []
    for number in range(chunks):
        name = f"{number}.txt"
        (chunk,) = await chunks_of(ground, name, f"{TEXT} Note {number}.")
        await index(ground, name, [chunk])
        contributions.append(Contribution(chunk.id, chunk.document_id, mentions, (), aliases))
    await ground.graph.record(BASE, contributions)
    await ground.graph.publish(BASE)
    await services.communities.refresh(BASE)


def asked(text: str) -> Question:
    return Question(PRINCIPAL, SCOPE, text, use_cache=False)


async def survey(services: Services) -> Answer:
    """Ask about everything, and check that the answer rests on passages and on no community."""
    answer = await services.ask.answer(asked(SURVEY))
    assert (answer.sort.type, answer.sort.strategy) == ("global", "local")
    assert "buoys" in answer.text
    assert answer.citations
    return answer


async def looked_around(services: Services) -> tuple[list[str], int]:
    """Search the graph around the name; returns the entities and the number of passages."""
    search = GraphSearch(asked("Where does Heron build?"), "hybrid", hops=3, use_community=True, use_path=True)
    found = await services.search_graph.search(search)
    assert (found.relations, found.communities, found.path) == ((), (), ())
    return [each.name for each in found.entities], len(found.hits)


async def test_an_empty_base_answers_that_it_knows_nothing(house: tuple[Ground, Services]) -> None:
    _, services = house
    await services.communities.refresh(BASE)
    for text in (SURVEY, "Where does Heron build?"):
        assert (await services.ask.answer(asked(text))).citations == ()
    assert await looked_around(services) == ([], 0)


async def test_a_graph_without_a_node_leaves_search_to_words(house: tuple[Ground, Services]) -> None:
    _, services = house
    await fill(house, 3, ())
    await survey(services)
    assert await looked_around(services) == ([], 3)


async def test_a_graph_of_one_node_names_it_and_has_no_community(house: tuple[Ground, Services]) -> None:
    ground, services = house
    await fill(house, 1, (mention(NAME),))
    assert (await survey(services)).entities == (NAME,)
    assert await looked_around(services) == ([NAME], 1)
    assert await ground.graph.every_community(SCOPE) == []


async def same_name(house: tuple[Ground, Services], chunks: int, repeats: int) -> None:
    """One name in every chunk, over and over, and each time with a longer name that it stands for."""
    ground, services = house
    alias = AliasMention(NAME.casefold(), LONG_NAME.casefold(), 0.95, "says so")
    await fill(house, chunks, (mention(LONG_NAME), *[mention(NAME)] * repeats), alias)
    (entity,) = await ground.graph.entities(SCOPE, [entity_id(BASE, LONG_NAME.casefold())])
    assert (entity.mention_count, {entity.name, *entity.aliases}) == (chunks, {NAME, LONG_NAME})
    assert len((await ground.graph.snapshot(BASE)).entity_ids) == 1
    await survey(services)
    (named,), hits = await looked_around(services)
    assert named in (NAME, LONG_NAME)
    assert hits == 8
    assert await ground.graph.every_community(SCOPE) == []


async def test_one_name_over_and_over_is_one_entity(house: tuple[Ground, Services]) -> None:
    await same_name(house, chunks=40, repeats=250)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_million_times_one_name_is_one_entity(house: tuple[Ground, Services]) -> None:
    await same_name(house, chunks=1000, repeats=1000)
