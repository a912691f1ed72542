"""Write knowledge bases and documents as items, and read them back."""

from dataclasses import astuple
from datetime import datetime

from infra.azure.cosmos.exact_money import amount_of, parts
from infra.azure.cosmos.names import item_name
from infra.azure.cosmos.table import Item, with_partition
from shared.domain.access import BaseKey
from shared.domain.base_settings import BaseSettings
from shared.domain.documents import Document, DocumentState, KnowledgeBase
from shared.domain.money import Money
from shared.domain.step_times import StepTimes


def item_of_base(base: KnowledgeBase, made_by: str) -> Item:
    """Write a knowledge base; `made_by` tells apart two calls that create the same one."""
    return with_partition(
        item_name(base.key.tenant),
        item_name(base.key.id),
        tenant=base.key.tenant,
        base=base.key.id,
        name=base.name,
        description=base.description,
        access=sorted(base.access),
        created_at=base.created_at.isoformat(),
        owner=base.owner,
        settings=list(astuple(base.settings)),
        made_by=made_by,
    )


def base_of(item: Item) -> KnowledgeBase:
    """Read a knowledge base from its item."""
    return KnowledgeBase(
        BaseKey(item["tenant"], item["base"]),
        item["name"],
        item["description"],
        frozenset(item["access"]),
        datetime.fromisoformat(item["created_at"]),
        # Items of an earlier version have neither.
        item.get("owner", ""),
        BaseSettings(*item.get("settings", ())),
    )


def item_of_document(document: Document) -> Item:
    """Write a document; `etag` is that of its file, the item's own is `_etag`."""
    return with_partition(
        item_name(document.base.tenant),
        item_name(document.base.id, document.id),
        tenant=document.base.tenant,
        base=document.base.id,
        document=document.id,
        name=document.name,
        etag=document.etag,
        state=document.state.value,
        reason=document.reason,
        pages=document.pages,
        chunk_count=document.chunk_count,
        vector_count=document.vector_count,
        entity_count=document.entity_count,
        progress=document.progress,
        processing_seconds=document.processing_seconds,
        access=sorted(document.access),
        created_at=document.created_at.isoformat(),
        updated_at=document.updated_at.isoformat(),
        started_at=document.started_at.isoformat() if document.started_at else None,
        sha256=document.sha256,
        times=list(astuple(document.times)),
        read_as=document.read_as,
        owner=document.owner,
        reason_code=document.reason_code,
        **parts("cost", document.cost),
    )


def document_of(item: Item) -> Document:
    """Read a document from its item."""
    return Document(
        base=BaseKey(item["tenant"], item["base"]),
        id=item["document"],
        name=item["name"],
        etag=item["etag"],
        state=DocumentState(item["state"]),
        created_at=datetime.fromisoformat(item["created_at"]),
        updated_at=datetime.fromisoformat(item["updated_at"]),
        reason=item["reason"],
        pages=item["pages"],
        chunk_count=item["chunk_count"],
        vector_count=item["vector_count"],
        entity_count=item["entity_count"],
        progress=item["progress"],
        processing_seconds=item["processing_seconds"],
        access=frozenset(item["access"]),
        started_at=datetime.fromisoformat(item["started_at"]) if item["started_at"] else None,
        sha256=item["sha256"],
        # Items of an earlier version have none of these.
        cost=amount_of(item, "cost") if "cost_usd" in item and "cost_nano" in item else Money(),
        times=StepTimes(*item.get("times", ())),
        read_as=item.get("read_as", ""),
        owner=item.get("owner", ""),
        reason_code=item.get("reason_code", ""),
    )
