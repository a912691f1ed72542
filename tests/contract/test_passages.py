"""What the graph on Cosmos DB asks an index for, on the index in Azure and on the embedded one."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from infra.azure.gremlin import Passages
from infra.azure.search import AzureChunkIndex, IndexedPassages
from infra.local.chunk_index import SqliteChunkIndex
from infra.local.sqlite import Database
from shared.domain.access import BaseKey
from shared.domain.documents import Chunk, Document
from shared.ports.chunk_index import ChunkIndex
from tests.contract.graph_grounds import SqlitePassages
from tests.contract.index_grounds import DIMENSIONS, PATIENCE, CountedVersions
from tests.contract.odd_names import ODD_NAMES
from tests.contract.passages import BASE, OTHER, chunks, document, no_vectors
from tests.fakes.azure_search import KEY, SearchServer


@pytest.fixture(scope="module")
def search_server() -> Iterator[SearchServer]:
    with SearchServer() as server:
        yield server


@pytest.fixture(params=["sqlite", "azure"])
async def indexed(
    request: pytest.FixtureRequest, tmp_path: Path, search_server: SearchServer
) -> AsyncIterator[tuple[ChunkIndex, Passages]]:
    async with AsyncExitStack() as closing:
        if request.param == "sqlite":
            database = Database(tmp_path / "knowledge.sqlite")
            closing.callback(database.close)
            embedded = SqliteChunkIndex(database)
            yield embedded, SqlitePassages(database, embedded)
        else:
            name = f"passages-{tmp_path.name.replace('_', '-').lower().strip('-')}"
            index = AzureChunkIndex(search_server.endpoint, KEY, name, DIMENSIONS, CountedVersions(), PATIENCE)
            closing.push_async_callback(index.close)
            yield index, IndexedPassages(index)


async def kept(index: ChunkIndex, of: Document, *texts: str) -> list[Chunk]:
    made = chunks(of, *texts)
    await index.replace(of, made, no_vectors(len(made)))
    return made


async def test_the_labels_of_every_document_are_those_of_this_moment(indexed: tuple[ChunkIndex, Passages]) -> None:
    index, passages = indexed
    assert await passages.access(BASE) == {}
    open_one, secret = document("open.md"), document("secret.md", "group:crew")
    await kept(index, open_one, "Ada.")
    before = await passages.version(BASE)
    await kept(index, secret)
    await kept(index, document("foreign.md", base=OTHER), "Ada.")
    assert await passages.access(BASE) == {open_one.id: {"everyone"}, secret.id: {"group:crew"}}
    await kept(index, document("open.md", "group:crew"), "Ada.")
    assert await passages.access(BASE) == {open_one.id: {"group:crew"}, secret.id: {"group:crew"}}
    assert await passages.version(BASE) > before


async def test_every_chunk_that_holds_all_words_of_a_phrase_is_found_whoever_may_read_it(
    indexed: tuple[ChunkIndex, Passages],
) -> None:
    index, passages = indexed
    first, _ = await kept(index, document("a.md"), "The Night Heron Colony grew.", "A heron by night.")
    (secret,) = await kept(index, document("b.md", "group:crew"), "Colony of the night heron (closed).")
    await kept(index, document("foreign.md", base=OTHER), "Night Heron Colony")
    assert set(await passages.holding(BASE, "Night Heron Colony")) == {first.id, secret.id}
    assert set(await passages.holding(BASE, "Night's (Heron) -Colony")) <= {first.id, secret.id}
    assert await passages.holding(BASE, "...") == []


async def test_texts_are_given_of_what_is_there(indexed: tuple[ChunkIndex, Passages]) -> None:
    index, passages = indexed
    english, chinese = await kept(index, document("a.md"), "It's a 'text' \\ of herons.", "夜鹭在鹭岛筑巢。")
    (foreign,) = await kept(index, document("a.md", base=OTHER), "Another.")
    found = await passages.texts(BASE, [english.id, "gone", chinese.id, foreign.id])
    assert found == {english.id: english.text, chinese.id: chinese.text}
    assert await passages.texts(BASE, []) == {}


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_any_name_is_looked_for_literally(indexed: tuple[ChunkIndex, Passages], name: str) -> None:
    index, passages = indexed
    base = BaseKey(name, name)
    (own,) = await kept(index, document(name, name, base=base), f"It is {name} here.")
    await kept(index, document("a.md"), f"It is {name} here.")
    assert await passages.access(base) == {own.document_id: {name}}
    assert set(await passages.holding(base, name)) <= {own.id}
    assert await passages.texts(base, [own.id, name]) == {own.id: own.text}
