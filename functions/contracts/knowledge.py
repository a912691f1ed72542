"""Knowledge bases and documents as JSON."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, field_validator

from functions.contracts.accepting import Accepting
from functions.contracts.access import ACCESS_LABELS, AccessLabels
from functions.contracts.settings import BaseSettingsAnswer, BaseSettingsRequest
from functions.contracts.stateful import Stateful
from shared.domain.access import EVERYONE
from shared.domain.documents import Document, KnowledgeBase
from shared.domain.step_times import StepTimes


class KnowledgeBaseRequest(Accepting):
    """A knowledge base to create."""

    name: str = Field(min_length=1, max_length=100)
    description: str = Field("", max_length=2000)
    access: AccessLabels = Field([EVERYONE])
    settings: BaseSettingsRequest = Field(default_factory=BaseSettingsRequest)


class KnowledgeBaseChange(Accepting):
    """What to change of a knowledge base; what is left out stays, and so does the id."""

    name: str | None = Field(None, min_length=1, max_length=100)
    description: str | None = Field(None, max_length=2000)
    access: AccessLabels | None = None
    settings: BaseSettingsRequest | None = None


class KnowledgeBaseAnswer(Stateful):
    """A knowledge base; `id` is its folder's name and stands in addresses, `access` names who may read it."""

    id: str
    name: str
    description: str
    access: list[str]
    owner: str
    settings: BaseSettingsAnswer
    created_at: datetime

    @classmethod
    def of(cls, base: KnowledgeBase) -> "KnowledgeBaseAnswer":
        """Write a knowledge base."""
        return cls(
            id=base.key.id,
            name=base.name,
            description=base.description,
            access=sorted(base.access),
            owner=base.owner,
            settings=BaseSettingsAnswer.of(base.settings),
            created_at=base.created_at,
            etag=base.etag,
        )


class ChangedBaseAnswer(KnowledgeBaseAnswer):
    """A base after a change; `outdated_documents` were read with other settings: index the base anew for them."""

    outdated_documents: int


class KnowledgeBaseList(BaseModel):
    """One page of knowledge bases; `next` is empty on the last."""

    items: list[KnowledgeBaseAnswer]
    next: str


class UploadQuery(BaseModel):
    """Who may read what is uploaded: access labels with commas between them; where none are given, all of the base."""

    access: str | None = Field(None, max_length=10_000)

    @field_validator("access")
    @classmethod
    def checked(cls, access: str | None) -> str | None:
        """Let through what is a list of labels."""
        if access is not None:
            ACCESS_LABELS.validate_python(access.split(","))
        return access

    @property
    def labels(self) -> frozenset[str] | None:
        """The labels, or None where none are given."""
        return None if self.access is None else frozenset(self.access.split(","))


class UploadAnswer(BaseModel):
    """A document that was received and is being read."""

    document_id: str
    status: str


class StepTimesAnswer(BaseModel):
    """Seconds of the last run by step; `received` is the wait before the first."""

    received: float
    parsing: float
    indexing: float
    graph: float

    @classmethod
    def of(cls, times: StepTimes) -> "StepTimesAnswer":
        """Write times."""
        return cls(**{step: round(seconds, 3) for step, seconds in asdict(times).items()})


class DocumentChange(Accepting):
    """Who may read a document from now on."""

    access: AccessLabels


class DocumentAnswer(Stateful):
    """A document and where it stands; `access` names who may read it, and `etag` these labels.

    `progress` is in [0, 1], `percent` the same as a whole number of percent. `reason` says why it failed, or what it
    lacks still; `reason_code` is the code of that error, or cancelled, waiting_for_model or read_in_part.

    `processing_time` and `step_times` are in seconds; `cost_usd` is what models took for this version so far.
    """

    document_id: str
    kb_id: str
    name: str
    status: str
    reason: str
    reason_code: str
    pages: int
    chunk_count: int
    vector_count: int
    entity_count: int
    progress: float
    percent: int
    processing_time: float
    step_times: StepTimesAnswer
    cost_usd: float
    sha256: str
    access: list[str]
    owner: str
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
            reason_code=document.reason_code,
            pages=document.pages,
            chunk_count=document.chunk_count,
            vector_count=document.vector_count,
            entity_count=document.entity_count,
            progress=round(document.progress, 3),
            percent=int(document.progress * 100),
            processing_time=round(document.processing_seconds, 3),
            step_times=StepTimesAnswer.of(document.times),
            cost_usd=document.cost.usd,
            sha256=document.sha256,
            access=sorted(document.access),
            owner=document.owner,
            etag=document.access_etag,
            created_at=document.created_at,
            updated_at=document.updated_at,
        )


class DocumentList(BaseModel):
    """One page of documents; `next` is empty on the last."""

    items: list[DocumentAnswer]
    next: str


class DocumentsRequest(Accepting):
    """Documents to delete."""

    document_ids: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(min_length=1, max_length=100)


class DeletedAnswer(BaseModel):
    """Which documents were deleted, and which there were none of for the caller."""

    deleted: list[str]
    missing: list[str]
