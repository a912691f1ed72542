"""Password hashes, and that nobody learns who is there by the work that is done."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from infra.signing.passwords import KIBIBYTES, LANES, PASSES, ArgonPasswords


@pytest.fixture
def passwords() -> ArgonPasswords:
    return ArgonPasswords(kibibytes=8, passes=1)


@pytest.mark.parametrize("password", ["correct horse battery", "密码密码密码密码", "\ud800 half a pair", "\x00" * 12])
async def test_a_password_matches_its_hash_and_no_other(passwords: ArgonPasswords, password: str) -> None:
    kept = await passwords.hashed(password)
    assert await passwords.matches(password, kept)
    assert not await passwords.matches(password + "x", kept)
    assert not await passwords.matches(password[:-1], kept)
    assert kept != await passwords.hashed(password)


@pytest.mark.parametrize("kept", ["", "no hash", "$argon2id$v=19$m=8,t=1,p=1$x$y"])
async def test_nothing_matches_what_is_no_hash(passwords: ArgonPasswords, kept: str) -> None:
    assert not await passwords.matches("", kept)
    assert not await passwords.matches("correct horse battery", kept)


async def test_passwords_are_kept_as_argon2id_with_the_recommended_cost() -> None:
    passwords = ArgonPasswords()
    parameters = extract_parameters(await passwords.hashed("correct horse battery"))
    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (KIBIBYTES, PASSES, LANES)


async def test_whoever_is_not_there_costs_the_same_work(
    passwords: ArgonPasswords, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str, password: bytes) -> bool:
        verified.append(kept)
        return verify(self, kept, password)

    kept = await passwords.hashed("correct horse battery")
    monkeypatch.setattr(PasswordHasher, "verify", counted)
    hashed: list[bytes] = []
    make = PasswordHasher.hash
    monkeypatch.setattr(PasswordHasher, "hash", lambda self, text: hashed.append(text) or make(self, text))
    assert await passwords.matches("correct horse battery", kept)
    assert len(hashed) == 1
    verified.clear()
    for known in (kept, "", ""):
        assert not await passwords.matches("another password", known)
    assert (len(verified), len(hashed)) == (3, 1)
    assert [extract_parameters(each) for each in verified] == [extract_parameters(kept)] * 3
