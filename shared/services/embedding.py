"""Embed texts: each content once, at a cost that was reserved."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.domain.access import Principal
from shared.domain.money import TokenUsage
from shared.domain.vectors import Vectors
from shared.ports.chunk_index import EmbeddingStore
from shared.ports.models import Embedder
from shared.services.spend import SpendGate
from shared.text.tokens import count_tokens


@dataclass(frozen=True)
class Embedding:
    """The embedder behind the memory of what it did before and the gate to the money."""

    embedder: Embedder
    store: EmbeddingStore
    gate: SpendGate

    async def of_question(self, principal: Principal, text: str) -> Vectors:
        """Embed a question, shape (1, dimensions)."""
        return await self.paid(principal, [text])

    async def of_documents(self, principal: Principal, texts: Sequence[str]) -> Vectors:
        """Embed texts in order, shape (texts, dimensions); those embedded before are taken from the store."""
        import numpy as np

        if self.embedder.dimensions == 0 or not texts:
            return np.zeros((len(texts), self.embedder.dimensions), np.float32)
        known = await self.store.known(self.embedder.name, texts)
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            fresh = await self.paid(principal, missing)
            packed = {text: row.tobytes() for text, row in zip(missing, fresh.astype("<f2"), strict=True)}
            await self.store.keep(self.embedder.name, packed)
            known = {**known, **packed}
        return np.stack([np.frombuffer(known[text], "<f2") for text in texts]).astype(np.float32)

    async def forget(self, texts: Collection[str]) -> None:
        """Forget texts that no document holds any more."""
        if texts:
            await self.store.forget(sorted(texts))

    async def paid(self, principal: Principal, texts: Sequence[str]) -> Vectors:
        """Call the embedder with the money held. Raises BudgetExceeded before the call."""
        estimate = TokenUsage(input=sum(map(count_tokens, texts)))
        async with self.gate.spend(principal, "embeddings", self.embedder.name, estimate) as receipt:
            receipt.start()
            return await self.embedder.embed(texts)
