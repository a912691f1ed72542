"""Says which passages answer a question best."""

from collections.abc import Sequence
from typing import Protocol

from shared.domain.answers import Hit, Question, Relevance


class Reranker(Protocol):
    """Looks at a question and the best passages of a ranking together; a search service that orders them may be one."""

    @property
    def name(self) -> str:
        """The name, as prices show it."""
        ...

    async def ping(self) -> None:
        """Reach what reranks, at no cost. Raises Unavailable, or BadSetting for what an operator has to mend."""
        ...

    async def rerank(self, question: Question, hits: Sequence[Hit]) -> Relevance:
        """Say how relevant each hit, of at least one, is. Raises ModelUnavailable, RateLimited or DeadlineExceeded."""
        ...
