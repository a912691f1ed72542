"""Going on with a session: an answer that was lost, a token that two people hold, and when each is told apart."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.local.sqlite import Database
from infra.local.users import SqliteSessions, SqliteUsers
from shared.domain.errors import NotSignedIn
from shared.domain.roles import Role
from shared.domain.users import REPEAT_LIFE, AccessClaims, User
from shared.services.sign_in import SESSION_LIFE, SignIn, hash_of, parts_of

NOW = datetime(2026, 2, 28, 23, 59, 55, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)

EARLIER = """
CREATE TABLE session (
  user TEXT NOT NULL, id TEXT NOT NULL, secret_hash TEXT NOT NULL, epoch INTEGER NOT NULL,
  created_at TEXT NOT NULL, expires_at TEXT NOT NULL, PRIMARY KEY (user, id)
) WITHOUT ROWID;
"""
EARLIER_SESSION = (hash_of("secret"), NOW.isoformat(), (NOW + SESSION_LIFE).isoformat())


class Known:
    """Every password is right, and an access token is the name of its person."""

    async def matches(self, password: str, password_hash: str) -> bool:
        """Say yes."""
        return True

    async def written(self, claims: AccessClaims) -> str:
        """Name the person."""
        return claims.user


class House:
    """Sign-in over SQLite with a clock that is set by hand."""

    def __init__(self, database: Database) -> None:
        self.now = NOW
        self.users, self.sessions, known = SqliteUsers(database), SqliteSessions(database), Known()
        self.sign_in = SignIn(self.users, self.sessions, known, known, lambda: self.now, "heron", None)  # type: ignore[arg-type]

    async def begun(self) -> str:
        """Register somebody, sign them in, and return the first refresh token."""
        await self.users.add(User("heron", "ada", "ada@heron.example", "a hash", Role.USER, NOW))
        return (await self.sign_in.login("ada@heron.example", "any")).refresh_token

    async def next(self, token: str) -> str:
        """Return the refresh token that follows."""
        return (await self.sign_in.refresh(token)).refresh_token

    async def is_over(self) -> bool:
        """Say whether no session is left."""
        return not await self.sessions.sessions("ada")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    database = Database(tmp_path / "house.db")
    yield House(database)
    database.close()


async def test_a_renewal_whose_answer_was_lost_is_asked_for_again(house: House) -> None:
    first = await house.begun()
    await house.next(first)
    house.now += REPEAT_LIFE
    third = await house.next(first)
    house.now += SESSION_LIFE - REPEAT_LIFE - INSTANT
    assert await house.next(third)


async def test_a_token_of_longer_ago_ends_its_session(house: House) -> None:
    first = await house.begun()
    second = await house.next(first)
    house.now += REPEAT_LIFE + INSTANT
    with pytest.raises(NotSignedIn):
        await house.next(first)
    assert await house.is_over()
    with pytest.raises(NotSignedIn):
        await house.next(second)


async def test_asking_again_does_not_lengthen_the_moment(house: House) -> None:
    first = await house.begun()
    await house.next(first)
    house.now += REPEAT_LIFE
    await house.next(first)
    house.now += INSTANT
    with pytest.raises(NotSignedIn):
        await house.next(first)


async def test_two_holders_of_one_token_end_the_session(house: House) -> None:
    first = await house.begun()
    second = await house.next(first)
    third = await house.next(first)
    with pytest.raises(NotSignedIn):
        await house.next(second)
    with pytest.raises(NotSignedIn):
        await house.next(third)


async def test_a_token_is_not_repeated_once_its_successor_was_used(house: House) -> None:
    first = await house.begun()
    await house.next(await house.next(first))
    with pytest.raises(NotSignedIn):
        await house.next(first)
    assert await house.is_over()


async def test_a_clock_that_was_set_back_repeats_nothing(house: House) -> None:
    first = await house.begun()
    await house.next(first)
    house.now -= INSTANT
    with pytest.raises(NotSignedIn):
        await house.next(first)


async def test_two_renewals_at_once_are_both_answered_and_one_token_is_left(house: House) -> None:
    first = await house.begun()
    both = await asyncio.gather(house.next(first), house.next(first))
    (session,) = await house.sessions.sessions("ada")
    good = [each for each in both if session.goes_on_with(hashed(each), house.now)]
    assert len(good) == 1
    assert await house.next(good[0])


async def test_a_session_in_a_file_of_an_earlier_version_goes_on(tmp_path: Path) -> None:
    database = Database(tmp_path / "house.db")
    database.create(EARLIER)
    await database.write("INSERT INTO session VALUES ('ada', 'one', ?, 0, ?, ?)", EARLIER_SESSION)
    house = House(database)
    await house.users.add(User("heron", "ada", "ada@heron.example", "a hash", Role.USER, NOW))
    assert await house.next("ada.one.secret")
    assert await house.next("ada.one.secret")
    database.close()


async def test_a_session_ends_with_its_time(house: House) -> None:
    first = await house.begun()
    house.now += SESSION_LIFE
    with pytest.raises(NotSignedIn):
        await house.next(first)
    assert await house.is_over()


def hashed(token: str) -> str:
    return hash_of(parts_of(token)[2])
