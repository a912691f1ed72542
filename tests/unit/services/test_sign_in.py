"""Signing in takes the same work whatever is wrong."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.domain.errors import NotSignedIn
from shared.domain.roles import Role
from shared.domain.users import User
from shared.services.sign_in import SignIn

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADA = User("heron", "ada", "ada@heron.example", "the hash", Role.USER, NOW)


class Register:
    """Knows one person, who may be disabled."""

    def __init__(self, known: User | None) -> None:
        self._known = known

    async def with_email(self, tenant: str, email: str) -> User | None:
        """Return the person."""
        return self._known


class Comparisons:
    """Says of each comparison what it is told to, and counts them."""

    def __init__(self, answer: bool) -> None:
        self._answer = answer
        self.hashes: list[str] = []

    async def matches(self, password: str, password_hash: str) -> bool:
        """Compare."""
        self.hashes.append(password_hash)
        return self._answer and bool(password_hash)


@pytest.mark.parametrize(
    ("known", "is_right"),
    [
        (None, False),
        (ADA, False),
        (User(ADA.tenant, ADA.id, ADA.email, ADA.password_hash, ADA.role, NOW, is_disabled=True), True),
    ],
    ids=["nobody", "a wrong password", "disabled"],
)
async def test_every_refusal_takes_one_comparison_and_says_the_same(known: User | None, is_right: bool) -> None:
    passwords, untouched = Comparisons(is_right), Any
    sign_in = SignIn(Register(known), untouched, passwords, untouched, lambda: NOW, "heron", None)  # type: ignore[arg-type]
    with pytest.raises(NotSignedIn) as refused:
        await sign_in.login("ada@heron.example", "correct horse battery")
    assert passwords.hashes == [known.password_hash if known else ""]
    assert refused.value.message == "the e-mail address or the password is wrong"
