"""The retriever over the embedded ground: what it finds, and for whom."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from infra.local.chunk_index import SqliteChunkIndex
from infra.local.graph_store import SqliteGraphStore
from infra.local.sqlite import Database
from shared.domain.access import EVERYONE, Principal, Scope
from shared.domain.answers import Question
from shared.domain.graph import Contribution, EntityType, Mention, MentionSource
from shared.domain.vectors import Vectors
from shared.services.retrieve import Retriever
from shared.text.names import entity_key
from tests.contract.passages import BASE, chunks, document, no_vectors

READER = Principal(BASE.tenant, "ada")
CREW = Principal(BASE.tenant, "bo", frozenset({EVERYONE, "group:crew"}))


class NoEmbedding:
    """An embedding without an embedder: search is by words and graph alone."""

    class embedder:  # noqa: N801 - stands for the attribute of that name
        dimensions = 0

    async def of_question(self, principal: Principal, text: str) -> Vectors:
        return np.zeros((1, 0), np.float32)


@pytest.fixture
async def retriever(tmp_path: Path) -> AsyncIterator[Retriever]:
    database = Database(tmp_path / "knowledge.sqlite")
    index = SqliteChunkIndex(database)
    made = Retriever(index, SqliteGraphStore(database, index), NoEmbedding())  # type: ignore[arg-type]
    yield made
    database.close()


async def keep(retriever: Retriever, name: str, text: str, *entities: str, labels: tuple[str, ...] = ()) -> None:
    """Ingest a document of one chunk that names the entities."""
    of = document(name, *labels)
    made = chunks(of, text)
    await retriever.index.replace(of, made, no_vectors(1))
    mentions = tuple(
        Mention(entity_key(each), each, EntityType.ORGANIZATION, 0.6, MentionSource.TEXT, 0, 1) for each in entities
    )
    await retriever.graph.record(BASE, [Contribution(made[0].id, of.id, mentions)])
    await retriever.graph.publish(BASE)


def question(text: str, principal: Principal = READER, use_graph: bool = True, top_k: int = 5) -> Question:
    return Question(principal, Scope(BASE, principal.labels), text, use_graph=use_graph, top_k=top_k)


async def company(retriever: Retriever) -> None:
    await keep(retriever, "1.md", "Tern Robotics moved to Grey Harbour.", "Tern Robotics", "Grey Harbour")
    await keep(retriever, "2.md", "The ferry leaves Grey Harbour at nine.", "Grey Harbour")
    await keep(retriever, "3.md", "The canteen serves soup.", "Canteen")


async def test_the_graph_finds_the_second_step_that_no_word_leads_to(retriever: Retriever) -> None:
    await company(retriever)
    asked = "Where did Tern Robotics move?"
    with_graph = await retriever.find(question(asked))
    without = await retriever.find(question(asked, use_graph=False))
    assert [hit.document_name for hit in with_graph.hits] == ["1.md", "2.md"]
    assert [hit.document_name for hit in without.hits] == ["1.md"]
    assert (with_graph.method, without.method) == ("graph", "hybrid")


async def test_the_entities_of_the_question_are_named_beside_the_hits(retriever: Retriever) -> None:
    await company(retriever)
    found = await retriever.find(question("Does Tern Robotics use Grey Harbour or Blue Harbour?"))
    assert found.entities == ("Tern Robotics", "Grey Harbour")
    assert len(found.entity_ids) == 2


async def test_a_hidden_document_neither_shows_nor_bridges_nor_names(retriever: Retriever) -> None:
    await keep(retriever, "1.md", "Tern Robotics grew.", "Tern Robotics")
    secret = ("Tern Robotics", "Project Heron")
    await keep(retriever, "2.md", "Tern Robotics plans Project Heron.", *secret, labels=("group:crew",))
    await keep(retriever, "3.md", "Project Heron needs a dock.", "Project Heron")
    asked = "Tern Robotics"
    assert [hit.document_name for hit in (await retriever.find(question(asked))).hits] == ["1.md"]
    assert len((await retriever.find(question(asked, CREW))).hits) == 3


async def test_an_entity_that_hidden_documents_alone_name_is_not_named(retriever: Retriever) -> None:
    await keep(retriever, "1.md", "Soup is served.", "Canteen")
    await keep(retriever, "2.md", "Project Heron starts.", "Project Heron", labels=("group:crew",))
    asked = "When does Project Heron start?"
    assert (await retriever.find(question(asked))).entities == ()
    assert (await retriever.find(question(asked, CREW))).entities == ("Project Heron",)


async def test_the_next_question_sees_every_write(retriever: Retriever) -> None:
    await company(retriever)
    assert (await names(retriever, "ferry"))[0] == "2.md"
    await keep(retriever, "4.md", "A second ferry leaves Tern Island.", "Tern Island")
    assert "4.md" in await names(retriever, "ferry")
    await retriever.index.remove(BASE, document("2.md").id)
    assert "2.md" not in await names(retriever, "ferry")


async def names(retriever: Retriever, text: str) -> list[str]:
    return [hit.document_name for hit in (await retriever.find(question(text))).hits]


async def test_scores_fall_from_one_and_top_k_bounds_the_hits(retriever: Retriever) -> None:
    for number in range(6):
        await keep(retriever, f"{number}.md", f"Ferry number {number} of Grey Harbour.", "Grey Harbour")
    hits = (await retriever.find(question("ferry of Grey Harbour", top_k=3))).hits
    assert len(hits) == 3
    assert hits[0].score == 1.0
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("use_graph", [True, False])
async def test_an_empty_base_and_a_question_about_nothing_give_no_hits(retriever: Retriever, use_graph: bool) -> None:
    assert (await retriever.find(question("ferry", use_graph=use_graph))).hits == ()
    await company(retriever)
    assert (await retriever.find(question("zzzz", use_graph=use_graph))).hits == ()
