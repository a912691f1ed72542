"""The contract of the port EmbeddingStore."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from infra.azure.cosmos.embedding_store import CosmosEmbeddingStore
from infra.local.embedding_store import BATCH, SqliteEmbeddingStore
from infra.local.sqlite import Database
from shared.ports.chunk_index import EmbeddingStore
from tests.contract.state_grounds import GROUNDS, cosmos


@pytest.fixture(params=GROUNDS)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[EmbeddingStore]:
    if request.param == "azure":
        async with cosmos(request.getfixturevalue("cosmos_server")) as connection:
            yield CosmosEmbeddingStore(connection)
        return
    database = Database(tmp_path / "knowledge.sqlite")
    yield SqliteEmbeddingStore(database)
    database.close()


async def test_what_is_kept_is_known_by_its_text(store: EmbeddingStore) -> None:
    await store.keep("model", {"heron": b"\x00\x3c", "鹭": b"\x00\xbc"})
    assert await store.known("model", ["鹭", "crane", "heron"]) == {"heron": b"\x00\x3c", "鹭": b"\x00\xbc"}


async def test_another_model_knows_nothing_of_it(store: EmbeddingStore) -> None:
    await store.keep("model", {"heron": b"\x00\x3c"})
    assert await store.known("other", ["heron"]) == {}


async def test_keeping_twice_changes_nothing(store: EmbeddingStore) -> None:
    await store.keep("model", {"heron": b"\x00\x3c"})
    await store.keep("model", {"heron": b"\x00\x3c", "crane": b"\x00\x40"})
    assert len(await store.known("model", ["heron", "crane"])) == 2


async def test_any_number_of_texts_and_any_text_is_accepted(store: EmbeddingStore) -> None:
    texts = [f"text {number}" for number in range(2 * BATCH + 1)] + ["", "\ud800", "\x00"]
    await store.keep("model", dict.fromkeys(texts, b"\x00<"))
    assert set(await store.known("model", texts)) == set(texts)
    assert await store.known("model", []) == {}


async def test_a_forgotten_text_is_known_to_no_model(store: EmbeddingStore) -> None:
    for model in ("one", "two"):
        await store.keep(model, {"heron": b"\x00\x3c", "crane": b"\x00\x40"})
    await store.forget(["heron", "never seen"])
    await store.forget([])
    for model in ("one", "two"):
        assert set(await store.known(model, ["heron", "crane"])) == {"crane"}
