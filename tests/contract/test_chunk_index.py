"""The contract of the port ChunkIndex."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.chunk_index import SqliteChunkIndex
from infra.local.sqlite import Database
from shared.domain.access import Scope
from shared.domain.answers import ScoredChunk
from shared.domain.documents import Document
from shared.ports.chunk_index import ChunkIndex
from tests.contract.passages import BASE, CREW, OTHER, READER, chunks, document, no_vectors, vectors


@pytest.fixture(params=["sqlite"])
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ChunkIndex]:
    database = Database(tmp_path / "knowledge.sqlite")
    yield SqliteChunkIndex(database)
    database.close()


async def keep(index: ChunkIndex, of: Document, *texts: str) -> list[str]:
    made = chunks(of, *texts)
    await index.replace(of, made, no_vectors(len(made)))
    return [each.id for each in made]


async def found(index: ChunkIndex, question: str, scope: Scope = READER, limit: int = 10) -> list[str]:
    return [each.chunk_id for each in await index.by_words(scope, question, limit)]


async def test_chunks_come_back_in_order_as_they_were_given(index: ChunkIndex) -> None:
    handbook = document("handbook.md")
    made = chunks(handbook, "Herons wade.", "鹭在水中行走。", heading="Birds")
    await index.replace(handbook, made, no_vectors(2))
    assert await index.chunks_of(BASE, handbook.id) == made
    assert await index.chunks_of(OTHER, handbook.id) == []


async def test_words_find_the_chunk_that_holds_them_best_first(index: ChunkIndex) -> None:
    ids = await keep(index, document("a.md"), "a heron fishes", "a heron fishes and a heron sleeps", "a crane stands")
    scored = await index.by_words(READER, "Where do herons sleep?", 10)
    assert [each.chunk_id for each in scored] == [ids[1], ids[0]]
    assert scored[0].score > scored[1].score > 0


async def test_chinese_is_found_by_its_words_without_spaces(index: ChunkIndex) -> None:
    ids = await keep(index, document("a.md"), "夜鹭在傍晚捕鱼。", "丹顶鹤在湿地起舞。")
    assert await found(index, "丹顶鹤在哪里起舞？") == [ids[1]]


async def test_a_rare_word_weighs_more_than_a_frequent_one(index: ChunkIndex) -> None:
    ids = await keep(index, document("a.md"), *[f"heron number {n}" for n in range(9)], "bittern number ninety")
    assert (await found(index, "heron bittern"))[0] == ids[9]


async def test_the_terms_of_a_question_name_those_of_the_chunks_that_hold_them(index: ChunkIndex) -> None:
    ids = await keep(index, document("a.md"), "a heron fishes", "a heron sleeps", "a crane stands")
    heron, sleep = await index.terms_held(READER, "Do herons sleep?", ids[1:])
    assert (heron.chunk_ids, sleep.chunk_ids) == ({ids[1]}, {ids[1]})
    assert sleep.rarity > heron.rarity > 0


async def test_a_hidden_chunk_holds_no_term_and_makes_none_less_rare(index: ChunkIndex) -> None:
    await keep(index, document("a.md"), "a heron fishes", "a crane stands")
    (alone,) = await index.terms_held(READER, "heron", [])
    secret = await keep(index, document("b.md", "group:crew"), "a heron sleeps")
    (beside,) = await index.terms_held(READER, "heron", secret)
    (seen,) = await index.terms_held(CREW, "heron", secret)
    assert (beside.chunk_ids, seen.chunk_ids) == (frozenset(), frozenset(secret))
    assert beside.rarity == alone.rarity != seen.rarity


async def test_no_more_than_the_limit_is_returned(index: ChunkIndex) -> None:
    await keep(index, document("a.md"), *[f"heron {n}" for n in range(9)])
    assert len(await found(index, "heron", limit=4)) == 4
    assert len(await found(index, "heron", limit=9)) == 9


async def test_meaning_finds_by_cosine_and_not_without_vectors(index: ChunkIndex) -> None:
    birds, fish = document("birds.md"), document("fish.md")
    made = chunks(birds, "one", "two", "three")
    await index.replace(birds, made, vectors((1, 0, 0), (1, 1, 0), (0, 0, 1)))
    await keep(index, fish, "four")
    scored = await index.by_meaning(READER, vectors((1, 0.1, 0)), 2)
    assert [each.chunk_id for each in scored] == [made[0].id, made[1].id]
    assert scored[0].score == pytest.approx(0.995, abs=1e-3)
    assert await index.by_meaning(READER, vectors((1, 0)), 2) == []


async def test_a_new_embedder_replaces_every_vector_of_a_document(index: ChunkIndex) -> None:
    birds = document("birds.md")
    made = chunks(birds, "one", "two")
    await index.replace(birds, made, vectors((1, 0, 0), (0, 1, 0)))
    assert len(await index.by_meaning(READER, vectors((1, 0, 0)), 9)) == 2
    await index.replace(birds, made, vectors((0, 1), (1, 0)))
    assert [each.chunk_id for each in await index.by_meaning(READER, vectors((1, 0)), 1)] == [made[1].id]
    assert await index.by_meaning(READER, vectors((1, 0, 0)), 9) == []


async def test_what_a_scope_may_not_read_is_neither_found_nor_fetched(index: ChunkIndex) -> None:
    secret = document("secret.md", "group:crew")
    made = chunks(secret, "the heron's code word")
    await index.replace(secret, made, vectors((1, 0)))
    asked = [ScoredChunk(made[0].id, 1.0)]
    assert await found(index, "heron") == await index.by_meaning(READER, vectors((1, 0)), 5) == []
    assert await index.hits(READER, asked) == []
    assert await found(index, "heron", CREW) == [made[0].id]
    assert len(await index.by_meaning(CREW, vectors((1, 0)), 5)) == len(await index.hits(CREW, asked)) == 1


async def test_hidden_chunks_do_not_even_move_a_score(index: ChunkIndex) -> None:
    await keep(index, document("open.md"), "a heron stands", "a crane stands")
    before = await index.by_words(READER, "heron stands", 5)
    await keep(index, document("secret.md", "group:crew"), *[f"secret heron {n} {'word ' * n}" for n in range(5)])
    assert await index.by_words(READER, "heron stands", 5) == before


async def test_a_document_nobody_may_read_is_found_by_nobody(index: ChunkIndex) -> None:
    orphan = replace(document("orphan.md"), access=frozenset[str]())
    await keep(index, orphan, "heron")
    assert await found(index, "heron", CREW) == []


async def test_another_base_or_tenant_is_another_world(index: ChunkIndex) -> None:
    ids = await keep(index, document("a.md"), "heron")
    before = await index.by_words(READER, "heron", 5)
    foreign = await keep(index, document("a.md", base=OTHER), "heron heron", "heron")
    assert await index.by_words(READER, "heron", 5) == before
    assert await index.hits(READER, [ScoredChunk(foreign[0], 1.0)]) == []
    assert await index.document_ids(BASE) == {document("a.md").id}
    await index.remove(OTHER, document("a.md").id)
    assert await found(index, "heron") == ids


async def test_new_access_labels_hold_at_once(index: ChunkIndex) -> None:
    ids = await keep(index, document("a.md"), "heron")
    assert await found(index, "heron") == ids
    await keep(index, document("a.md", "group:crew"), "heron")
    assert await found(index, "heron") == []
    assert await found(index, "heron", CREW) == ids


async def test_a_write_is_found_at_once_and_what_it_replaced_is_gone(index: ChunkIndex) -> None:
    handbook = document("a.md")
    first = await keep(index, handbook, "heron one", "heron two", "heron three")
    assert sorted(await found(index, "heron")) == sorted(first)
    second = await keep(index, handbook, "heron zero", "heron two")
    assert sorted(await found(index, "heron")) == sorted(second)
    assert await found(index, "three") == []


async def test_a_chunk_that_only_moves_gets_its_new_place(index: ChunkIndex) -> None:
    handbook = document("a.md")
    await keep(index, handbook, "alpha", "beta")
    await keep(index, handbook, "gamma", "alpha", "beta")
    assert [each.text for each in await index.chunks_of(BASE, handbook.id)] == ["gamma", "alpha", "beta"]
    assert [each.start for each in await index.chunks_of(BASE, handbook.id)] == [0, 100, 200]


async def test_a_new_title_is_found_though_the_text_stays(index: ChunkIndex) -> None:
    handbook = document("a.md")
    made = chunks(handbook, "it wades")
    await index.replace(handbook, made, no_vectors(1))
    await index.replace(handbook, [replace(made[0], title="Spoonbill")], no_vectors(1))
    assert await found(index, "spoonbill") == [made[0].id]


async def test_the_same_passage_twice_is_one_chunk(index: ChunkIndex) -> None:
    handbook = document("a.md")
    await keep(index, handbook, "heron", "heron")
    assert [each.ordinal for each in await index.chunks_of(BASE, handbook.id)] == [0]


async def test_every_change_raises_the_version_of_its_base_alone(index: ChunkIndex) -> None:
    assert await index.version(BASE) == 0
    await keep(index, document("a.md"), "heron")
    first = await index.version(BASE)
    await index.remove(BASE, "unknown")
    assert await index.version(BASE) == first > 0
    await index.remove(BASE, document("a.md").id)
    assert await index.version(BASE) > first
    assert await index.version(OTHER) == 0


async def test_hits_keep_their_order_and_score_and_skip_what_is_gone(index: ChunkIndex) -> None:
    ids = await keep(index, document("a.md"), "heron", "crane")
    asked = [ScoredChunk(ids[1], 0.9), ScoredChunk("gone", 0.8), ScoredChunk(ids[0], 0.7)]
    hits = await index.hits(READER, asked)
    assert [(hit.chunk.text, hit.score, hit.document_name) for hit in hits] == [
        ("crane", 0.9, "a.md"),
        ("heron", 0.7, "a.md"),
    ]


@pytest.mark.parametrize("question", ["", "???", "the of", "zzzz", '"unbalanced', "heron OR NOT *", "\x00\ud800"])
async def test_no_question_breaks_the_search(index: ChunkIndex, question: str) -> None:
    await keep(index, document("a.md"), "heron")
    assert len(await found(index, question)) <= 1


async def test_searches_and_writes_run_side_by_side(index: ChunkIndex) -> None:
    writes = [keep(index, document(f"{n}.md"), f"heron {n}", f"crane {n}") for n in range(8)]
    searches = [found(index, "heron", limit=50) for _ in range(16)]
    await asyncio.gather(*writes, *searches)
    assert len(await found(index, "heron", limit=50)) == 8


TEXTS = ["heron one", "heron two", "crane three", "白鹭 四", "crane heron five", "heron one two", "白鹭 heron"]
Step = tuple[str, frozenset[int], bool]
STEPS = st.lists(
    st.tuples(st.sampled_from("abc"), st.frozensets(st.integers(0, len(TEXTS) - 1), max_size=4), st.booleans()),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
async def test_any_history_ends_in_the_index_of_its_last_state(steps: list[Step]) -> None:
    folder = Path(mkdtemp())
    database, other = Database(folder / "lived.sqlite"), Database(folder / "fresh.sqlite")
    lived, fresh = SqliteChunkIndex(database), SqliteChunkIndex(other)
    last: dict[str, Step] = {}
    for step in steps:
        await apply(lived, step)
        await lived.by_words(READER, "heron", 1)
        last[step[0]] = step
    for step in last.values():
        await apply(fresh, step)
    for scope in (READER, CREW):
        for question in ("heron one", "crane", "白鹭"):
            assert await lived.by_words(scope, question, 50) == await fresh.by_words(scope, question, 50)
        ours, theirs = [await each.by_meaning(scope, vectors((1, 2)), 50) for each in (lived, fresh)]
        assert ours == theirs
    database.close()
    other.close()
    rmtree(folder)


async def apply(index: ChunkIndex, step: Step) -> None:
    name, texts, open_to_all = step
    of = document(name, *([] if open_to_all else ["group:crew"]))
    if not texts:
        await index.remove(BASE, of.id)
        return
    made = chunks(of, *[TEXTS[place] for place in sorted(texts)])
    await index.replace(of, made, vectors(*[(1, place) for place in sorted(texts)]))


async def test_deleting_leaves_nothing_of_a_document_in_any_table(tmp_path: Path) -> None:
    database = Database(tmp_path / "knowledge.sqlite")
    index = SqliteChunkIndex(database)
    secret = document("quetzalcoatlus.md")
    made = chunks(secret, "pterodactyl plans", heading="archaeopteryx")
    await index.replace(secret, made, vectors((3, 4)))
    assert b"pterodactyl" in everything(database)
    vector = np.array((0.6, 0.8), "<f2").tobytes()
    assert vector in everything(database)
    await index.remove(BASE, secret.id)
    kept = everything(database)
    traces = [b"pterodactyl", b"quetzalcoatlus", b"archaeopteryx", secret.id.encode(), made[0].id.encode(), vector]
    assert [trace for trace in traces if trace in kept] == []
    database.close()


def everything(database: Database) -> bytes:
    with database.snapshot() as connection:
        tables = [row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        values = [value for name in tables for row in connection.execute(f"SELECT * FROM {name}") for value in row]
    return b"\0".join(value if isinstance(value, bytes) else str(value).encode() for value in values)


async def test_a_second_process_sees_what_the_first_one_wrote(tmp_path: Path) -> None:
    first, second = Database(tmp_path / "knowledge.sqlite"), Database(tmp_path / "knowledge.sqlite")
    writer, reader = SqliteChunkIndex(first), SqliteChunkIndex(second)
    for number in range(3):
        ids = await keep(writer, document("a.md"), f"heron {number}")
        assert await found(reader, "heron") == ids
    first.close()
    second.close()
