"""The reranker that needs no model of its own: it looks at sentences where the ranking looked at whole passages."""

import asyncio
from collections.abc import Sequence

from shared.domain.answers import Hit, Question, Relevance
from shared.domain.money import TokenUsage
from shared.ports.models import Embedder
from shared.retrieval.telling_sentences import by_nearness, telling_sentences
from shared.text.tokens import count_tokens


class SentenceReranker:
    """Port Reranker over the embedder; without one that the question may use, coverage alone decides."""

    def __init__(self, embedder: Embedder) -> None:
        """Compare sentences by this embedder's vectors."""
        self._embedder = embedder

    @property
    def name(self) -> str:
        """What does the work, under a name of its own: its calls are booked apart from those for searching."""
        return f"sentences by {self._embedder.name}"

    async def ping(self) -> None:
        """Reach the embedder; see the port."""
        await self._embedder.ping()

    async def rerank(self, question: Question, hits: Sequence[Hit]) -> Relevance:
        """Say how relevant each hit is by its most telling sentence; see the port."""
        texts = [question.text, *await asyncio.to_thread(telling_sentences, question.text, hits)]
        embeds = question.use_meaning and self._embedder.dimensions > 0
        nearness = await self._nearness(texts) if embeds else [0.0] * (len(texts) - 1)
        order = await asyncio.to_thread(by_nearness, question.text, hits, nearness)
        places = {each.chunk_id: place for place, each in enumerate(order)}
        read = sum(map(count_tokens, texts)) if embeds else 0
        return Relevance(tuple(1 / (1 + places[hit.chunk.id]) for hit in hits), TokenUsage(input=read))

    async def _nearness(self, texts: Sequence[str]) -> list[float]:
        """Return the cosine of the first text to each of the others."""
        vectors = await self._embedder.embed(texts)
        cosines: list[float] = (vectors[1:] @ vectors[0]).tolist()
        return cosines
