"""Hashes passwords with Argon2id."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from argon2 import PasswordHasher

Result = TypeVar("Result")

AT_ONCE = 2
"""Hashes made at the same time; each takes memory of its own, so that many sign-ins wait instead of filling it."""

KIBIBYTES, PASSES, LANES = 19 * 1024, 2, 1
"""The least that OWASP's password storage cheat sheet recommends for Argon2id."""


class ArgonPasswords:
    """Implements the port Passwords; the parameters may be lowered where nothing is at stake."""

    def __init__(self, kibibytes: int = KIBIBYTES, passes: int = PASSES, lanes: int = LANES) -> None:
        self._kibibytes, self._passes, self._lanes = kibibytes, passes, lanes
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")

    async def hashed(self, password: str) -> str:
        """See the port."""
        return await self._run(lambda: self._hasher.hash(encoded(password)))

    async def matches(self, password: str, password_hash: str) -> bool:
        """See the port."""

        def compared() -> bool:
            # Made with the first comparison, whomever it is for: else the first of nobody would take twice as long.
            decoy = self._decoy
            return self._matches(password, password_hash or decoy) and bool(password_hash)

        return await self._run(compared)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=True)

    def _matches(self, password: str, password_hash: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            return self._hasher.verify(password_hash, encoded(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        return PasswordHasher(self._passes, self._kibibytes, self._lanes)

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash(secrets.token_bytes(32))


def encoded(password: str) -> bytes:
    """Return the bytes of a password; half a surrogate pair is kept as it is."""
    return password.encode("utf-8", "surrogatepass")
