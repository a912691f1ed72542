"""Make and revoke the keys that programs sign in with, and find out whom one speaks for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import compare_digest
from uuid import uuid4

from shared.domain.access import Principal, labels_of
from shared.domain.audit import Deed
from shared.domain.errors import NotFound, NotSignedIn
from shared.domain.roles import Role
from shared.domain.service_keys import ServiceKey
from shared.ports.service_keys import ServiceKeys
from shared.services.sign_in import hash_of, new_secret
from shared.services.trail import Trail

MARK = "key_"
"""How the token of a service key begins; the id and the secret follow."""


@dataclass(frozen=True)
class ServiceKeyring:
    """The service keys of the principal's tenant. Whoever calls has checked that the principal may."""

    kept: ServiceKeys
    trail: Trail
    clock: Callable[[], datetime]
    tenant: str

    async def make(
        self, principal: Principal, name: str, role: Role, groups: frozenset[str], request_id: str
    ) -> tuple[ServiceKey, str]:
        """Make a key and return it with its token, which nobody can show again."""
        secret = new_secret()
        key = ServiceKey(principal.tenant, uuid4().hex, name, hash_of(secret), role, groups, self.clock())
        await self.kept.keep(key)
        await self.trail.note(principal, Deed.ADDED, MARK + key.id, request_id)
        return key, f"{MARK}{key.id}.{secret}"

    async def list(self, principal: Principal, limit: int, after: str) -> Sequence[ServiceKey]:
        """Return one page of keys."""
        return await self.kept.keys(principal.tenant, limit, after)

    async def revoke(self, principal: Principal, id: str, request_id: str) -> None:
        """Let a key speak for nobody any more. Raises NotFound."""
        if await self.kept.key(principal.tenant, id) is None:
            raise NotFound(f"there is no service key {id!r}", id=id)
        await self.kept.remove(principal.tenant, id)
        await self.trail.note(principal, Deed.REVOKED, MARK + id, request_id)

    async def principal(self, token: str) -> Principal | None:
        """Return whom a token speaks for, or None where it is no service key's. Raises NotSignedIn."""
        if not token.startswith(MARK):
            return None
        id, _, secret = token.removeprefix(MARK).partition(".")
        key = await self.kept.key(self.tenant, id)
        if key is None or not compare_digest(key.secret_hash, hash_of(secret)):
            raise NotSignedIn("the token is not valid, or not any more; sign in again")
        return Principal(key.tenant, MARK + key.id, labels_of(MARK + key.id, key.groups), key.role)
