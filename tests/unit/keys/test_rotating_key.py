"""A key that may be replaced while the process runs."""

import asyncio

import pytest

from infra.rotating_key import FRESH_SECONDS, PATIENCE_SECONDS, RotatingKey
from shared.domain.errors import BadSetting, StoreUnavailable


class Shelf:
    """Secrets that can be changed, counted and taken away."""

    def __init__(self) -> None:
        self.value, self.asked = "one", 0
        self.error: Exception | None = None
        self.now = 0.0

    async def secret(self, name: str) -> str:
        self.asked += 1
        await asyncio.sleep(0)
        if self.error:
            raise self.error
        return self.value


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def key(shelf: Shelf) -> RotatingKey:
    return RotatingKey(shelf, "the-key", clock=lambda: shelf.now)


async def test_a_key_is_looked_up_once_for_everybody(shelf: Shelf, key: RotatingKey) -> None:
    assert set(await asyncio.gather(*(key() for _ in range(20)))) == {"one"}
    assert shelf.asked == 1


async def test_a_replaced_key_is_taken_up_when_the_old_one_is_no_longer_fresh(shelf: Shelf, key: RotatingKey) -> None:
    await key()
    shelf.value = "two"
    shelf.now = FRESH_SECONDS - 1
    assert await key() == "one"
    shelf.now = FRESH_SECONDS
    assert await key() == "two"


async def test_a_refused_key_is_looked_up_at_once(shelf: Shelf, key: RotatingKey) -> None:
    await key()
    shelf.value = "two"
    key.refused()
    assert await key() == "two"
    assert shelf.asked == 2


async def test_the_last_known_key_serves_while_the_secrets_are_away(shelf: Shelf, key: RotatingKey) -> None:
    await key()
    shelf.error, shelf.now = StoreUnavailable("away"), FRESH_SECONDS
    assert [await key(), await key()] == ["one", "one"]
    assert shelf.asked == 2
    shelf.error, shelf.value, shelf.now = None, "two", FRESH_SECONDS + PATIENCE_SECONDS
    assert await key() == "two"


@pytest.mark.parametrize("error", [StoreUnavailable("away"), BadSetting("no such secret")])
async def test_a_key_that_was_never_known_is_an_error(shelf: Shelf, key: RotatingKey, error: Exception) -> None:
    shelf.error = error
    with pytest.raises(type(error)):
        await key()


async def test_a_key_that_is_gone_from_the_secrets_is_no_longer_used(shelf: Shelf, key: RotatingKey) -> None:
    await key()
    shelf.error, shelf.now = BadSetting("no such secret"), FRESH_SECONDS
    with pytest.raises(BadSetting):
        await key()


async def test_a_key_is_in_no_representation(key: RotatingKey) -> None:
    assert await key() not in repr(key)
