"""What the search adapter asks of the service: index definitions, filters, batches, and no more than it must."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from random import Random

import httpx
import numpy as np
import pytest

from infra.azure.search import AzureChunkIndex, schema
from infra.azure.search.connection import Patience
from infra.azure.search.writing import MOST_ACTIONS, MOST_BYTES
from shared.domain.access import EVERYONE, Scope
from shared.domain.answers import ScoredChunk
from shared.domain.errors import AccessDenied, BadRequest, BadSetting, StoreUnavailable
from tests.contract.index_grounds import DIMENSIONS, PATIENCE, CountedVersions
from tests.contract.passages import BASE, CREW, READER, chunks, document, no_vectors, vectors
from tests.fakes.azure_search import KEY, SearchServer

QUICK = Patience(attempt_seconds=5, call_seconds=5, repeats=0, first_pause_seconds=0.001)


@pytest.fixture
def server() -> Iterator[SearchServer]:
    with SearchServer() as server:
        yield server


@pytest.fixture
async def index(server: SearchServer) -> AsyncIterator[AzureChunkIndex]:
    index = opened(server)
    yield index
    await index.close()


def opened(server: SearchServer, dimensions: int = DIMENSIONS, patience: Patience = PATIENCE) -> AzureChunkIndex:
    return AzureChunkIndex(server.endpoint, KEY, "chunks", dimensions, CountedVersions(), patience)


def written(server: SearchServer) -> Counter[tuple[str, str]]:
    """Return how often each kind of action was sent for each key."""
    return Counter((each["@search.action"], each["id"]) for batch in server.batches for each in batch)


async def test_the_index_is_created_once_with_an_analyzer_per_language_and_small_vectors(
    index: AzureChunkIndex, server: SearchServer
) -> None:
    await index.prepare()
    second = opened(server)
    await second.ping()
    await second.close()
    (definition,) = server.definitions
    fields = {field["name"]: field for field in definition["fields"]}
    assert (fields["text_zh"]["analyzer"], fields["text_en"]["analyzer"]) == ("zh-Hans.microsoft", "en.microsoft")
    assert (fields["embedding"]["dimensions"], fields["access"]["filterable"]) == (DIMENSIONS, True)
    (compression,) = definition["vectorSearch"]["compressions"]
    assert compression["scalarQuantizationParameters"] == {"quantizedDataType": "int8"}
    assert [each["name"] for each in definition["semantic"]["configurations"]] == ["en", "zh"]


async def test_an_index_with_vectors_of_another_length_is_refused_with_the_remedy(
    index: AzureChunkIndex, server: SearchServer
) -> None:
    await index.prepare()
    other = opened(server, dimensions=4)
    for call in (other.prepare, other.ping, lambda: other.by_words(READER, "heron", 1)):
        with pytest.raises(BadSetting, match=r"'chunks' holds vectors of 3 numbers.*makes 4.*new index and ingest"):
            await call()
    await other.close()
    assert len(server.definitions) == 1


async def test_what_an_older_index_lacks_is_added_and_what_it_has_beside_is_kept(server: SearchServer) -> None:
    older = schema.as_json(schema.index_definition("chunks", DIMENSIONS))
    beside = {"name": "beside", "type": "Edm.String", "filterable": True}
    older["fields"] = [*[each for each in older["fields"] if not each["name"].startswith("headings")], beside]
    del older["semantic"]
    async with httpx_client(server) as client:
        assert (await client.put("/indexes('chunks')", json=older)).status_code == 201
    index = opened(server)
    await index.prepare()
    names = {field["name"] for field in server.indexes["chunks"].definition["fields"]}
    assert {"headings_en", "headings_zh", "beside"} <= names
    assert len(server.indexes["chunks"].definition["semantic"]["configurations"]) == 2
    await index.close()
    again = opened(server)
    await again.prepare()
    assert len(server.definitions) == 2
    await again.close()


async def test_a_field_in_another_shape_is_refused_with_the_remedy(server: SearchServer) -> None:
    other = schema.as_json(schema.index_definition("chunks", DIMENSIONS))
    next(each for each in other["fields"] if each["name"] == "text_zh")["analyzer"] = "standard.lucene"
    async with httpx_client(server) as client:
        await client.put("/indexes('chunks')", json=other)
    index = opened(server)
    with pytest.raises(BadSetting, match=r"'text_zh'.*another analyzer.*new index"):
        await index.prepare()
    await index.close()


def httpx_client(server: SearchServer) -> httpx.AsyncClient:
    headers = {"api-key": KEY, "prefer": "return=representation"}
    return httpx.AsyncClient(base_url=server.endpoint, headers=headers, params={"api-version": "2026-04-01"})


async def test_no_query_goes_out_without_the_filter_of_its_base_and_its_reader(
    index: AzureChunkIndex, server: SearchServer
) -> None:
    of = document("a.md", "it's, a|label", EVERYONE)
    made = chunks(of, "heron one", "heron two")
    await index.replace(of, made, vectors((1, 0, 0), (0, 1, 0)))
    await index.chunks_of(BASE, of.id)
    await index.documents(BASE)
    managing = len(server.searches)
    scope = Scope(BASE, frozenset({"it's, a|label", EVERYONE}))
    await index.by_words(scope, "heron", 5)
    await index.by_meaning(scope, vectors((1, 0, 0)), 5)
    await index.terms_held(scope, "heron", [made[0].id])
    assert len(await index.hits(scope, [ScoredChunk(made[0].id, 1.0)])) == 1
    await index.remove(BASE, of.id)
    whose = re.compile(r"^tenant eq 'heron' and base eq 'handbook' and \w+ eq ")
    assert [each["filter"] for each in server.searches if not whose.match(each["filter"])] == []
    asked = [each["filter"] for each in server.searches[managing:] if "access/any" in each["filter"]]
    assert len(asked) == 5
    assert all(
        "access/any(label: search.in(label, 'everyone\ue000it''s, a|label', '\ue000'))" in each for each in asked
    )


async def test_a_scope_without_a_label_that_lets_anything_through_asks_nothing(
    index: AzureChunkIndex, server: SearchServer
) -> None:
    await index.prepare()
    scope = Scope(BASE, frozenset({""}))
    for call in (
        lambda: index.by_words(scope, "heron", 5),
        lambda: index.by_meaning(scope, vectors((1, 0, 0)), 5),
        lambda: index.terms_held(scope, "heron", ["a"]),
        lambda: index.hits(scope, [ScoredChunk("a", 1.0)]),
    ):
        with pytest.raises(AccessDenied):
            await call()
    assert server.searches == []


async def test_unchanged_chunks_are_not_sent_again(index: AzureChunkIndex, server: SearchServer) -> None:
    of = document("a.md")
    made = chunks(of, "heron", "crane")
    await index.replace(of, made, vectors((1, 0, 0), (0, 1, 0)))
    before = written(server)
    await index.replace(of, made, vectors((1, 0, 0), (0, 1, 0)))
    assert written(server) == before
    edited = chunks(of, "stork", "heron")
    await index.replace(of, edited, vectors((0, 0, 1), (1, 0, 0)))
    sent = written(server) - before
    assert sent == {("merge", made[0].id): 1, ("upload", edited[0].id): 1, ("delete", made[1].id): 1}


async def test_who_may_no_longer_read_a_document_loses_it_before_anything_else(
    index: AzureChunkIndex, server: SearchServer
) -> None:
    of = document("a.md")
    made = chunks(of, "heron", "crane", "stork")
    await index.replace(of, made, vectors((1, 0, 0), (0, 1, 0), (0, 0, 1)))
    server.batches.clear()
    secret = document("a.md", "group:crew")
    await index.replace(secret, made[:2], vectors((1, 0, 0), (1, 1, 0)))
    first, second, third = server.batches
    assert {(each["@search.action"], tuple(each["access"])) for each in first} == {("merge", ("group:crew",))}
    assert {each["id"] for each in first} >= {each.id for each in made}
    assert [(each["@search.action"], each["id"]) for each in second] == [("upload", made[1].id)]
    assert [(each["@search.action"], each["id"]) for each in third] == [("delete", made[2].id)]


@pytest.mark.parametrize(("count", "sizes"), [(499, [1, 499]), (500, [1, 500]), (501, [1, 500, 1])])
async def test_a_batch_holds_at_most_500_documents(
    index: AzureChunkIndex, server: SearchServer, count: int, sizes: list[int]
) -> None:
    of = document("a.md")
    await index.replace(of, chunks(of, *[f"heron {n}" for n in range(count)]), no_vectors(count))
    assert [len(batch) for batch in server.batches] == sizes
    assert MOST_ACTIONS == 500


async def test_a_batch_holds_at_most_8_megabytes(index: AzureChunkIndex, server: SearchServer) -> None:
    of = document("a.md")
    await index.replace(of, chunks(of, *[f"{n} " + "x" * 3_000_000 for n in range(3)]), no_vectors(3))
    assert [len(batch) for batch in server.batches] == [1, 2, 1]
    assert max(server.batch_bytes) <= MOST_BYTES + 100
    await index.remove(BASE, of.id)
    assert server.indexes["chunks"].kept == {}


async def test_a_document_of_more_chunks_than_a_page_is_deleted_whole(
    index: AzureChunkIndex, server: SearchServer
) -> None:
    of = document("a.md")
    made = chunks(of, *[f"heron {n}" for n in range(2_300)])
    await index.replace(of, made, no_vectors(2_300))
    assert await index.chunks_of(BASE, of.id) == made
    await index.remove(BASE, of.id)
    assert server.indexes["chunks"].kept == {}


async def test_an_answer_in_parts_is_read_to_its_end(index: AzureChunkIndex, server: SearchServer) -> None:
    of = document("a.md")
    made = chunks(of, *[f"heron {n}" for n in range(23)])
    await index.replace(of, made, no_vectors(23))
    server.rows_per_answer = 10
    assert len(await index.by_words(READER, "heron", 21)) == 21
    assert await index.chunks_of(BASE, of.id) == made


@pytest.mark.parametrize("status", [409, 422, 429, 503])
async def test_items_that_fail_are_sent_again_and_nothing_is_lost(
    index: AzureChunkIndex, server: SearchServer, status: int
) -> None:
    random = Random(7)
    server.item_failure = lambda key: status if random.random() < 0.1 else 0
    of = document("a.md")
    made = chunks(of, *[f"heron {n}" for n in range(1_200)])
    await index.replace(of, made, no_vectors(1_200))
    assert {each.id for each in made} < server.indexes["chunks"].kept.keys()
    assert max(written(server).values()) > 1
    server.item_failure = lambda key: 0
    await index.remove(BASE, of.id)


@pytest.mark.parametrize(("status", "times"), [(400, 1), (503, 9)])
async def test_an_item_that_fails_for_good_is_a_typed_error_without_its_text(
    server: SearchServer, status: int, times: int
) -> None:
    index = opened(server, patience=QUICK)
    of = document("a.md")
    made = chunks(of, "heron", "unlucky")
    server.item_failure = lambda key: status if key == made[1].id else 0
    with pytest.raises(StoreUnavailable) as caught:
        await index.replace(of, made, no_vectors(2))
    assert "unlucky" not in caught.value.message
    assert written(server)[("upload", made[1].id)] == times
    await index.close()


async def test_what_the_service_shows_late_is_waited_for(index: AzureChunkIndex, server: SearchServer) -> None:
    of = document("a.md")
    server.lag = 3
    await index.replace(of, chunks(of, "heron"), no_vectors(1))
    assert server.lag <= 0
    assert len(await index.by_words(READER, "heron", 5)) == 1
    server.lag = 3
    await index.replace(replace(of, access=frozenset({"group:crew"})), chunks(of, "heron"), no_vectors(1))
    assert await index.by_words(READER, "heron", 5) == []
    assert len(await index.by_words(CREW, "heron", 5)) == 1


async def test_what_the_service_never_shows_is_a_typed_error(server: SearchServer) -> None:
    index = opened(server, patience=replace(QUICK, call_seconds=0.2))
    await index.prepare()
    server.lag = 1_000
    of = document("a.md")
    with pytest.raises(StoreUnavailable, match="does not show"):
        await index.replace(of, chunks(of, "heron"), no_vectors(1))
    await index.close()


async def test_vectors_that_the_index_cannot_hold_are_refused_before_anything_is_sent(
    index: AzureChunkIndex, server: SearchServer
) -> None:
    of = document("a.md")
    made = chunks(of, "heron")
    for wrong in (vectors((1, 0)), np.full((1, 3), np.nan, np.float32), np.full((1, 3), 2, np.float32)):
        with pytest.raises(BadRequest):
            await index.replace(of, made, wrong)
    with pytest.raises(BadRequest, match="id"):
        await index.replace(of, [replace(made[0], id="it's")], no_vectors(1))
    assert server.batches == []


async def test_vectors_arrive_to_five_digits(index: AzureChunkIndex, server: SearchServer) -> None:
    of, rows = document("a.md"), vectors((1, -2, 3), (-0.001, 1, 0))
    made = chunks(of, "heron", "crane")
    await index.replace(of, made, rows)
    kept = [server.indexes["chunks"].kept[each.id]["embedding"] for each in made]
    np.testing.assert_allclose(np.array(kept), rows, rtol=0, atol=5.1e-6)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("heron -crane", "heron crane"),
        ('"heron crane"', "heron crane"),
        ("her*", "her"),
        ("+heron | crane", "heron crane"),
        ("text_en:heron~2 AND (crane)^4", "text en heron 2 crane 4"),
        ("Which heron is the best?", "heron best"),
        ("who", "who"),
        ("丹顶鹤在哪里？", "丹顶鹤在哪里"),
        ("\x00\ud800 !?", ""),
    ],
)
async def test_only_words_of_a_question_are_sent(
    index: AzureChunkIndex, server: SearchServer, question: str, expected: str
) -> None:
    await index.prepare()
    assert await index.by_words(READER, question, 5) == []
    assert [each["search"] for each in server.searches] == ([expected] if expected else [])
