"""Passwords and signatures, whose arithmetic comes from elsewhere."""

from typing import Protocol

from shared.domain.signatures import RequestHead, Signed
from shared.domain.users import AccessClaims


class Passwords(Protocol):
    """Turns passwords into hashes that are slow to guess."""

    async def hashed(self, password: str) -> str:
        """Return a salted hash."""
        ...

    async def matches(self, password: str, password_hash: str) -> bool:
        """Say whether the hash is of this password; an empty hash takes as long as any and matches nothing."""
        ...


class RequestSignatures(Protocol):
    """Reads the signatures of requests under keys that may be replaced while the process runs."""

    async def read(self, head: RequestHead) -> Signed:
        """Return what the one signature says. Raises BadSignature unless a present key signed all that has to be.

        Method, path, query, time, nonce and digests of the body have to be.
        """
        ...


class AccessTokens(Protocol):
    """Writes and reads access tokens under signing keys that may be replaced while the process runs."""

    async def written(self, claims: AccessClaims) -> str:
        """Sign claims with the newest key. Raises BadSetting or StoreUnavailable where there is none."""
        ...

    async def read(self, token: str) -> AccessClaims:
        """Return what a token says. Raises NotSignedIn unless a present key signed it and its time is now."""
        ...
