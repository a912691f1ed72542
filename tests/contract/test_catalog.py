"""The contract of the port Catalog."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.azure.cosmos.catalog import CosmosCatalog
from infra.azure.cosmos.catalog_items import document_of, item_of_document
from infra.local.catalog import SqliteCatalog
from infra.local.sqlite import Database
from shared.domain.access import BaseKey, Principal
from shared.domain.base_settings import BaseSettings
from shared.domain.documents import Document, DocumentState, KnowledgeBase, document_id
from shared.domain.errors import Conflict
from shared.domain.money import Money
from shared.domain.step_times import StepTimes
from shared.ports.catalog import Catalog
from tests.contract.odd_names import ODD_NAMES
from tests.contract.state_grounds import GROUNDS, cosmos

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BASE = BaseKey("heron", "handbook")
READER = Principal("heron", "ada", frozenset({"everyone", "group:crew"}))


@pytest.fixture(params=GROUNDS)
async def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Catalog]:
    if request.param == "azure":
        async with cosmos(request.getfixturevalue("cosmos_server")) as connection:
            yield CosmosCatalog(connection)
        return
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


async def test_a_base_is_changed_where_it_is_as_it_is_known(catalog: Catalog) -> None:
    await catalog.create_base(base())
    changed = replace(
        base(), name="Hand'book", description="", access=frozenset({"group:board", "user:ada"}), owner="x"
    )
    assert await catalog.change_base(changed, base())
    assert await catalog.base(BASE) == changed
    assert await catalog.bases(READER, 10) == []


@pytest.mark.parametrize("change", [{"name": "x"}, {"description": "x"}, {"access": frozenset({"x"})}, {"owner": "x"}])
async def test_a_base_that_others_changed_stays_as_they_left_it(catalog: Catalog, change: dict[str, Any]) -> None:
    theirs = replace(base(), **change)
    await catalog.create_base(theirs)
    assert not await catalog.change_base(replace(base(), name="mine"), base())
    assert await catalog.base(BASE) == theirs


async def test_a_base_that_is_not_there_is_not_changed(catalog: Catalog) -> None:
    assert not await catalog.change_base(base(), base())
    assert await catalog.base(BASE) is None


async def test_of_many_who_change_a_base_at_once_one_is_told_so(catalog: Catalog) -> None:
    await catalog.create_base(base())
    changed = [replace(base(), name=f"name {number}") for number in range(6)]
    told = await asyncio.gather(*(catalog.change_base(each, base()) for each in changed))
    assert sum(told) == 1
    assert await catalog.base(BASE) == changed[told.index(True)]


async def test_the_etag_of_a_base_changes_with_all_that_can_be_changed() -> None:
    changes = [{"name": "x"}, {"description": "x"}, {"access": frozenset({"x"})}, {"owner": "x"}]
    assert len({replace(base(), **change).etag for change in [{}, *changes]}) == 5  # type: ignore[arg-type]


async def test_a_file_of_an_earlier_version_is_taken_over(tmp_path: Path) -> None:
    database = Database(tmp_path / "knowledge.sqlite")
    database.create(
        "CREATE TABLE knowledge_base (tenant TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT"
        " NULL, access TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (tenant, id)) WITHOUT ROWID;"
    )
    row = (BASE.tenant, BASE.id, "Handbook", "", '["everyone"]', NOW.isoformat())
    await database.write("INSERT INTO knowledge_base VALUES (?, ?, ?, ?, ?, ?)", row)
    for _ in range(2):
        found = await SqliteCatalog(database).base(BASE)
        assert found == KnowledgeBase(BASE, "Handbook", "", frozenset({"everyone"}), NOW)
    database.close()


async def test_a_principal_lists_the_bases_it_may_read_and_no_others(catalog: Catalog) -> None:
    await catalog.create_base(base(BaseKey("heron", "a")))
    await catalog.create_base(base(BaseKey("heron", "b"), "group:board"))
    await catalog.create_base(base(BaseKey("heron", "c"), "group:crew", "group:board"))
    await catalog.create_base(base(BaseKey("stork", "d")))
    assert [each.key.id for each in await catalog.bases(READER, 10)] == ["a", "c"]
    assert [each.key.id for each in await catalog.bases(READER, 10, after="a")] == ["c"]
    assert [each.key.id for each in await catalog.bases(READER, 1)] == ["a"]


async def test_a_document_comes_back_as_it_was_kept_last(catalog: Catalog) -> None:
    access = frozenset({"group:board"})
    await catalog.keep_document(document(access=access, owner="ada"))
    changed = document(
        state=DocumentState.FAILED, reason="it is encrypted", pages=3, progress=0.25, started_at=NOW, sha256="ab",
        access=access, owner="ada", chunk_count=1, vector_count=2, entity_count=3, processing_seconds=1.5,
        cost=Money(3_000_000_007), times=StepTimes(0.5, 1.0, 2.25, 3.0), read_as="m",
        reason_code="document_encrypted",
    )  # fmt: skip
    await catalog.keep_document(changed)
    assert await catalog.document(BASE, changed.id) == changed


async def test_a_document_is_found_by_its_id_in_its_tenant_alone(catalog: Catalog) -> None:
    await catalog.keep_document(document())
    assert await catalog.find_document("heron", document().id) == document()
    assert await catalog.find_document("stork", document().id) is None
    assert await catalog.find_document("heron", document("b.md").id) is None


BOARD = frozenset({"group:board"})


async def test_a_document_gets_other_labels_where_it_carries_those_that_are_known(catalog: Catalog) -> None:
    await catalog.keep_document(document(owner="ada"))
    assert await catalog.relabel_document(document(), BOARD)
    assert await catalog.document(BASE, document().id) == document(owner="ada", access=BOARD)
    assert not await catalog.relabel_document(document(), frozenset({"user:ben"}))
    assert not await catalog.relabel_document(document("b.md"), BOARD)
    assert await catalog.document(BASE, document().id) == document(owner="ada", access=BOARD)
    assert await catalog.document(BASE, document("b.md").id) is None


async def test_whoever_writes_what_they_read_before_brings_no_older_labels_back(catalog: Catalog) -> None:
    await catalog.keep_document(document(owner="ada"))
    await catalog.relabel_document(document(), BOARD)
    assert await catalog.advance_document(document(progress=0.5))
    assert await catalog.document(BASE, document().id) == document(owner="ada", access=BOARD, progress=0.5)
    await catalog.keep_document(document(etag="new", owner="ben"))
    assert await catalog.document(BASE, document().id) == document(owner="ada", access=BOARD, etag="new")


async def test_a_document_that_was_deleted_leaves_its_owner_and_labels_to_nobody(catalog: Catalog) -> None:
    await catalog.keep_document(document(owner="ada", access=BOARD))
    await catalog.keep_document(document(state=DocumentState.DELETED))
    anew = document(owner="ben", access=frozenset({"user:ben"}))
    await catalog.keep_document(anew)
    assert await catalog.document(BASE, document().id) == anew


async def test_of_many_who_change_the_labels_at_once_one_is_told_so(catalog: Catalog) -> None:
    await catalog.keep_document(document())
    wanted = [frozenset({f"user:{number}"}) for number in range(6)]
    told = await asyncio.gather(*(catalog.relabel_document(document(), each) for each in wanted))
    assert sum(told) == 1
    kept = await catalog.document(BASE, document().id)
    assert kept
    assert kept.access == wanted[told.index(True)]


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


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_any_name_is_kept_and_found_literally(catalog: Catalog, name: str) -> None:
    key = BaseKey(name, name)
    kept = replace(base(key, name), name=name, description=name)
    one = document(name, key, reason=name, access=frozenset({name}))
    await catalog.create_base(kept)
    await catalog.create_base(base(BaseKey(name, "neighbour"), "nobody"))
    await catalog.keep_document(one)
    reader = Principal(name, name, frozenset({name}))
    assert await catalog.base(key) == kept
    assert await catalog.bases(reader, 10) == [kept]
    assert await catalog.document(key, one.id) == one
    assert await catalog.find_document(name, one.id) == one
    assert await catalog.documents(key, 10) == [one]
    await catalog.delete_base(key)
    assert await catalog.base(key) is None
    assert await catalog.base(BaseKey(name, "neighbour")) is not None


async def test_a_list_is_whole_however_long_it_is(catalog: Catalog) -> None:
    kept = sorted([document(f"{number}.md") for number in range(120)], key=lambda each: each.id)
    for each in kept:
        await catalog.keep_document(each)
    assert await catalog.documents(BASE, 1000) == kept
    await catalog.delete_base(BASE)
    assert list(await catalog.documents(BASE, 1)) == []


async def test_nobody_without_a_label_reads_anything(catalog: Catalog) -> None:
    await catalog.create_base(base())
    assert await catalog.bases(Principal("heron", "ada", frozenset()), 10) == []


async def test_of_many_who_advance_a_document_at_once_none_brings_an_older_version_back(catalog: Catalog) -> None:
    await catalog.keep_document(document())

    async def replace_it() -> None:
        await catalog.keep_document(document(etag="new"))

    steps = (catalog.advance_document(document(progress=number / 10)) for number in range(4))
    await asyncio.gather(*steps, replace_it())
    assert await catalog.document(BASE, document().id) == document(etag="new")


async def test_what_a_document_costs_is_added_up_beside_its_steps(catalog: Catalog) -> None:
    await catalog.keep_document(document())
    read_before = document(state=DocumentState.INDEXING)
    await asyncio.gather(*(catalog.charge_document(BASE, document().id, Money(400_000_000)) for _ in range(3)))
    assert await catalog.advance_document(read_before)
    assert await catalog.document(BASE, document().id) == replace(read_before, cost=Money(1_200_000_000))
    await catalog.keep_document(document(etag="new"))
    assert await catalog.document(BASE, document().id) == document(etag="new")


async def test_a_cost_of_a_document_that_is_gone_is_no_error(catalog: Catalog) -> None:
    await catalog.charge_document(BASE, document().id, Money(1))
    assert await catalog.document(BASE, document().id) is None


async def test_changes_come_in_the_order_in_which_they_were_made(catalog: Catalog) -> None:
    moments = [NOW + timedelta(microseconds=step) for step in (500_000, 0, 1_000_000, 499_999)]
    kept = [document(f"{number}.md", updated_at=at) for number, at in enumerate(moments)]
    for each in kept:
        await catalog.keep_document(each)
    await catalog.keep_document(document("foreign.md", BaseKey("heron", "other"), updated_at=moments[0]))
    assert await catalog.changed_documents(BASE, NOW, 10) == [kept[1], kept[3], kept[0], kept[2]]
    assert await catalog.changed_documents(BASE, NOW, 2) == [kept[1], kept[3]]
    assert await catalog.changed_documents(BASE, moments[0], 10) == [kept[0], kept[2]]
    assert list(await catalog.changed_documents(BASE, NOW + timedelta(seconds=2), 10)) == []


async def test_a_register_of_an_earlier_version_is_taken_over(tmp_path: Path) -> None:
    database = Database(tmp_path / "knowledge.sqlite")
    await SqliteCatalog(database).keep_document(document())
    for column in ("cost", "times", "read_as"):
        await database.write(f"ALTER TABLE document DROP COLUMN {column}", ())
    assert await SqliteCatalog(database).document(BASE, document().id) == document()
    database.close()


async def test_an_item_of_an_earlier_version_is_taken_over() -> None:
    item = item_of_document(document())
    for name in ("cost_usd", "cost_nano", "times", "read_as"):
        del item[name]
    assert document_of(item) == document()


async def test_a_base_keeps_its_settings_and_changes_them_where_they_are_as_known(catalog: Catalog) -> None:
    first = replace(base(), settings=BaseSettings(200, 20, "rules", "zh"))
    await catalog.create_base(first)
    assert await catalog.base(BASE) == first
    second = replace(first, settings=BaseSettings(chunk_tokens=200))
    assert await catalog.change_base(second, first)
    assert not await catalog.change_base(replace(first, settings=BaseSettings()), first)
    assert await catalog.base(BASE) == second
    assert await catalog.change_base(base(), second)
    assert await catalog.base(BASE) == base()
