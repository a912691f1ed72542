"""The contract of the port Catalog."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.local.catalog import SqliteCatalog
from infra.local.sqlite import Database
from shared.domain.access import BaseKey, Principal
from shared.domain.documents import Document, DocumentState, KnowledgeBase, document_id
from shared.domain.errors import Conflict
from shared.ports.catalog import Catalog

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BASE = BaseKey("heron", "handbook")
READER = Principal("heron", "ada", frozenset({"everyone", "group:crew"}))


@pytest.fixture(params=["sqlite"])
async def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Catalog]:
    database = Database(tmp_path / "knowledge.sqlite")
    yield SqliteCatalog(database)
    database.close()


def base(key: BaseKey = BASE, *labels: str) -> KnowledgeBase:
    return KnowledgeBase(key, "Handbook '\"; --", "描述", frozenset(labels or ("everyone",)), NOW)


def document(name: str = "a.md", key: BaseKey = BASE, **changes: object) -> Document:
    made = Document(key, document_id(key, name), name, '"1"', DocumentState.RECEIVED, NOW, NOW)
    return replace(made, **changes)  # type: ignore[arg-type]


async def test_a_base_comes_back_as_it_was_kept(catalog: Catalog) -> None:
    await catalog.create_base(base())
    assert await catalog.base(BASE) == base()
    assert await catalog.base(BaseKey("other", BASE.id)) is None


async def test_a_key_that_is_taken_is_a_conflict_and_changes_nothing(catalog: Catalog) -> None:
    await catalog.create_base(base())
    with pytest.raises(Conflict):
        await catalog.create_base(replace(base(), name="another"))
    assert await catalog.base(BASE) == base()


async def test_a_principal_lists_the_bases_it_may_read_and_no_others(catalog: Catalog) -> None:
    await catalog.create_base(base(BaseKey("heron", "a")))
    await catalog.create_base(base(BaseKey("heron", "b"), "group:board"))
    await catalog.create_base(base(BaseKey("heron", "c"), "group:crew", "group:board"))
    await catalog.create_base(base(BaseKey("stork", "d")))
    assert [each.key.id for each in await catalog.bases(READER, 10)] == ["a", "c"]
    assert [each.key.id for each in await catalog.bases(READER, 10, after="a")] == ["c"]
    assert [each.key.id for each in await catalog.bases(READER, 1)] == ["a"]


async def test_a_document_comes_back_as_it_was_kept_last(catalog: Catalog) -> None:
    await catalog.keep_document(document())
    changed = document(
        state=DocumentState.FAILED, reason="it is encrypted", pages=3, progress=0.25, started_at=NOW, sha256="ab",
        access=frozenset({"group:board"}), chunk_count=1, vector_count=2, entity_count=3, processing_seconds=1.5,
    )  # fmt: skip
    await catalog.keep_document(changed)
    assert await catalog.document(BASE, changed.id) == changed


async def test_a_document_is_found_by_its_id_by_those_who_may_read_it(catalog: Catalog) -> None:
    open_one, closed_one = document("a.md"), document("b.md", access=frozenset({"group:board"}))
    await catalog.keep_document(open_one)
    await catalog.keep_document(closed_one)
    assert await catalog.find_document(READER, open_one.id) == open_one
    assert await catalog.find_document(READER, closed_one.id) is None
    assert await catalog.find_document(Principal("stork", "ada"), open_one.id) is None


async def test_documents_are_listed_in_the_order_of_their_ids(catalog: Catalog) -> None:
    kept = sorted([document(f"{number}.md") for number in range(5)], key=lambda each: each.id)
    for each in reversed(kept):
        await catalog.keep_document(each)
    await catalog.keep_document(document("foreign.md", BaseKey("heron", "other")))
    assert await catalog.documents(BASE, 3) == kept[:3]
    assert await catalog.documents(BASE, 3, kept[2].id) == kept[3:]


async def test_a_deleted_base_takes_its_documents_out_of_the_register(catalog: Catalog) -> None:
    await catalog.create_base(base())
    await catalog.keep_document(document())
    await catalog.delete_base(BASE)
    await catalog.delete_base(BASE)
    assert await catalog.base(BASE) is None
    assert list(await catalog.documents(BASE, 10)) == []


async def test_deleting_a_document_twice_is_no_error(catalog: Catalog) -> None:
    await catalog.keep_document(document(state=DocumentState.DELETED))
    await catalog.delete_document(BASE, document().id)
    await catalog.delete_document(BASE, document().id)
    assert await catalog.document(BASE, document().id) is None


async def test_a_document_that_was_received_anew_is_not_deleted(catalog: Catalog) -> None:
    await catalog.keep_document(document(state=DocumentState.DELETED))
    await catalog.keep_document(document(etag="new"))
    await catalog.delete_document(BASE, document().id)
    assert await catalog.document(BASE, document().id) == document(etag="new")


async def test_a_document_advances_while_it_is_at_the_same_etag(catalog: Catalog) -> None:
    await catalog.keep_document(document())
    further = document(state=DocumentState.INDEXING, progress=0.5)
    assert await catalog.advance_document(further)
    assert await catalog.document(BASE, further.id) == further


@pytest.mark.parametrize("meanwhile", [document(etag="new"), document(state=DocumentState.DELETED)])
async def test_a_document_that_was_changed_or_deleted_does_not_advance(catalog: Catalog, meanwhile: Document) -> None:
    await catalog.keep_document(document())
    await catalog.keep_document(meanwhile)
    assert not await catalog.advance_document(document(state=DocumentState.READY))
    assert await catalog.document(BASE, meanwhile.id) == meanwhile


async def test_a_document_that_is_gone_does_not_come_back_by_advancing(catalog: Catalog) -> None:
    assert not await catalog.advance_document(document(state=DocumentState.READY))
    assert await catalog.document(BASE, document().id) is None


async def test_the_reconciler_sees_every_base(catalog: Catalog) -> None:
    await catalog.create_base(base(BaseKey("stork", "b"), "group:board"))
    await catalog.create_base(base(BaseKey("heron", "a")))
    assert await catalog.all_bases() == [BaseKey("heron", "a"), BaseKey("stork", "b")]
