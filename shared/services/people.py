"""Keep the people who sign in, and who did what to them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.domain.access import Principal
from shared.domain.audit import AuditEntry, Deed
from shared.domain.errors import Conflict, NotFound
from shared.domain.roles import Role
from shared.domain.users import User
from shared.ports.audit import AuditTrail
from shared.ports.users import Sessions, Users
from shared.services.sign_in import SignIn
from shared.services.trail import Trail

ATTEMPTS = 5
"""Times that a change is tried while others change the same person."""


@dataclass(frozen=True)
class People:
    """The people of the principal's tenant. Whoever calls has checked that the principal may."""

    users: Users
    sessions: Sessions
    audit: AuditTrail
    trail: Trail
    sign_in: SignIn

    async def add(self, principal: Principal, email: str, password: str, role: Role, request_id: str) -> User:
        """Add a person with a role. Raises BadRequest, or Conflict for a taken address."""
        user = await self.sign_in.admit(email, password, role)
        await self.trail.note(principal, Deed.ADDED, user.id, request_id)
        return user

    async def list(self, principal: Principal, limit: int, after: str) -> Sequence[User]:
        """Return one page of people."""
        return await self.users.users(principal.tenant, limit, after)

    async def get(self, tenant: str, id: str) -> User:
        """Return a person. Raises NotFound."""
        user = await self.users.user(tenant, id)
        if user is None:
            raise NotFound(f"there is no user {id!r}", id=id)
        return user

    async def change(
        self,
        principal: Principal,
        id: str,
        request_id: str,
        *,
        role: Role | None = None,
        groups: frozenset[str] | None = None,
        is_disabled: bool | None = None,
    ) -> User:
        """Change what is given. Whoever is disabled is signed out at once. Raises NotFound, or Conflict in a storm."""
        for _ in range(ATTEMPTS):
            known = await self.get(principal.tenant, id)
            disabled = known.is_disabled if is_disabled is None else is_disabled
            changed = replace(
                known,
                role=role or known.role,
                groups=known.groups if groups is None else groups,
                is_disabled=disabled,
                epoch=known.epoch + (disabled and not known.is_disabled),
            )
            if await self.users.change(changed, known):
                if disabled:
                    await self.sessions.end_all(id)
                await self.trail.note(principal, Deed.DISABLED if disabled else Deed.CHANGED, id, request_id)
                return changed
        raise Conflict("the user is being changed by others; try again", id=id)

    async def rows(self, principal: Principal, limit: int, after: str) -> Sequence[AuditEntry]:
        """Return one page of the audit trail."""
        return await self.audit.entries(principal.tenant, limit, after)
