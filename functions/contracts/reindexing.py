"""Indexing a base anew, as JSON."""

from datetime import datetime

from pydantic import BaseModel

from functions.contracts.accepting import Accepting
from shared.services.reindexing import ReindexStatus


class ReindexRequest(Accepting):
    """What to read anew: every document, or only those that were read with other settings than the base has now."""

    only_outdated: bool = False


class ReindexAnswer(BaseModel):
    """How far it is; `status` is none, running, done, cancelled or, where its run broke off, failed.

    `documents` is how many there are to read, `done` of them were read and `failed` of those could not be;
    `progress` is in [0, 1], `percent` the same as a whole number of percent.
    """

    status: str
    documents: int
    done: int
    failed: int
    progress: float
    percent: int
    started_at: datetime | None

    @classmethod
    def of(cls, status: ReindexStatus, *, is_under_way: bool) -> "ReindexAnswer":
        """Write a status, which a run that broke off could not bring to its end."""
        return cls(
            status="failed" if status.state == "running" and not is_under_way else status.state,
            documents=status.total,
            done=status.done,
            failed=status.failed,
            progress=round(status.progress, 3),
            percent=int(status.progress * 100),
            started_at=status.started_at,
        )
