"""Who may sign in, and the sessions that a sign-in opens."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hmac import compare_digest

from shared.domain.roles import Role

REPEAT_LIFE = timedelta(seconds=10)
"""How long a used refresh token may be sent again: who reloads a page in that moment lost the answer (ADR 0040)."""


@dataclass(frozen=True, slots=True)
class User:
    """A person who signs in with a password. Tokens of another `epoch` than the present one are void."""

    tenant: str
    id: str
    email: str
    password_hash: str = field(repr=False)
    role: Role
    created_at: datetime
    groups: frozenset[str] = frozenset()
    is_disabled: bool = False
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in, as a chain of refresh tokens; hashes are kept of the last secret and of the one that it replaced."""

    user: str
    id: str
    secret_hash: str = field(repr=False)
    epoch: int
    created_at: datetime
    expires_at: datetime
    former_hash: str = field(default="", repr=False)
    rotated_at: datetime | None = None

    def goes_on_with(self, secret_hash: str, now: datetime) -> bool:
        """Say whether a secret is good: the last one, or for a moment the one that it replaced."""
        if compare_digest(secret_hash, self.secret_hash):
            return True
        is_former = compare_digest(secret_hash, self.former_hash)
        return is_former and self.rotated_at is not None and timedelta(0) <= now - self.rotated_at <= REPEAT_LIFE

    def rotated(self, secret_hash: str, known_hash: str, now: datetime) -> "Session":
        """Return what follows for who came with `known_hash`; coming again does not lengthen the moment."""
        is_repeated = known_hash == self.former_hash
        rotated_at = self.rotated_at if is_repeated else now
        return replace(self, secret_hash=secret_hash, former_hash=known_hash, rotated_at=rotated_at)


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What an access token says: who, in which tenant, since and until when, and the epoch it belongs to."""

    tenant: str
    user: str
    epoch: int
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a sign-in gives: a short access token, its life in seconds, and the refresh token for the next pair."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
