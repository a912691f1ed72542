"""The contract of the port ServiceKeys."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.azure.cosmos.service_keys import CosmosServiceKeys
from infra.local.service_keys import SqliteServiceKeys
from infra.local.sqlite import Database
from shared.domain.roles import Role
from shared.domain.service_keys import ServiceKey
from shared.ports.service_keys import ServiceKeys
from tests.contract.odd_names import ODD_NAMES
from tests.contract.state_grounds import GROUNDS, cosmos

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
KEY = ServiceKey("heron", "b", "夜班 '\"; --", "a hash", Role.USER, frozenset({"crew"}), NOW)


@pytest.fixture(params=GROUNDS)
async def keys(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ServiceKeys]:
    if request.param == "azure":
        async with cosmos(request.getfixturevalue("cosmos_server")) as connection:
            yield CosmosServiceKeys(connection)
        return
    database = Database(tmp_path / "identity.sqlite")
    yield SqliteServiceKeys(database)
    database.close()


async def test_a_key_comes_back_as_it_was_kept_and_in_its_tenant_alone(keys: ServiceKeys) -> None:
    await keys.keep(KEY)
    assert await keys.key("heron", "b") == KEY
    assert await keys.key("stork", "b") is None
    await keys.remove("stork", "b")
    assert await keys.key("heron", "b") == KEY


async def test_keys_are_listed_page_by_page(keys: ServiceKeys) -> None:
    for key in (KEY, replace(KEY, id="c"), replace(KEY, id="a"), replace(KEY, tenant="stork", id="d")):
        await keys.keep(key)
    assert [each.id for each in await keys.keys("heron", 2)] == ["a", "b"]
    assert [each.id for each in await keys.keys("heron", 2, after="b")] == ["c"]


async def test_a_key_that_was_removed_is_gone(keys: ServiceKeys) -> None:
    await keys.keep(KEY)
    await keys.remove("heron", "b")
    await keys.remove("heron", "b")
    assert await keys.key("heron", "b") is None


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_a_key_with_any_name_is_kept_and_found_literally(keys: ServiceKeys, name: str) -> None:
    odd = replace(KEY, tenant=name, id=name, name=name, groups=frozenset({name}))
    neighbour = replace(KEY, tenant=name)
    await keys.keep(odd)
    await keys.keep(neighbour)
    assert await keys.key(name, name) == odd
    assert {each.id for each in await keys.keys(name, 10)} == {name, KEY.id}
    await keys.remove(name, name)
    assert await keys.keys(name, 10) == [neighbour]
