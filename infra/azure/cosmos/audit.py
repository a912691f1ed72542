"""The audit trail in Cosmos DB, a partition per tenant; items are created and nothing else."""

from collections.abc import Sequence
from datetime import datetime

from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import AUDIT
from infra.azure.cosmos.names import item_name
from infra.azure.cosmos.table import Item, Table, with_partition
from shared.domain.audit import AuditEntry, Deed

PAGE = "SELECT * FROM c WHERE c.entry > @after ORDER BY c.entry"


class CosmosAuditTrail:
    """Implements the port AuditTrail."""

    def __init__(self, connection: CosmosConnection) -> None:
        self._entries = Table(connection, AUDIT)

    async def note(self, entry: AuditEntry) -> None:
        """See the port."""
        await self._entries.create(item_of(entry))

    async def entries(self, tenant: str, limit: int, after: str = "") -> Sequence[AuditEntry]:
        """See the port."""
        items = await self._entries.query(item_name(tenant), PAGE, {"@after": after}, limit)
        return [entry_of(item) for item in items]


def item_of(entry: AuditEntry) -> Item:
    """Write a row."""
    return with_partition(
        item_name(entry.tenant),
        item_name(entry.id),
        tenant=entry.tenant,
        entry=entry.id,
        at=entry.at.isoformat(),
        who=entry.who,
        deed=entry.deed.value,
        about=entry.about,
        request_id=entry.request_id,
        before=sorted(entry.before),
        after=sorted(entry.after),
    )


def entry_of(item: Item) -> AuditEntry:
    """Read a row."""
    return AuditEntry(
        tenant=item["tenant"],
        id=item["entry"],
        at=datetime.fromisoformat(item["at"]),
        who=item["who"],
        deed=Deed(item["deed"]),
        about=item["about"],
        request_id=item["request_id"],
        before=frozenset(item.get("before", ())),
        after=frozenset(item.get("after", ())),
    )
