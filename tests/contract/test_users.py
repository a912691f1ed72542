"""The contracts of the ports Users and Sessions."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.azure.cosmos.users import CosmosSessions, CosmosUsers
from infra.local.sqlite import Database
from infra.local.users import SqliteSessions, SqliteUsers
from shared.domain.errors import Conflict
from shared.domain.roles import Role
from shared.domain.users import Session, User
from shared.ports.users import Sessions, Users
from tests.contract.odd_names import ODD_NAMES
from tests.contract.state_grounds import GROUNDS, cosmos

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
ADA = User("heron", "ada", "ada'\"--@heron.example", "a hash", Role.USER, NOW, frozenset({"crew", "乘员"}), True, 3)
SESSION = Session("ada", "one", "hash of the first", 3, NOW, NOW + timedelta(days=30))


@pytest.fixture(params=GROUNDS)
async def users(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Users]:
    if request.param == "azure":
        async with cosmos(request.getfixturevalue("cosmos_server")) as connection:
            yield CosmosUsers(connection)
        return
    database = Database(tmp_path / "identity.sqlite")
    yield SqliteUsers(database)
    database.close()


@pytest.fixture(params=GROUNDS)
async def sessions(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Sessions]:
    if request.param == "azure":
        async with cosmos(request.getfixturevalue("cosmos_server")) as connection:
            yield CosmosSessions(connection)
        return
    database = Database(tmp_path / "identity.sqlite")
    yield SqliteSessions(database)
    database.close()


async def test_a_person_comes_back_as_they_were_added(users: Users) -> None:
    await users.add(ADA)
    assert await users.user("heron", "ada") == ADA
    assert await users.with_email("heron", ADA.email) == ADA


async def test_a_person_is_in_no_other_tenant(users: Users) -> None:
    await users.add(ADA)
    assert await users.user("stork", "ada") is None
    assert await users.with_email("stork", ADA.email) is None
    assert await users.users("stork", 10) == []
    await users.remove("stork", "ada")
    assert not await users.change(replace(ADA, tenant="stork", role=Role.ADMIN), replace(ADA, tenant="stork"))
    assert await users.user("heron", "ada") == ADA


async def test_an_address_is_taken_once_in_a_tenant(users: Users) -> None:
    await users.add(ADA)
    await users.add(replace(ADA, tenant="stork"))
    with pytest.raises(Conflict) as refusal:
        await users.add(replace(ADA, id="another"))
    assert ADA.email not in refusal.value.message
    assert [each.id for each in await users.users("heron", 10)] == ["ada"]


async def test_of_many_who_want_one_address_one_gets_it(users: Users) -> None:
    wanting = [users.add(replace(ADA, id=f"person-{number}")) for number in range(8)]
    outcomes = await asyncio.gather(*wanting, return_exceptions=True)
    assert sum(each is None for each in outcomes) == 1
    assert sum(isinstance(each, Conflict) for each in outcomes) == 7


async def test_people_are_listed_page_by_page(users: Users) -> None:
    for name in ("c", "a", "b"):
        await users.add(replace(ADA, id=name, email=f"{name}@heron.example"))
    assert [each.id for each in await users.users("heron", 2)] == ["a", "b"]
    assert [each.id for each in await users.users("heron", 2, after="b")] == ["c"]


async def test_a_change_holds_where_nobody_else_changed_the_person(users: Users) -> None:
    await users.add(ADA)
    promoted = replace(ADA, role=Role.ADMIN, epoch=4)
    assert await users.change(promoted, ADA)
    assert not await users.change(replace(ADA, is_disabled=False), ADA)
    assert await users.user("heron", "ada") == promoted


async def test_a_person_who_is_removed_is_gone_and_their_address_free(users: Users) -> None:
    await users.add(ADA)
    await users.remove("heron", "ada")
    await users.remove("heron", "ada")
    assert await users.user("heron", "ada") is None
    assert not await users.change(replace(ADA, role=Role.ADMIN), ADA)
    await users.add(replace(ADA, id="another"))


async def test_a_session_comes_back_as_it_was_started(sessions: Sessions) -> None:
    await sessions.start(SESSION)
    assert await sessions.session("ada", "one") == SESSION
    assert await sessions.session("ben", "one") is None


async def test_of_many_rotations_of_one_secret_one_holds(sessions: Sessions) -> None:
    await sessions.start(SESSION)
    following = [SESSION.rotated(f"hash {number}", SESSION.secret_hash, NOW) for number in range(8)]
    done = await asyncio.gather(*(sessions.rotate(SESSION, each) for each in following))
    assert sum(done) == 1
    assert await sessions.session("ada", "one") == following[done.index(True)]


async def test_a_session_that_ended_is_gone_and_is_not_gone_on_with(sessions: Sessions) -> None:
    await sessions.start(SESSION)
    await sessions.end("ada", "one")
    await sessions.end("ada", "one")
    assert await sessions.session("ada", "one") is None
    assert not await sessions.rotate(SESSION, replace(SESSION, secret_hash="another"))


async def test_all_sessions_of_a_person_end_and_no_others(sessions: Sessions) -> None:
    for session in (SESSION, replace(SESSION, id="two"), replace(SESSION, user="ben")):
        await sessions.start(session)
    assert [each.id for each in await sessions.sessions("ada")] == ["one", "two"]
    await sessions.end_all("ada")
    assert await sessions.sessions("ada") == []
    assert [each.id for each in await sessions.sessions("ben")] == ["one"]


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_a_person_with_any_name_is_kept_and_found_literally(users: Users, name: str) -> None:
    odd = replace(ADA, tenant=name, id=name, email=name, groups=frozenset({name}))
    neighbour = replace(ADA, tenant=name)
    await users.add(odd)
    await users.add(neighbour)
    assert await users.user(name, name) == await users.with_email(name, name) == odd
    assert {each.id for each in await users.users(name, 10)} == {name, ADA.id}
    with pytest.raises(Conflict):
        await users.add(replace(odd, id="another"))
    await users.remove(name, name)
    assert await users.users(name, 10) == [neighbour]


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
async def test_a_session_with_any_name_is_kept_and_found_literally(sessions: Sessions, name: str) -> None:
    odd, neighbour = replace(SESSION, user=name, id=name), replace(SESSION, user=name)
    await sessions.start(odd)
    await sessions.start(neighbour)
    assert await sessions.session(name, name) == odd
    await sessions.end(name, name)
    assert await sessions.sessions(name) == [neighbour]
