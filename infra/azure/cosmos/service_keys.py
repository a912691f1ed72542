"""The keys that programs sign in with, in Cosmos DB, a partition per tenant."""

from collections.abc import Sequence
from datetime import datetime

from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import SERVICE_KEYS
from infra.azure.cosmos.names import item_name
from infra.azure.cosmos.table import Item, Table, with_partition
from shared.domain.roles import Role
from shared.domain.service_keys import ServiceKey

PAGE = "SELECT * FROM c WHERE c.key > @after ORDER BY c.key"


class CosmosServiceKeys:
    """Implements the port ServiceKeys."""

    def __init__(self, connection: CosmosConnection) -> None:
        self._keys = Table(connection, SERVICE_KEYS)

    async def keep(self, key: ServiceKey) -> None:
        """See the port."""
        await self._keys.put(item_of(key))

    async def key(self, tenant: str, id: str) -> ServiceKey | None:
        """See the port."""
        item = await self._keys.read(item_name(tenant), item_name(id))
        return key_of(item) if item else None

    async def keys(self, tenant: str, limit: int, after: str = "") -> Sequence[ServiceKey]:
        """See the port."""
        items = await self._keys.query(item_name(tenant), PAGE, {"@after": after}, limit)
        return [key_of(item) for item in items]

    async def remove(self, tenant: str, id: str) -> None:
        """See the port."""
        await self._keys.delete(item_name(tenant), item_name(id))


def item_of(key: ServiceKey) -> Item:
    """Write a key."""
    return with_partition(
        item_name(key.tenant),
        item_name(key.id),
        tenant=key.tenant,
        key=key.id,
        name=key.name,
        secret_hash=key.secret_hash,
        role=key.role.value,
        groups=sorted(key.groups),
        created_at=key.created_at.isoformat(),
    )


def key_of(item: Item) -> ServiceKey:
    """Read a key."""
    return ServiceKey(
        tenant=item["tenant"],
        id=item["key"],
        name=item["name"],
        secret_hash=item["secret_hash"],
        role=Role(item["role"]),
        groups=frozenset(item["groups"]),
        created_at=datetime.fromisoformat(item["created_at"]),
    )
