"""Knowledge bases and documents as JSON."""

from datetime import datetime

from pydantic import BaseModel, Field

from functions.contracts.asking import Accepting
from shared.domain.documents import Document, KnowledgeBase


class KnowledgeBaseRequest(Accepting):
    """A knowledge base to create."""

    name: str = Field(min_length=1, max_length=100)
    description: str = Field("", max_length=2000)


class KnowledgeBaseAnswer(BaseModel):
    """A knowledge base; `id` is its folder's name and stands in addresses."""

    id: str
    name: str
    description: str
    access: list[str]
    created_at: datetime

    @classmethod
    def of(cls, base: KnowledgeBase) -> "KnowledgeBaseAnswer":
        """Write a knowledge base."""
        return cls(
            id=base.key.id,
            name=base.name,
            description=base.description,
            access=sorted(base.access),
            created_at=base.created_at,
        )


class KnowledgeBaseList(BaseModel):
    """One page of knowledge bases; `next` is empty on the last."""

    items: list[KnowledgeBaseAnswer]
    next: str


class UploadAnswer(BaseModel):
    """A document that was received and is being read."""

    document_id: str
    status: str


class DocumentAnswer(BaseModel):
    """A document and where it stands; `progress` is in [0, 1], `processing_time` in seconds."""

    document_id: str
    kb_id: str
    name: str
    status: str
    reason: str
    pages: int
    chunk_count: int
    vector_count: int
    entity_count: int
    progress: float
    processing_time: float
    sha256: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, document: Document) -> "DocumentAnswer":
        """Write a document."""
        return cls(
            document_id=document.id,
            kb_id=document.base.id,
            name=document.name,
            status=document.state.value,
            reason=document.reason,
            pages=document.pages,
            chunk_count=document.chunk_count,
            vector_count=document.vector_count,
            entity_count=document.entity_count,
            progress=round(document.progress, 3),
            processing_time=round(document.processing_seconds, 3),
            sha256=document.sha256,
            created_at=document.created_at,
            updated_at=document.updated_at,
        )


class DocumentList(BaseModel):
    """One page of documents; `next` is empty on the last."""

    items: list[DocumentAnswer]
    next: str
