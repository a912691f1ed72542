"""Who may sign in, and the sessions that a sign-in opens."""

from dataclasses import dataclass, field
from datetime import datetime

from shared.domain.roles import Role


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
    """One sign-in, as a chain of refresh tokens of which the last alone is good; a hash of its secret is kept."""

    user: str
    id: str
    secret_hash: str = field(repr=False)
    epoch: int
    created_at: datetime
    expires_at: datetime


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
