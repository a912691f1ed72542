"""Say who spent something, of whom the ledger knows the id alone."""

from dataclasses import dataclass

from shared.domain.roles import Role
from shared.ports.service_keys import ServiceKeys
from shared.ports.users import Users
from shared.services.authentication import FIRST_ADMINISTRATOR
from shared.services.service_keys import MARK


@dataclass(frozen=True)
class Spenders:
    """The people and programs of the registers; `tenant` is that of the first administrator."""

    users: Users
    service_keys: ServiceKeys
    tenant: str

    async def role(self, tenant: str, user: str) -> Role | None:
        """Return somebody's present role, or None for whom no register knows.

        Those are the people of a directory, whose role stands in their tokens alone, and whoever is gone.
        """
        if (tenant, user) == (self.tenant, FIRST_ADMINISTRATOR):
            return Role.ADMIN
        if user.startswith(MARK):
            key = await self.service_keys.key(tenant, user.removeprefix(MARK))
            return key.role if key else None
        person = await self.users.user(tenant, user)
        return person.role if person else None
