"""What a principal may not read appears nowhere: not in a hit, a score, the graph, an answer, a list or a cache."""

from pathlib import Path

import pytest

from shared.domain.access import BaseKey, Principal, Scope, labels_of
from shared.domain.answers import Question, ScoredChunk
from shared.domain.errors import AccessDenied, NotFound
from shared.domain.roles import Role
from shared.services.search_graph import GraphSearch
from tests.security.archive import BASE, DIRECTOR, SECRET, STAFF, STRANGER, Archive, archive
from tests.security.conftest import HIDDEN_WORDS, PUBLIC_TEXT, SECRET_TEXT
from tests.workflow.shelf import bytes_of

CURIOUS = (
    "Who leads Project Falcon?",
    "Where does Victor Sable work?",
    "Skerry lighthouse",
    "Ada Quill",
    "What is NH?",
    "Nightjar Holdings in Port Raven, Project Condor and Victor Umber",
)


def hidden_in(shown: object) -> list[str]:
    """The hidden words that a text shows."""
    return [word for word in HIDDEN_WORDS if word in str(shown)]


@pytest.mark.parametrize("text", CURIOUS)
async def test_no_retriever_finds_what_may_not_be_read(house: Archive, text: str) -> None:
    question = house.question(STAFF, text)
    words = await house.ground.index.by_words(question.scope, text, 50)
    vector = await house.services.retriever.embedding.of_question(STAFF, text)
    meaning = await house.ground.index.by_meaning(question.scope, vector, 50)
    walked = await house.services.retriever.find(question)
    hits = [*await house.ground.index.hits(question.scope, [*words, *meaning]), *walked.hits]
    assert meaning
    assert {hit.document_name for hit in hits} == {"public.md"}
    assert hidden_in(walked) == []


@pytest.mark.parametrize("text", CURIOUS)
async def test_the_director_finds_both_and_the_stranger_only_their_own(house: Archive, text: str) -> None:
    of_director = await house.services.retriever.find(house.question(DIRECTOR, text))
    of_stranger = await house.services.retriever.find(house.question(STRANGER, text))
    assert {hit.document_name for hit in of_director.hits} == {"public.md", "secret.md"}
    assert {hit.document_name for hit in of_stranger.hits} == {"foreign.md"}


async def test_a_chunk_is_not_shown_to_whoever_knows_its_id(house: Archive) -> None:
    for id in ("secret.md", "foreign.md"):
        base = BASE if id == "secret.md" else BaseKey("stork", BASE.id)
        director = DIRECTOR if id == "secret.md" else STRANGER
        found = await house.services.retriever.find(house.question(director, "Victor"))
        ids = [ScoredChunk(hit.chunk.id, 1.0) for hit in found.hits if hit.document_name == id]
        assert ids
        assert await house.ground.index.hits(Scope(base, director.labels), ids)
        assert await house.ground.index.hits(Scope(BASE, STAFF.labels), ids) == []


@pytest.mark.parametrize("text", CURIOUS)
@pytest.mark.parametrize("kind", ["vector", "graph", "hybrid"])
async def test_no_search_of_the_graph_shows_what_may_not_be_read(house: Archive, text: str, kind: str) -> None:
    search = GraphSearch(house.question(STAFF, text), kind, hops=3, use_community=True)
    found = await house.services.search_graph.search(search)
    assert hidden_in((found.hits, found.entities, found.relations, found.communities)) == []
    known = {each.id for each in found.entities}
    readable = {hit.chunk.id for hit in (await house.services.retriever.find(house.question(STAFF, "Skerry"))).hits}
    for relation in found.relations:
        assert {relation.source, relation.target} <= known
        assert set(relation.chunk_ids) <= readable
    for community in found.communities:
        assert set(community.chunk_ids) <= readable


async def test_an_entity_that_hidden_chunks_alone_name_is_not_there_by_its_id(house: Archive) -> None:
    search = GraphSearch(house.question(DIRECTOR, "Victor Sable"), "graph", hops=3, use_community=True)
    of_director = await house.services.search_graph.search(search)
    scope = Scope(BASE, STAFF.labels)
    hidden = [each.id for each in of_director.entities if hidden_in(each.name)]
    assert hidden
    assert await house.ground.graph.entities(scope, hidden) == []
    assert await house.ground.graph.relations(scope, hidden, 100) == []
    for community in await house.ground.graph.communities(scope, hidden):
        assert hidden_in(community) == []


async def test_an_entity_is_counted_and_named_by_readable_chunks_alone(tmp_path: Path) -> None:
    text = "What does the SLSA keep?"
    async with archive(tmp_path / "house") as house:
        await house.add("public.md", "# Port\n\nThe SLSA keeps the harbour wall. The SLSA meets on Monday.\n")
        await house.add(
            "0.md", "# Note\n\nThe Skerry Light Survey Authority (SLSA) was founded by Victor Sable.\n", SECRET
        )
        for number in (1, 2, 3):
            note = f"# Note {number}\n\nThe Skerry Light Survey Authority keeps {number} lamps.\n"
            await house.add(f"{number}.md", note, SECRET)
        of_director = await house.services.retriever.find(house.question(DIRECTOR, text))
        # What only some may read merges for nobody; to them it is an edge between two names.
        assert of_director.entities == ("SLSA",)
        search = GraphSearch(house.question(DIRECTOR, text), "graph", hops=1, use_community=False)
        of_director_graph = await house.services.search_graph.search(search)
        (edge,) = of_director_graph.same_as
        names = {of_director_graph.names[edge.source], of_director_graph.names[edge.target]}
        assert names == {"SLSA", "Skerry Light Survey Authority"}
        for asked in (text, "What does the Skerry Light Survey Authority keep?"):
            search = GraphSearch(house.question(STAFF, asked), "hybrid", hops=3, use_community=True)
            found = await house.services.search_graph.search(search)
            answer = await house.services.ask.answer(house.question(STAFF, asked))
            for shown in (found, answer.entities, answer.citations, answer.hits):
                assert "Authority" not in str(shown)
                assert "Sable" not in str(shown)
            assert answer.entities == (("SLSA",) if asked == text else ())
            assert all(each.mention_count == 1 for each in found.entities)


@pytest.mark.parametrize("text", CURIOUS)
async def test_no_answer_rests_on_what_may_not_be_read(house: Archive, text: str) -> None:
    answer = await house.services.ask.answer(house.question(STAFF, text))
    shown = (answer.text, answer.citations, answer.hits, answer.entities, answer.follow_ups)
    assert hidden_in(shown) == []
    assert {each.hit.document_name for each in answer.citations} <= {"public.md"}


async def test_an_answer_kept_for_one_reader_is_not_given_to_another(house: Archive) -> None:
    text = "Who leads Project Falcon?"
    first = await house.services.ask.answer(house.question(DIRECTOR, text))
    assert "Victor Sable" in first.text
    assert (await house.services.ask.answer(house.question(DIRECTOR, text))).cache_hit
    for other in (STAFF, STRANGER, Principal("heron", "eve", SECRET, Role.USER)):
        assert not (await house.services.ask.answer(house.question(other, text))).cache_hit


async def test_readers_with_the_same_labels_share_their_answers(house: Archive) -> None:
    text = "Who built the Skerry lighthouse?"
    await house.services.ask.answer(house.question(STAFF, text))
    assert (await house.services.ask.answer(house.question(Principal("heron", "dora", role=Role.USER), text))).cache_hit


async def test_lists_and_status_show_what_may_be_read(house: Archive) -> None:
    of_staff = await house.documents.list(Scope(BASE, STAFF.labels), 10, "")
    of_director = await house.documents.list(Scope(BASE, DIRECTOR.labels), 10, "")
    assert [each.name for each in of_staff] == ["public.md"]
    assert {each.name for each in of_director} == {"public.md", "secret.md"}
    secret = next(each for each in of_director if each.access == SECRET)
    assert (await house.documents.get(DIRECTOR, secret.id)).name == "secret.md"
    for other in (STAFF, STRANGER):
        with pytest.raises(NotFound):
            await house.documents.get(other, secret.id)
        with pytest.raises(NotFound):
            await house.documents.delete(other, secret.id)
    assert (await house.documents.get(DIRECTOR, secret.id)).name == "secret.md"


async def test_hidden_documents_take_no_place_in_a_page_of_a_list(tmp_path: Path) -> None:
    async with archive(tmp_path / "house") as house:
        for number in range(6):
            await house.add(f"secret {number}.txt", "Nothing.", SECRET)
            await house.add(f"public {number}.txt", "Nothing.")
        scope, seen, after = Scope(BASE, STAFF.labels), [], ""
        while page := await house.documents.list(scope, 2, after):
            seen += [each.name for each in page]
            after = page[-1].id
            assert len(page) == 2
    assert sorted(seen) == [f"public {number}.txt" for number in range(6)]


async def test_a_base_is_opened_by_those_who_may_read_it(house: Archive) -> None:
    await house.add_base(BaseKey("heron", "board"), SECRET)
    assert [each.key.id for each in await house.services.bases.list(STAFF, 10, "")] == ["handbook"]
    assert (await house.services.bases.get(DIRECTOR, "board")).key.id == "board"
    for other in (STAFF, STRANGER):
        with pytest.raises(NotFound):
            await house.services.bases.scope(other, "board")
        with pytest.raises(NotFound):
            await house.services.bases.delete(other, "board")


async def test_a_document_is_read_by_nobody_who_may_not_read_its_base(house: Archive) -> None:
    base = BaseKey("heron", "board")
    await house.add_base(base, SECRET)
    job = await house.documents.upload(DIRECTOR, base, "minutes.md", bytes_of(b"# Minutes\n\nNothing."))
    assert (await house.documents.get(DIRECTOR, job.document_id)).name == "minutes.md"
    with pytest.raises(NotFound):
        await house.documents.get(STAFF, job.document_id)


def test_a_narrowed_scope_sees_the_same_with_the_labels_alone_that_open_something() -> None:
    labels = labels_of("ada", ["crew", "board"])
    assert Scope(BASE, labels).narrowed(frozenset({"group:board", "user:ben"})).labels == {"everyone", "group:board"}
    assert Scope(BASE, labels).narrowed(frozenset()).labels == {"everyone"}
    assert Scope(BASE, frozenset({"group:crew"})).narrowed(SECRET).labels == {"group:crew"}


def test_a_scope_without_labels_is_an_error() -> None:
    with pytest.raises(AccessDenied):
        Scope(BASE, frozenset())


async def test_a_principal_without_labels_reads_nothing(house: Archive) -> None:
    nobody = Principal("heron", "nobody", frozenset(), Role.USER)
    assert await house.services.bases.list(nobody, 10, "") == []
    with pytest.raises((AccessDenied, NotFound)):
        await house.services.bases.scope(nobody, BASE.id)
    with pytest.raises((AccessDenied, NotFound)):
        await house.documents.get(nobody, "x")


async def test_a_document_without_labels_is_read_by_nobody(tmp_path: Path) -> None:
    async with archive(tmp_path / "house") as house:
        await house.add("closed.md", SECRET_TEXT, frozenset())
        for reader in (STAFF, DIRECTOR):
            found = await house.services.retriever.find(house.question(reader, "Project Falcon"))
            assert (found.hits, found.entities) == ((), ())
            assert await house.documents.list(Scope(BASE, reader.labels), 10, "") == []


@pytest.mark.parametrize("use_graph", [True, False])
async def test_hidden_documents_do_not_move_a_score(tmp_path: Path, use_graph: bool) -> None:
    questions = [Question(STAFF, Scope(BASE, STAFF.labels), text, use_graph=use_graph) for text in CURIOUS]
    async with archive(tmp_path / "house") as house:
        await house.add("public.md", PUBLIC_TEXT)
        await house.add("quill.md", "# Ada Quill\n\nAda Quill was born in Port Ellery near the Skerry lighthouse.\n")
        before = [(await house.services.retriever.find(each)).hits for each in questions]
        for number in range(5):
            await house.add(f"secret {number}.md", SECRET_TEXT.replace("# ", f"# {number} "), SECRET)
        after = [(await house.services.retriever.find(each)).hits for each in questions]
    assert [[(hit.chunk.id, hit.score) for hit in hits] for hits in after] == [
        [(hit.chunk.id, hit.score) for hit in hits] for hits in before
    ]


async def test_nobody_sees_or_undoes_what_was_decided_about_hidden_names(house: Archive) -> None:
    staff, director, stranger = (Scope(BASE, each.labels) for each in (STAFF, DIRECTOR, STRANGER))
    (found,) = [each for each in await house.services.resolutions.list(director, 50, "") if each.decision.alias == "nh"]
    for scope in (staff, Scope(BaseKey("stork", BASE.id), stranger.labels - {"group:board"})):
        assert found.id not in {each.id for each in await house.services.resolutions.list(scope, 50, "")}
        with pytest.raises(NotFound):
            await house.services.resolutions.undo(scope, found.id)
    assert hidden_in(await house.services.resolutions.list(staff, 50, "")) == []
    await house.services.resolutions.undo(director, found.id)
