"""The register of knowledge bases and documents in Cosmos DB, a partition per tenant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from infra.azure.cosmos.catalog_items import base_of, document_of, item_of_base, item_of_document
from infra.azure.cosmos.connection import CosmosConnection
from infra.azure.cosmos.containers import BASES, DOCUMENTS
from infra.azure.cosmos.exact_money import increase
from infra.azure.cosmos.names import item_name
from infra.azure.cosmos.table import Item, Refusal, Table, listed
from shared.domain.access import BaseKey, Principal
from shared.domain.documents import Document, DocumentState, KnowledgeBase
from shared.domain.errors import Conflict, StoreUnavailable
from shared.domain.money import Money

STORM = 8
"""Times that a document is read again because somebody else changed it in between, before that is an error."""

PAGE_OF_BASE = "SELECT * FROM c WHERE c.base = @base AND c.document > @after ORDER BY c.document"
CHANGES_OF_BASE = "SELECT * FROM c WHERE c.base = @base AND c.updated_at >= @since ORDER BY c.updated_at"
NAMES_OF_BASE = "SELECT c.id FROM c WHERE c.base = @base"


class CosmosCatalog:
    """Implements the port Catalog."""

    def __init__(self, connection: CosmosConnection) -> None:
        self._bases, self._documents = Table(connection, BASES), Table(connection, DOCUMENTS)

    async def create_base(self, base: KnowledgeBase) -> None:
        """See the port."""
        item = item_of_base(base, made_by=uuid4().hex)
        if await self._bases.create(item) is None:
            return
        # The answer to an earlier attempt of this very call may have been lost.
        taken = await self._bases.read(item_name(base.key.tenant), item["id"])
        if taken is None or taken["made_by"] != item["made_by"]:
            raise Conflict(f"there is a knowledge base {base.key.id!r} already", id=base.key.id, taken=base.key.id)

    async def base(self, key: BaseKey) -> KnowledgeBase | None:
        """See the port."""
        item = await self._bases.read(item_name(key.tenant), item_name(key.id))
        return base_of(item) if item else None

    async def change_base(self, base: KnowledgeBase, known: KnowledgeBase) -> bool:
        """See the port."""
        item = await self._bases.read(item_name(known.key.tenant), item_name(known.key.id))
        if item is None or base_of(item) != known:
            return False
        if await self._bases.replace(item_of_base(base, item["made_by"]), item["_etag"]) is None:
            return True
        # Either somebody was faster, or the answer to an earlier attempt of this very call was lost.
        return await self.base(base.key) == base

    async def bases(self, principal: Principal, limit: int, after: str = "") -> list[KnowledgeBase]:
        """See the port."""
        if not principal.labels:
            return []
        names, bound = listed("label", sorted(principal.labels))
        readable = " OR ".join(f"ARRAY_CONTAINS(c.access, {name})" for name in names.split(", "))
        found = await self._bases.query(
            item_name(principal.tenant),
            f"SELECT * FROM c WHERE c.base > @after AND ({readable}) ORDER BY c.base",
            {"@after": after, **bound},
            limit,
        )
        return [base_of(item) for item in found]

    async def delete_base(self, key: BaseKey) -> None:
        """See the port."""
        partition = item_name(key.tenant)
        documents = await self._documents.query(partition, NAMES_OF_BASE, {"@base": key.id})
        await self._documents.delete_all(partition, [each["id"] for each in documents])
        await self._bases.delete(partition, item_name(key.id))

    async def keep_document(self, document: Document) -> None:
        """See the port. Raises StoreUnavailable where others change the document again and again."""
        for _ in range(STORM):
            present = await self._item(document.base, document.id)
            if present is None:
                refused = await self._documents.create(item_of_document(document))
            else:
                kept = document if is_deleted(present) else as_labelled(document, present)
                refused = await self._documents.replace(item_of_document(kept), present["_etag"])
            if refused is None:
                return
        raise changing(document.id)

    async def advance_document(self, document: Document) -> bool:
        """See the port. Raises StoreUnavailable where others change the document again and again."""
        for _ in range(STORM):
            present = await self._item(document.base, document.id)
            if present is None or present["etag"] != document.etag or is_deleted(present):
                return False
            advanced = replace(as_labelled(document, present), cost=document_of(present).cost)
            if await self._documents.replace(item_of_document(advanced), present["_etag"]) is None:
                return True
        raise changing(document.id)

    async def charge_document(self, base: BaseKey, document_id: str, cost: Money) -> None:
        """See the port. Where an answer is lost the cost is shown twice; the ledger alone has to be exact."""
        if operations := increase("cost", cost):
            await self._documents.patch(item_name(base.tenant), item_name(base.id, document_id), operations)

    async def document(self, base: BaseKey, document_id: str) -> Document | None:
        """See the port."""
        item = await self._item(base, document_id)
        return document_of(item) if item else None

    async def relabel_document(self, document: Document, access: frozenset[str]) -> bool:
        """See the port. Raises StoreUnavailable where others change the document again and again."""
        for _ in range(STORM):
            present = await self._item(document.base, document.id)
            # The answer to an earlier attempt of this very call may have been lost.
            if present is None or document_of(present).access not in (document.access, access):
                return False
            changed = {**present, "access": sorted(access)}
            if await self._documents.replace(changed, present["_etag"]) is None:
                return True
        raise changing(document.id)

    async def find_document(self, tenant: str, document_id: str) -> Document | None:
        """See the port."""
        query = "SELECT * FROM c WHERE c.document = @document"
        items = await self._documents.query(item_name(tenant), query, {"@document": document_id})
        return document_of(items[0]) if items else None

    async def documents(self, base: BaseKey, limit: int, after: str = "") -> Sequence[Document]:
        """See the port."""
        bound = {"@base": base.id, "@after": after}
        items = await self._documents.query(item_name(base.tenant), PAGE_OF_BASE, bound, limit)
        return [document_of(item) for item in items]

    async def changed_documents(self, base: BaseKey, since: datetime, limit: int) -> Sequence[Document]:
        """See the port."""
        bound = {"@base": base.id, "@since": since.isoformat()}
        items = await self._documents.query(item_name(base.tenant), CHANGES_OF_BASE, bound, limit)
        return [document_of(item) for item in items]

    async def delete_document(self, base: BaseKey, document_id: str) -> None:
        """See the port. Raises StoreUnavailable where others change the document again and again."""
        for _ in range(STORM):
            present = await self._item(base, document_id)
            if present is None or not is_deleted(present):
                return
            gone = await self._documents.delete(item_name(base.tenant), present["id"], present["_etag"])
            if gone is not Refusal.CHANGED:
                return
        raise changing(document_id)

    async def all_bases(self) -> list[BaseKey]:
        """See the port."""
        found = await self._bases.everywhere("all bases", "SELECT c.tenant, c.base FROM c", {})
        return sorted((BaseKey(each["tenant"], each["base"]) for each in found), key=lambda key: (key.tenant, key.id))

    async def _item(self, base: BaseKey, document_id: str) -> Item | None:
        return await self._documents.read(item_name(base.tenant), item_name(base.id, document_id))


def as_labelled(document: Document, present: Item) -> Document:
    """Return a document with owner and labels of the one that is there."""
    there = document_of(present)
    return replace(document, access=there.access, owner=there.owner)


def changing(document_id: str) -> StoreUnavailable:
    """Say that others were faster too often."""
    return StoreUnavailable("the document is changed by others again and again", document_id=document_id)


def is_deleted(item: Item) -> bool:
    """Say whether a document is on its way out."""
    return bool(item["state"] == DocumentState.DELETED.value)
