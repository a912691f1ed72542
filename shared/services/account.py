"""The account of a person, and its sessions."""

from dataclasses import dataclass

from shared.domain.conversations import Owner
from shared.ports.users import Sessions, Users


@dataclass(frozen=True)
class Account:
    """What a person signs in with."""

    users: Users
    sessions: Sessions

    async def erase(self, owner: Owner) -> None:
        """Forget the account and every session; one that is not there is no error."""
        await self.users.remove(owner.tenant, owner.user)
        await self.sessions.end_all(owner.user)
