"""The contract of the port AuditTrail."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.azure.cosmos.audit import CosmosAuditTrail
from infra.local.audit import SCHEMA, SqliteAuditTrail
from infra.local.sqlite import Database
from shared.domain.audit import AuditEntry, Deed
from shared.ports.audit import AuditTrail
from tests.contract.odd_names import ODD_NAMES
from tests.contract.state_grounds import GROUNDS, cosmos

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
ENTRY = AuditEntry("heron", "b", NOW, "ada", Deed.DISABLED, "ben", "request-1")


@pytest.fixture(params=GROUNDS)
async def trail(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AuditTrail]:
    if request.param == "azure":
        async with cosmos(request.getfixturevalue("cosmos_server")) as connection:
            yield CosmosAuditTrail(connection)
        return
    database = Database(tmp_path / "identity.sqlite")
    yield SqliteAuditTrail(database)
    database.close()


async def test_rows_are_listed_oldest_first_and_for_their_tenant_alone(trail: AuditTrail) -> None:
    for entry in (ENTRY, replace(ENTRY, id="c"), replace(ENTRY, id="a"), replace(ENTRY, tenant="stork", id="d")):
        await trail.note(entry)
    assert await trail.entries("heron", 2) == [replace(ENTRY, id="a"), ENTRY]
    assert await trail.entries("heron", 2, after="b") == [replace(ENTRY, id="c")]


async def test_a_row_says_which_labels_were_changed_to_which(trail: AuditTrail) -> None:
    labels = frozenset({"everyone", "user:理事会"}), frozenset({"group:crew"})
    entry = replace(ENTRY, deed=Deed.RELABELLED, before=labels[0], after=labels[1])
    await trail.note(entry)
    assert await trail.entries("heron", 10) == [entry]


async def test_a_file_of_an_earlier_version_is_read_and_written_on(tmp_path: Path) -> None:
    database = Database(tmp_path / "identity.sqlite")
    database.create(SCHEMA)
    await database.write("INSERT INTO audit VALUES ('heron', 'a', ?, 'ada', 'added', 'ben', 'r')", (NOW.isoformat(),))
    trail = SqliteAuditTrail(database)
    await trail.note(ENTRY)
    assert await trail.entries("heron", 10) == [AuditEntry("heron", "a", NOW, "ada", Deed.ADDED, "ben", "r"), ENTRY]
    database.close()


async def test_a_row_that_stands_stays_as_it_is(trail: AuditTrail) -> None:
    await trail.note(ENTRY)
    await trail.note(replace(ENTRY, who="somebody else"))
    assert await trail.entries("heron", 10) == [ENTRY]


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = ? WHERE id = 'b'", "DELETE FROM audit WHERE tenant = ?"])
async def test_the_file_refuses_to_change_or_lose_a_row(tmp_path: Path, statement: str) -> None:
    database = Database(tmp_path / "identity.sqlite")
    trail = SqliteAuditTrail(database)
    await trail.note(ENTRY)
    with pytest.raises(sqlite3.IntegrityError):
        await database.write(statement, ("heron",))
    assert await trail.entries("heron", 10) == [ENTRY]
    database.close()


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_a_row_with_any_name_is_kept_and_found_literally(trail: AuditTrail, name: str) -> None:
    odd = replace(ENTRY, tenant=name, id=name, who=name)
    await trail.note(odd)
    await trail.note(replace(ENTRY, tenant=f"{name}."))
    assert await trail.entries(name, 10) == [odd]
    assert await trail.entries(name, 10, after=name) == []
