"""The contract of the port ChunkIndex."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.access import BaseKey, Scope
from shared.domain.answers import ScoredChunk
from shared.domain.documents import Document
from shared.ports.chunk_index import ChunkIndex
from tests.contract.index_grounds import GROUNDS, IndexGround, standing
from tests.contract.passages import BASE, CREW, OTHER, READER, chunks, document, no_vectors, vectors
from tests.fakes.azure_search import SearchServer


@pytest.fixture(scope="module")
def server() -> Iterator[SearchServer]:
    with SearchServer() as server:
        yield server


@pytest.fixture(params=GROUNDS)
async def ground(request: pytest.FixtureRequest, server: SearchServer) -> AsyncIterator[IndexGround]:
    async with standing(request.param, server) as ground:
        yield ground


@pytest.fixture
def index(ground: IndexGround) -> ChunkIndex:
    return ground.index


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


@pytest.mark.parametrize("count", [50, 51])
async def test_few_hits_and_many_come_whole_and_as_far_as_they_may_be_read(index: ChunkIndex, count: int) -> None:
    ids = await keep(index, document("a.md"), *[f"heron number {n}" for n in range(count - 1)])
    hidden = await keep(index, document("b.md", "group:crew"), "a hidden heron")
    scored = [ScoredChunk(id, 1.0) for id in [*hidden, *ids]]
    assert [each.chunk.id for each in await index.hits(READER, scored)] == ids
    assert [each.chunk.id for each in await index.hits(CREW, scored)] == [*hidden, *ids]


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
    await index.replace(birds, made, vectors((0, 0, 1), (1, 0, 0)))
    found = await index.by_meaning(READER, vectors((1, 0, 0)), 9)
    assert [each.chunk_id for each in found] == [made[1].id, made[0].id]
    assert [each.score for each in found] == pytest.approx([1.0, 0.0], abs=1e-3)


async def test_what_a_scope_may_not_read_is_neither_found_nor_fetched(index: ChunkIndex) -> None:
    secret = document("secret.md", "group:crew")
    made = chunks(secret, "the heron's code word")
    await index.replace(secret, made, vectors((1, 0, 0)))
    asked = [ScoredChunk(made[0].id, 1.0)]
    assert await found(index, "heron") == await index.by_meaning(READER, vectors((1, 0, 0)), 5) == []
    assert await index.hits(READER, asked) == []
    assert await found(index, "heron", CREW) == [made[0].id]
    assert len(await index.by_meaning(CREW, vectors((1, 0, 0)), 5)) == len(await index.hits(CREW, asked)) == 1


async def test_hidden_chunks_take_no_place_among_what_is_found(index: ChunkIndex) -> None:
    # That they do not even move a score is a law of the embedded ground: a search service counts rarity over all.
    ids = await keep(index, document("open.md"), "a heron stands", "a crane stands")
    await keep(index, document("secret.md", "group:crew"), *[f"secret heron {n} {'word ' * n}" for n in range(5)])
    assert await found(index, "heron stands", limit=2) == ids


async def test_a_document_nobody_may_read_is_found_by_nobody(index: ChunkIndex) -> None:
    orphan = replace(document("orphan.md"), access=frozenset[str]())
    await keep(index, orphan, "heron")
    assert await found(index, "heron", CREW) == []


async def test_another_base_or_tenant_is_another_world(index: ChunkIndex) -> None:
    ids = await keep(index, document("a.md"), "heron")
    foreign = await keep(index, document("a.md", base=OTHER), "heron heron", "heron")
    assert await found(index, "heron") == ids
    assert await index.hits(READER, [ScoredChunk(foreign[0], 1.0)]) == []
    assert set(await index.documents(BASE)) == {document("a.md").id}
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


async def test_a_chunk_that_moves_to_another_place_and_other_readers_keeps_its_vector(index: ChunkIndex) -> None:
    handbook = document("a.md")
    made = chunks(handbook, "alpha", "beta")
    await index.replace(handbook, made, vectors((1, 0, 0), (0, 1, 0)))
    secret = replace(handbook, access=frozenset({"group:crew"}))
    turned = [replace(made[1], ordinal=0), replace(made[0], ordinal=1)]
    await index.replace(secret, turned, vectors((0, 1, 0), (1, 0, 0)))
    found = await index.by_meaning(CREW, vectors((1, 0, 0)), 9)
    assert [each.chunk_id for each in found] == [made[0].id, made[1].id]
    assert await index.by_meaning(READER, vectors((1, 0, 0)), 9) == []


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


async def test_the_labels_of_a_base_are_those_that_its_documents_carry(index: ChunkIndex) -> None:
    assert await index.labels(BASE, await index.version(BASE)) == frozenset()
    await keep(index, document("a.md", "everyone"), "a heron")
    await keep(index, document("b.md", "group:crew", "user:ada"), "a crane", "a stork")
    await keep(index, document("c.md", "group:other", base=OTHER), "a heron")
    assert await index.labels(BASE, await index.version(BASE)) == {"everyone", "group:crew", "user:ada"}
    await keep(index, document("b.md", "group:board"), "a crane")
    assert await index.labels(BASE, await index.version(BASE)) == {"everyone", "group:board"}
    await index.remove(BASE, document("b.md").id)
    assert await index.labels(BASE, await index.version(BASE)) == {"everyone"}


async def test_a_document_gets_other_labels_with_all_its_chunks_at_once(index: ChunkIndex) -> None:
    ids = await keep(index, document("a.md"), "a heron fishes", "a heron sleeps")
    other = await keep(index, document("b.md"), "a heron nests")
    version = await index.version(BASE)
    await index.relabel(BASE, document("a.md").id, frozenset({"group:crew"}))
    assert await index.version(BASE) > version
    assert await found(index, "heron") == other
    assert sorted(await found(index, "heron", CREW)) == sorted([*ids, *other])
    assert [hit.chunk.id for hit in await index.hits(READER, [ScoredChunk(ids[0], 1.0)])] == []
    assert [hit.chunk.id for hit in await index.hits(CREW, [ScoredChunk(ids[0], 1.0)])] == ids[:1]
    assert await index.documents(BASE) == {document("a.md").id: {"group:crew"}, document("b.md").id: {"everyone"}}
    assert [each.id for each in await index.chunks_of(BASE, document("a.md").id)] == ids


async def test_a_document_without_a_chunk_gets_other_labels_too(index: ChunkIndex) -> None:
    await keep(index, document("a.md"))
    await index.relabel(BASE, document("a.md").id, frozenset({"group:crew"}))
    assert await index.documents(BASE) == {document("a.md").id: {"group:crew"}}


async def test_labels_of_what_is_not_indexed_or_stands_in_another_base_change_nothing(index: ChunkIndex) -> None:
    ids = await keep(index, document("a.md"), "a heron")
    await index.relabel(BASE, document("b.md").id, frozenset({"group:crew"}))
    await index.relabel(OTHER, document("a.md").id, frozenset({"group:crew"}))
    assert await index.documents(BASE) == {document("a.md").id: {"everyone"}}
    assert await index.documents(OTHER) == {}
    assert await found(index, "heron") == ids


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


@pytest.mark.parametrize("kind", GROUNDS)
@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
async def test_any_history_ends_in_the_index_of_its_last_state(
    kind: str, server: SearchServer, steps: list[Step]
) -> None:
    async with standing(kind, server) as lived, standing(kind, server) as fresh:
        last: dict[str, Step] = {}
        for step in steps:
            await apply(lived.index, step)
            await lived.index.by_words(READER, "heron", 1)
            last[step[0]] = step
        for step in last.values():
            await apply(fresh.index, step)
        for scope in (READER, CREW):
            for question in ("heron one", "crane", "白鹭"):
                ours, theirs = [await each.index.by_words(scope, question, 50) for each in (lived, fresh)]
                assert ours == [replace(each, score=pytest.approx(each.score)) for each in theirs]
            ours, theirs = [await each.index.by_meaning(scope, vectors((1, 2, 0)), 50) for each in (lived, fresh)]
            assert ours == theirs


async def apply(index: ChunkIndex, step: Step) -> None:
    name, texts, open_to_all = step
    of = document(name, *([] if open_to_all else ["group:crew"]))
    if not texts:
        await index.remove(BASE, of.id)
        return
    made = chunks(of, *[TEXTS[place] for place in sorted(texts)])
    await index.replace(of, made, vectors(*[(1, place, 0) for place in sorted(texts)]))


async def test_deleting_leaves_nothing_of_a_document_anywhere(ground: IndexGround) -> None:
    secret = document("quetzalcoatlus.md")
    made = chunks(secret, "pterodactyl plans", heading="archaeopteryx")
    await ground.index.replace(secret, made, vectors((3, 4, 0)))
    assert b"pterodactyl" in ground.everything()
    vector = np.array((0.6, 0.8, 0), "<f2").tobytes()
    assert vector in ground.everything()
    await ground.index.remove(BASE, secret.id)
    kept = ground.everything()
    traces = [b"pterodactyl", b"quetzalcoatlus", b"archaeopteryx", secret.id.encode(), made[0].id.encode(), vector]
    assert [trace for trace in traces if trace in kept] == []


async def test_a_second_process_sees_what_the_first_one_wrote(ground: IndexGround) -> None:
    reader = ground.another()
    for number in range(3):
        ids = await keep(ground.index, document("a.md"), f"heron {number}")
        assert await found(reader, "heron") == ids


HOSTILE = [
    "it's",
    "a/b\\c?d#e",
    "' or 1 eq 1 or base eq '",
    "x') or search.in(tenant, 'heron",
    "🪶 鹭 é",
    "k" * 1000,
    "*:* OR +heron -crane",
    "a|b,c;d",
    "'; DROP TABLE chunk; --",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_names_and_labels_are_kept_literally_and_never_carried_out(index: ChunkIndex, text: str) -> None:
    base, plain = BaseKey(f"tenant {text}", f"base {text}"), document("plain.md")
    await keep(index, plain, "heron")
    hostile = document(f"{text}.md", f"group:{text}", base=base)
    (made,) = chunks(hostile, f"heron {text}", heading=text)
    await index.replace(hostile, [made], no_vectors(1))
    assert await index.chunks_of(base, hostile.id) == [made]
    assert set(await index.documents(base)) == {hostile.id}
    reader, stranger = Scope(base, frozenset({f"group:{text}"})), Scope(base, frozenset({"group:", text, "everyone"}))
    assert await found(index, f"heron {text}", reader) == [made.id]
    assert await found(index, f"heron {text}", stranger) == []
    (hit,) = await index.hits(reader, [ScoredChunk(made.id, 1.0), ScoredChunk(text, 0.5)])
    assert (hit.chunk, hit.document_name) == (made, hostile.name)
    assert await index.chunks_of(base, text) == []
    await index.remove(base, text)
    await index.remove(base, hostile.id)
    assert await index.documents(base) == {}
    assert len(await found(index, "heron")) == 1
