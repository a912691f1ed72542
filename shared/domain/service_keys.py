"""Keys that programs sign in with."""

from dataclasses import dataclass, field
from datetime import datetime

from shared.domain.roles import Role


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """A key of one program, of which a hash is kept; it speaks for a principal of its own."""

    tenant: str
    id: str
    name: str
    secret_hash: str = field(repr=False)
    role: Role
    groups: frozenset[str]
    created_at: datetime
