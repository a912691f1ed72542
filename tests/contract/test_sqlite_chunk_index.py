"""What the embedded chunk index keeps beyond the contract: nothing a reader may not see moves so much as a score."""

import gc
from collections.abc import AsyncIterator

import pytest

from infra.local.chunk_index.index import KEPT_VIEWS
from infra.local.chunk_index.search import Readable
from shared.domain.access import Scope
from shared.domain.answers import ScoredChunk
from shared.ports.chunk_index import ChunkIndex
from tests.contract.index_grounds import standing_on_sqlite
from tests.contract.passages import BASE, OTHER, READER, chunks, document, no_vectors, vectors


@pytest.fixture
async def index() -> AsyncIterator[ChunkIndex]:
    async with standing_on_sqlite() as ground:
        yield ground.index


async def scored(index: ChunkIndex) -> list[ScoredChunk]:
    return await index.by_words(READER, "heron stands", 5)


async def keep(index: ChunkIndex, name: str, label: str, *texts: str) -> None:
    made = chunks(document(name, label), *texts)
    await index.replace(document(name, label), made, no_vectors(len(made)))


async def test_hidden_chunks_do_not_even_move_a_score(index: ChunkIndex) -> None:
    await keep(index, "open.md", "everyone", "a heron stands", "a crane stands")
    before = await scored(index)
    await keep(index, "secret.md", "group:crew", *[f"secret heron {n} {'word ' * n}" for n in range(5)])
    assert await scored(index) == before


async def test_another_tenant_does_not_even_move_a_score(index: ChunkIndex) -> None:
    await keep(index, "open.md", "everyone", "a heron stands", "a crane stands")
    before = await scored(index)
    made = chunks(document("a.md", base=OTHER), "heron heron", "heron")
    await index.replace(document("a.md", base=OTHER), made, no_vectors(2))
    assert await scored(index) == before


async def test_an_embedder_of_another_length_replaces_every_vector_of_a_document(index: ChunkIndex) -> None:
    birds = document("birds.md")
    made = chunks(birds, "one", "two")
    await index.replace(birds, made, vectors((1, 0, 0), (0, 1, 0)))
    await index.replace(birds, made, vectors((0, 1), (1, 0)))
    assert [each.chunk_id for each in await index.by_meaning(READER, vectors((1, 0)), 1)] == [made[1].id]
    assert await index.by_meaning(READER, vectors((1, 0, 0)), 9) == []


def views() -> int:
    """How many views of bases are in memory."""
    gc.collect()
    return sum(isinstance(each, Readable) for each in gc.get_objects())


@pytest.mark.parametrize("readers", [KEPT_VIEWS, KEPT_VIEWS + 1, 3 * KEPT_VIEWS])
async def test_what_readers_see_is_kept_for_some_of_them_alone(index: ChunkIndex, readers: int) -> None:
    await keep(index, "open.md", "everyone", "a heron stands")
    before = views()
    for number in range(readers):
        scope = Scope(BASE, frozenset({"everyone", f"user:{number}"}))
        assert len(await index.by_words(scope, "heron", 5)) == 1
    assert views() - before <= KEPT_VIEWS
    assert await scored(index)
