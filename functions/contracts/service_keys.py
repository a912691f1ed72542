"""Service keys as JSON."""

from datetime import datetime

from pydantic import BaseModel, Field

from functions.contracts.accepting import Accepting
from functions.contracts.identity import GroupName
from shared.domain.roles import GivenRole, Role
from shared.domain.service_keys import ServiceKey


class NewServiceKey(Accepting):
    """A service key to make."""

    name: str = Field(min_length=1, max_length=100)
    role: GivenRole = Role.USER
    groups: list[GroupName] = Field(default_factory=list, max_length=100)


class ServiceKeyAnswer(BaseModel):
    """A service key; `token` is given once, when the key is made."""

    id: str
    name: str
    role: Role
    groups: list[str]
    created_at: datetime
    token: str | None = None

    @classmethod
    def of(cls, key: ServiceKey, token: str | None = None) -> "ServiceKeyAnswer":
        """Write a key, without what is kept of its secret."""
        return cls(
            id=key.id,
            name=key.name,
            role=key.role,
            groups=sorted(key.groups),
            created_at=key.created_at,
            token=token,
        )


class ServiceKeyList(BaseModel):
    """One page of service keys; `next` is empty on the last."""

    items: list[ServiceKeyAnswer]
    next: str
