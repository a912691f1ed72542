"""Find out who a token speaks for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from secrets import compare_digest

from shared.domain.access import Principal, labels_of
from shared.domain.errors import NotSignedIn
from shared.domain.roles import Role
from shared.ports.directory import Directory
from shared.ports.signing import AccessTokens
from shared.ports.users import Users
from shared.services.service_keys import ServiceKeyring

FIRST_ADMINISTRATOR = "administrator"
"""The user that the key of the settings speaks for."""


@dataclass(frozen=True)
class Authentication:
    """Reads bearer tokens; the person is read each time, so that what an administrator changes holds at once."""

    users: Users
    tokens: AccessTokens
    tenant: str
    admin_key: Callable[[], Awaitable[str]] | None
    service_keys: ServiceKeyring
    directory: Directory | None

    async def principal(self, token: str) -> Principal:
        """Return whom a token speaks for. Raises NotSignedIn, which says no more, or StoreUnavailable."""
        if self.admin_key and compare_digest(token.encode(), (await self.admin_key()).encode()):
            return Principal(self.tenant, FIRST_ADMINISTRATOR, labels_of(FIRST_ADMINISTRATOR), Role.ADMIN)
        if program := await self.service_keys.principal(token):
            return program
        if self.directory and (found := await self.directory.principal(token)):
            return found
        return await self._of_user(token)

    async def _of_user(self, token: str) -> Principal:
        claims = await self.tokens.read(token)
        user = await self.users.user(claims.tenant, claims.user)
        if user is None or user.is_disabled or user.epoch != claims.epoch or claims.tenant != self.tenant:
            raise NotSignedIn("the token is not valid, or not any more; sign in again")
        return Principal(user.tenant, user.id, labels_of(user.id, user.groups), user.role)
