"""Register, sign in, and go on with a session."""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from shared.domain.errors import AccessDenied, BadRequest, NotSignedIn
from shared.domain.roles import Role
from shared.domain.users import AccessClaims, Session, TokenPair, User
from shared.ports.signing import AccessTokens, Passwords
from shared.ports.users import Sessions, Users

ACCESS_LIFE = timedelta(minutes=15)
"""How long an access token is good."""

SESSION_LIFE = timedelta(days=30)
"""How long after its sign-in a session may be gone on with."""

ROTATION_ATTEMPTS = 3
"""A page that is reloaded while its renewal is on the way asks once more: two at once are ordinary, many are not."""

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
"""Characters. NIST SP 800-63B asks for eight at the least and no upper bound below 64."""

EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,189}")
REFUSED = "the e-mail address or the password is wrong"
ENDED = "the session has ended; sign in again"


@dataclass(frozen=True)
class SignIn:
    """Sign-in with a password, in the tenant of this deployment; `role` is what newcomers get, None lets none in."""

    users: Users
    sessions: Sessions
    passwords: Passwords
    tokens: AccessTokens
    clock: Callable[[], datetime]
    tenant: str
    role: Role | None

    async def register(self, email: str, password: str) -> User:
        """Add a person. Raises AccessDenied where nobody may register, BadRequest, or Conflict for a taken address."""
        if self.role is None:
            raise AccessDenied("nobody may register here (setting SIGN_UP); ask an administrator")
        return await self.admit(email, password, self.role)

    async def admit(self, email: str, password: str, role: Role) -> User:
        """Add a person with a role. Raises BadRequest, or Conflict for a taken address."""
        address = checked_email(email)
        check_password(password)
        password_hash = await self.passwords.hashed(password)
        user = User(self.tenant, uuid4().hex, address, password_hash, role, self.clock())
        await self.users.add(user)
        return user

    async def login(self, email: str, password: str) -> TokenPair:
        """Open a session. Raises NotSignedIn, after the same work and in the same words whatever is wrong."""
        user = await self.users.with_email(self.tenant, email.strip().casefold())
        # Whoever is not there has an empty hash, which costs as much to compare with as any other.
        is_right = await self.passwords.matches(password, user.password_hash if user else "")
        if not is_right or user is None or user.is_disabled:
            raise NotSignedIn(REFUSED)
        now, secret = self.clock(), new_secret()
        session = Session(user.id, uuid4().hex, hash_of(secret), user.epoch, now, now + SESSION_LIFE)
        await self.sessions.start(session)
        return await self._pair(user, session, secret)

    async def refresh(self, refresh_token: str) -> TokenPair:
        """Give the next pair of tokens. Raises NotSignedIn, and a token of longer ago ends its session."""
        user_id, session_id, secret = parts_of(refresh_token)
        user = await self.users.user(self.tenant, user_id)
        for _ in range(ROTATION_ATTEMPTS):
            session = await self.sessions.session(user_id, session_id)
            if user is None or session is None or not self._goes_on(user, session, hash_of(secret)):
                break
            following = new_secret()
            rotated = session.rotated(hash_of(following), hash_of(secret), self.clock())
            if await self.sessions.rotate(session, rotated):
                return await self._pair(user, session, following)
        await self.sessions.end(user_id, session_id)
        raise NotSignedIn(ENDED)

    def _goes_on(self, user: User, session: Session, secret_hash: str) -> bool:
        now = self.clock()
        is_current = not user.is_disabled and user.epoch == session.epoch and now < session.expires_at
        return is_current and session.goes_on_with(secret_hash, now)

    async def _pair(self, user: User, session: Session, secret: str) -> TokenPair:
        now = self.clock()
        claims = AccessClaims(user.tenant, user.id, user.epoch, now, now + ACCESS_LIFE)
        access = await self.tokens.written(claims)
        return TokenPair(access, f"{user.id}.{session.id}.{secret}", int(ACCESS_LIFE.total_seconds()))


def checked_email(email: str) -> str:
    """Return an address as it is kept. Raises BadRequest for what cannot be one."""
    address = email.strip().casefold()
    if not EMAIL.fullmatch(address):
        raise BadRequest("the e-mail address has to look like name@place", field="email")
    return address


def check_password(password: str) -> None:
    """Raise BadRequest unless the password is of a good length."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadRequest(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters", field="password")


def new_secret() -> str:
    """Make a secret of 256 random bits, so that a plain hash of it cannot be guessed back."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def parts_of(refresh_token: str) -> tuple[str, str, str]:
    """Return user, session and secret of a refresh token. Raises NotSignedIn for what is none."""
    parts = refresh_token.split(".")
    if len(parts) != 3 or not all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", part) for part in parts):
        raise NotSignedIn(ENDED)
    return parts[0], parts[1], parts[2]
