"""Filters over the embedded ground: which passages come through, for whom, and how far is looked."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from infra.local.chunk_index import SqliteChunkIndex
from infra.local.graph_store import SqliteGraphStore
from infra.local.sqlite import Database
from shared.domain.access import Principal, Scope
from shared.domain.answers import Question, ScoredChunk
from shared.domain.filters import DateRange, PassageFilter
from shared.domain.graph import Contribution, EntityType, Mention, MentionSource
from shared.services.filter_passages import AT_ONCE, LOOKED_THROUGH, PassageFiltering
from tests.contract.passages import BASE, chunks, document, no_vectors

READER = Principal(BASE.tenant, "ada")
PEOPLE = PassageFilter(frozenset({EntityType.PERSON}))
IN_1911 = PassageFilter(dates=DateRange(date(1911, 1, 1), date(1911, 12, 31)))


@pytest.fixture
async def filtering(tmp_path: Path) -> AsyncIterator[PassageFiltering]:
    database = Database(tmp_path / "knowledge.sqlite")
    index = SqliteChunkIndex(database)
    yield PassageFiltering(index, SqliteGraphStore(database, index))
    database.close()


async def keep(filtering: PassageFiltering, name: str, text: str, type: EntityType, *labels: str) -> ScoredChunk:
    """Ingest a document of one chunk that names Ada Quill as an entity of a type."""
    of = document(name, *labels)
    made = chunks(of, text)
    await filtering.index.replace(of, made, no_vectors(1))
    mention = Mention("ada quill", "Ada Quill", type, 0.6, MentionSource.TEXT, 0, 1)
    await filtering.graph.record(BASE, [Contribution(made[0].id, of.id, (mention,))])
    await filtering.graph.publish(BASE)
    return ScoredChunk(made[0].id, 1.0)


async def through(
    filtering: PassageFiltering, filters: PassageFilter, found: list[ScoredChunk], enough: int = 5
) -> list[ScoredChunk]:
    question = Question(READER, Scope(BASE, READER.labels), "Ada Quill", filters=filters)
    return await filtering.through(question, found, await filtering.graph.snapshot(BASE), enough)


async def test_the_order_stays_and_only_what_speaks_of_the_time_comes_through(filtering: PassageFiltering) -> None:
    old = await keep(filtering, "1.md", "Opened in 1911.", EntityType.PERSON)
    new = await keep(filtering, "2.md", "Closed in 2024.", EntityType.PERSON)
    also = await keep(filtering, "3.md", "Painted in May 1911.", EntityType.PERSON)
    assert await through(filtering, IN_1911, [also, new, old]) == [also, old]
    assert await through(filtering, PassageFilter(), [also, new, old]) == [also, new, old]


async def test_a_type_is_what_the_readable_passages_say(filtering: PassageFiltering) -> None:
    chunk = await keep(filtering, "1.md", "Ada Quill.", EntityType.PERSON)
    for number in range(3):
        await keep(filtering, f"secret{number}.md", f"Ada Quill, {number}.", EntityType.PRODUCT, "group:crew")
    assert await through(filtering, PEOPLE, [chunk]) == [chunk]


async def test_a_passage_that_the_graph_does_not_know_names_nobody(filtering: PassageFiltering) -> None:
    of = document("new.md")
    made = chunks(of, "Ada Quill in 1911.")
    await filtering.index.replace(of, made, no_vectors(1))
    found = [ScoredChunk(made[0].id, 1.0)]
    assert await through(filtering, PEOPLE, found) == []
    assert await through(filtering, IN_1911, found) == found


@pytest.mark.parametrize(
    ("before", "enough", "comes"),
    [
        (AT_ONCE - 1, 1, True),
        (LOOKED_THROUGH - 1, 1, True),
        (LOOKED_THROUGH, 1, False),
    ],
)
async def test_five_hundred_passages_are_looked_through(
    filtering: PassageFiltering, before: int, enough: int, comes: bool
) -> None:
    old = await keep(filtering, "1.md", "Opened in 1911.", EntityType.PERSON)
    gone = [ScoredChunk(f"gone-{number}", 1.0) for number in range(before)]
    assert await through(filtering, IN_1911, [*gone, old], enough) == ([old] if comes else [])


async def test_nothing_more_is_looked_at_once_there_are_enough(filtering: PassageFiltering) -> None:
    old = await keep(filtering, "1.md", "Opened in 1911.", EntityType.PERSON)
    gone = [ScoredChunk(f"gone-{number}", 1.0) for number in range(AT_ONCE - 1)]
    assert await through(filtering, IN_1911, [old, *gone, old], enough=1) == [old]
    assert await through(filtering, IN_1911, [old, *gone, old], enough=2) == [old, old]
