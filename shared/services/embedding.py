"""Embed texts: each content once, at a cost that was reserved."""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.deadline import in_time
from shared.domain.access import Principal
from shared.domain.money import Money, TokenUsage
from shared.domain.vectors import Vectors
from shared.ports.chunk_index import EmbeddingStore
from shared.ports.models import Embedder
from shared.services.spend import SpendGate
from shared.text.tokens import count_tokens

MOST_QUESTIONS = 1_024
"""Whose vectors are kept in memory, the latest ones: 1.5 MB at 384 dimensions, 6 MB at 1,536."""


class Embedded(NamedTuple):
    """Vectors of texts in order, shape (texts, dimensions), and what was paid for those that are new."""

    vectors: Vectors
    cost: Money


@dataclass(frozen=True)
class Embedding:
    """The embedder behind the memory of what it did before and the gate to the money."""

    embedder: Embedder
    store: EmbeddingStore
    gate: SpendGate
    _questions: OrderedDict[tuple[str, str], Vectors] = field(default_factory=OrderedDict, compare=False)

    async def of_question(self, principal: Principal, text: str) -> Vectors:
        """Embed a question, shape (1, dimensions); what its tenant asked a short while ago is at hand."""
        vector = self.remembered(principal, text)
        if vector is None:
            vector = self._questions[principal.tenant, text] = (await self.paid(principal, [text])).vectors
            while len(self._questions) > MOST_QUESTIONS:
                self._questions.popitem(last=False)
        return vector

    def remembered(self, principal: Principal, text: str) -> "Vectors | None":
        """Return the vector of a question that was embedded a short while ago, where it is at hand."""
        vector = self._questions.get((principal.tenant, text))
        if vector is not None:
            self._questions.move_to_end((principal.tenant, text))
        return vector

    async def of_documents(self, principal: Principal, texts: Sequence[str]) -> Embedded:
        """Embed texts; those embedded before are taken from the store."""
        import numpy as np

        if self.embedder.dimensions == 0 or not texts:
            return Embedded(np.zeros((len(texts), self.embedder.dimensions), np.float32), Money())
        known = await self.store.known(self.embedder.name, texts)
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        cost = Money()
        if missing:
            fresh, cost = await self.paid(principal, missing)
            packed = {text: row.tobytes() for text, row in zip(missing, fresh.astype("<f2"), strict=True)}
            await self.store.keep(self.embedder.name, packed)
            known = {**known, **packed}
        vectors = np.stack([np.frombuffer(known[text], "<f2") for text in texts]).astype(np.float32)
        return Embedded(vectors, cost)

    async def forget(self, texts: Collection[str]) -> None:
        """Forget texts that no document holds any more."""
        if texts:
            await self.store.forget(sorted(texts))

    async def paid(self, principal: Principal, texts: Sequence[str]) -> Embedded:
        """Call the embedder with the money held. Raises BudgetExceeded before the call, and DeadlineExceeded."""
        estimate = TokenUsage(input=sum(map(count_tokens, texts)))
        async with self.gate.spend(principal, "embeddings", self.embedder.name, estimate) as receipt:
            receipt.start()
            vectors = await in_time(self.embedder.embed(texts))
        return Embedded(vectors, receipt.cost)
