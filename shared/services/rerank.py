"""Let a reranker look at the best passages of a search, at a cost that was reserved."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from shared.deadline import in_time
from shared.domain.answers import Aid, Hit, Question, Retrieval
from shared.domain.errors import BadRequest, BudgetExceeded, Unavailable
from shared.domain.money import Money, TokenUsage
from shared.money.receipt import Receipt
from shared.ports.reranker import Reranker
from shared.services.retrieve import Retriever
from shared.services.spend import SpendGate
from shared.text.tokens import count_tokens

LOOKED_AT = 20
"""Passages of the ranking that a reranker is shown."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RerankedSearch:
    """Searches as the retriever does, and has its best passages reranked where the question asks for it."""

    retriever: Retriever
    reranker: Reranker
    gate: SpendGate

    async def find(self, question: Question) -> Retrieval:
        """Return at most `top_k` passages. Raises what the retriever raises.

        Where the reranker or the budget refuses, the order of the search stays: it is a good one, and an answer over
        it helps more than none.
        """
        if not question.use_rerank:
            return await self.retriever.find(question)
        found = await self.retriever.find(replace(question, top_k=max(question.top_k, LOOKED_AT)))
        best, rest = found.hits[:LOOKED_AT], found.hits[LOOKED_AT:]
        hits, aid = await self.reranked(question, best)
        return replace(found, hits=(*hits, *rest)[: question.top_k], reranking=aid)

    async def reranked(self, question: Question, hits: Sequence[Hit]) -> tuple[Sequence[Hit], Aid]:
        """Return the hits in the reranker's order, and what it took; of one hit there is no other order."""
        if len(hits) < 2:
            return hits, Aid()
        started = perf_counter()
        receipt: Receipt | None = None
        failed = False
        try:
            async with self.gate.spend(
                question.principal, "rerank", self.reranker.name, estimated_reading(question, hits)
            ) as receipt:
                receipt.start()
                relevance = await in_time(self.reranker.rerank(question, hits))
                if relevance.usage:
                    receipt.report(relevance.usage)
            hits = in_order(hits, relevance.scores)
        except (Unavailable, BudgetExceeded, BadRequest) as error:
            logger.warning("the order of the search stays: %s", error)
            failed = True
        took = (perf_counter() - started) * 1000
        return hits, Aid(not failed, failed, took, cost=receipt.cost if receipt else Money())


def estimated_reading(question: Question, hits: Sequence[Hit]) -> TokenUsage:
    """Return the tokens of the question beside every passage."""
    asked = count_tokens(question.text)
    return TokenUsage(input=sum(asked + count_tokens(hit.chunk.headed_text) for hit in hits))


def in_order(hits: Sequence[Hit], scores: Sequence[float]) -> list[Hit]:
    """Order hits by the reranker's scores, equal ones as they were; the search's own scores fall along the new list."""
    order = sorted(range(len(hits)), key=lambda place: -scores[place])
    return [replace(hits[place], score=hit.score) for place, hit in zip(order, hits, strict=True)]
