"""In which role somebody is who spent something."""

from datetime import UTC, datetime
from pathlib import Path

from infra.local.service_keys import SqliteServiceKeys
from infra.local.sqlite import Database
from infra.local.users import SqliteUsers
from shared.domain.roles import Role
from shared.domain.service_keys import ServiceKey
from shared.domain.users import User
from shared.services.spenders import Spenders

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def test_people_programs_and_the_first_administrator_have_a_role_and_others_have_none(tmp_path: Path) -> None:
    database = Database(tmp_path / "identity.sqlite")
    users, keys = SqliteUsers(database), SqliteServiceKeys(database)
    await users.add(User("heron", "ada", "ada@heron.example", "the hash", Role.USER, NOW))
    await keys.keep(ServiceKey("heron", "7", "importer", "the hash", Role.GUEST, frozenset(), NOW))
    spenders = Spenders(users, keys, "heron")
    known = {"ada": Role.USER, "key_7": Role.GUEST, "administrator": Role.ADMIN}
    assert {each: await spenders.role("heron", each) for each in known} == known
    assert [await spenders.role("heron", each) for each in ("key_8", "bo", "erased")] == [None] * 3
    # In another tenant the same ids are somebody else's.
    assert [await spenders.role("stork", each) for each in known] == [None] * 3
    database.close()
