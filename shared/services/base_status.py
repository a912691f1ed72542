"""Say where a whole knowledge base stands: how its documents do, all together."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from shared.domain.access import Scope
from shared.domain.base_settings import BaseSettings
from shared.domain.documents import Document, DocumentState
from shared.domain.money import Money
from shared.services.documents import Documents

PAGE = 500
"""Documents between two reads of the register."""

ENDED = frozenset({DocumentState.READY, DocumentState.FAILED})


@dataclass(frozen=True, slots=True)
class BaseStatus:
    """What a reader may know of a base. `documents` counts them by state; `progress`, in [0, 1], is their mean.

    `outdated` of them were read with other settings than the base has now.
    """

    documents: Mapping[DocumentState, int]
    pages: int
    chunk_count: int
    vector_count: int
    progress: float
    cost: Money
    outdated: int

    @property
    def state(self) -> str:
        """One word for all: `empty`, `indexing` while any is under way, else `ready`, or `failed` where none is."""
        if not self.documents:
            return "empty"
        if set(self.documents) - ENDED:
            return "indexing"
        return "ready" if DocumentState.READY in self.documents else "failed"


@dataclass(frozen=True)
class BaseStatuses:
    """Sums up the register's documents of one base."""

    documents: Documents

    async def of(self, scope: Scope, settings: BaseSettings) -> BaseStatus:
        """Sum up the documents that the scope may see; those on their way out count no more."""
        states: Counter[DocumentState] = Counter()
        pages = chunks = vectors = spent = outdated = 0
        done = 0.0
        after = ""
        while page := await self.documents.list(scope, PAGE, after):
            for each in page:
                if each.state is DocumentState.DELETED:
                    continue
                states[each.state] += 1
                pages, chunks, vectors = pages + each.pages, chunks + each.chunk_count, vectors + each.vector_count
                outdated += each.state is DocumentState.READY and each.read_as != settings.mark
                spent, done = spent + each.cost.nano_usd, done + progress_of(each)
            after = page[-1].id
        mean = done / states.total() if states else 1.0
        return BaseStatus(states, pages, chunks, vectors, mean, Money(spent), outdated)


def progress_of(document: Document) -> float:
    """Return how far a document is; one that failed has come to its end as well."""
    return 1.0 if document.state in ENDED else document.progress
