"""What is said of many files at once."""

from typing import Annotated

from pydantic import BaseModel, Field

from functions.contracts.accepting import Accepting
from functions.contracts.knowledge import UploadAnswer
from shared.domain.documents import DocumentState
from shared.services.base_status import BaseStatus
from shared.services.intake import Taken


class AddressesRequest(Accepting):
    """Addresses of documents to fetch; their hosts must be among those that the operator allows."""

    urls: list[Annotated[str, Field(min_length=1, max_length=2000)]] = Field(min_length=1, max_length=20)


class TakenAnswer(UploadAnswer):
    """One file: a document that is `received` or, without an id, `refused` for a reason that has a code."""

    name: str
    reason: str
    reason_code: str

    @classmethod
    def of(cls, taken: Taken) -> "TakenAnswer":
        """Write what became of a file."""
        id, status = (taken.job.document_id, DocumentState.RECEIVED) if taken.job else ("", "refused")
        reason, code = (taken.refusal.message, taken.refusal.code) if taken.refusal else ("", "")
        return cls(name=taken.name, document_id=id, status=status, reason=reason, reason_code=code)


class UploadedAnswer(BaseModel):
    """The files of one upload in order; those of an archive stand in its place."""

    dataset_id: str
    items: list[TakenAnswer]


class BaseStatusAnswer(BaseModel):
    """A knowledge base as a whole; `status` is empty, indexing, ready or failed, `documents` counts them by state.

    `outdated_documents` were read with other settings than the base has now: index it anew for them.
    """

    dataset_id: str
    status: str
    documents: dict[str, int]
    pages: int
    chunk_count: int
    vector_count: int
    progress: float
    percent: int
    cost_usd: float
    outdated_documents: int

    @classmethod
    def of(cls, id: str, status: BaseStatus) -> "BaseStatusAnswer":
        """Write a status."""
        return cls(
            dataset_id=id,
            status=status.state,
            documents={state.value: count for state, count in status.documents.items()},
            pages=status.pages,
            chunk_count=status.chunk_count,
            vector_count=status.vector_count,
            progress=round(status.progress, 3),
            percent=int(status.progress * 100),
            cost_usd=status.cost.usd,
            outdated_documents=status.outdated,
        )
