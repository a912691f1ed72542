"""The service's semantic ranker as a reranker: it reads a question together with passages that the index holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from infra.azure.search import filters
from infra.azure.search.connection import Connection, Patience
from infra.azure.search.queries import holding, plain_words
from shared.domain.answers import Hit, Question, Relevance
from shared.domain.errors import ModelUnavailable, StoreUnavailable
from shared.domain.money import TokenUsage
from shared.text.scripts import language

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential

MOST_RANKED = 50
"""Passages that the ranker reads of one query; the service looks at no more."""

UNREAD = 0.0
"""The score of a passage that the ranker did not read; what it reads gets 0 to 4."""

BRIEF = Patience(attempt_seconds=3.0, call_seconds=5.0, repeats=1)
"""The search has an order of its own that is not worth a longer wait."""


class SemanticReranker:
    """Port Reranker. The ranker reads passages that share a word with the question; the others count as unread.

    The query carries the question's own scope beside the ids, so that nothing is read that the asker may not see.
    """

    def __init__(
        self, endpoint: str, credential: str | AsyncTokenCredential, index: str, patience: Patience = BRIEF
    ) -> None:
        """Ask the ranker of the service over an index that AzureChunkIndex keeps."""
        self._connection = Connection(endpoint, credential, index, patience)

    @property
    def name(self) -> str:
        """The name of the ranker; it is billed by queries, and no token is counted."""
        return "azure-semantic-ranker"

    async def ping(self) -> None:
        """Reach the service; see the port."""
        await self._connection.definition()

    async def close(self) -> None:
        """Let go of the connections to the service."""
        await self._connection.close()

    async def rerank(self, question: Question, hits: Sequence[Hit]) -> Relevance:
        """Say how relevant each hit is; see the port."""
        words = plain_words(question.text)
        ids = [hit.chunk.id for hit in hits[:MOST_RANKED]]
        scores = await self._scores(question, words, ids) if words else {}
        return Relevance(tuple(scores.get(hit.chunk.id, UNREAD) for hit in hits), TokenUsage())

    async def _scores(self, question: Question, words: str, ids: Sequence[str]) -> dict[str, float]:
        query = {
            **holding(words, "any"),
            "queryType": "semantic",
            "semanticConfiguration": language(question.text),
            "semanticErrorHandling": "fail",
            "filter": filters.readable(question.scope, ids),
            "select": "id",
            "top": MOST_RANKED,
        }
        try:
            rows = await self._connection.search(query)
        except StoreUnavailable as error:
            raise ModelUnavailable(error.message, **error.details) from error
        return {row["id"]: float(row["@search.rerankerScore"]) for row in rows}
