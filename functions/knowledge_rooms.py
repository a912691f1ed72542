"""Puts on the ground what users do with whole bases and with the runs that read documents."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from functions.ground import Ground
from shared.services.base_status import BaseStatuses
from shared.services.document_runs import DocumentRuns
from shared.services.documents import Documents
from shared.services.intake import Intake
from shared.services.knowledge_bases import KnowledgeBases
from shared.services.progress import Progress
from shared.services.reindexing import Reindexing
from shared.services.staging import Staging


@dataclass(frozen=True)
class KnowledgeServices:
    """What takes many files in, shows how they do, and lets users end or repeat their reading."""

    intake: Intake
    statuses: BaseStatuses
    progress: Progress
    runs: DocumentRuns
    reindexing: Reindexing


def knowledge_services(
    most_bytes: int, ground: Ground, bases: KnowledgeBases, staging: Staging, clock: Callable[[], datetime]
) -> KnowledgeServices:
    """Make them; `most_bytes` is the most that one document may have."""
    documents: Documents = bases.documents
    return KnowledgeServices(
        intake=Intake(documents, ground.web, most_bytes),
        statuses=BaseStatuses(documents),
        progress=Progress(ground.catalog, bases, clock),
        runs=DocumentRuns(ground.catalog, ground.files, documents, staging, clock),
        reindexing=Reindexing(ground.catalog, ground.files, clock),
    )
