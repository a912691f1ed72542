"""Let questions that are embedded at the same time share a call of the embedder."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.vectors import Vectors
from shared.ports.models import Embedder

WINDOW_SECONDS = 0.003
"""How long a call waits for others to join it while another one is under way; a call alone waits for nobody."""

MOST_TOGETHER = 64
"""Texts of one shared call; with so many it leaves at once."""

FEW = 4
"""Texts of a call that may share one; a longer one is a batch already."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Texts of several callers on their way; `vectors` is done once all of them are embedded."""

    texts: list[str]
    is_full: asyncio.Event
    vectors: "asyncio.Task[Vectors]"


class EmbeddingTogether:
    """Port Embedder before another one; one process, one event loop."""

    def __init__(self, embedder: Embedder, window_seconds: float = WINDOW_SECONDS) -> None:
        """Gather calls for so many seconds while another call is under way."""
        self._embedder, self._window = embedder, window_seconds
        self._gathering: Batch | None = None
        self._under_way = 0

    @property
    def name(self) -> str:
        """See the port."""
        return self._embedder.name

    @property
    def dimensions(self) -> int:
        """See the port."""
        return self._embedder.dimensions

    async def ping(self) -> None:
        """See the port."""
        await self._embedder.ping()

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts in order; see the port. A caller who leaves takes nothing from those who share the call."""
        if len(texts) > FEW or not self._under_way:
            return await self._now(texts)
        batch = self._gathering = self._gathering or self._begun()
        start = len(batch.texts)
        batch.texts.extend(texts)
        if len(batch.texts) > MOST_TOGETHER - FEW:
            self._gathering = None
            batch.is_full.set()
        vectors = await asyncio.shield(batch.vectors)
        return vectors[start : start + len(texts)]

    def _begun(self) -> Batch:
        texts: list[str] = []
        is_full = asyncio.Event()
        return Batch(texts, is_full, asyncio.get_running_loop().create_task(self._soon(texts, is_full)))

    async def _soon(self, texts: list[str], is_full: asyncio.Event) -> Vectors:
        try:
            await asyncio.wait_for(is_full.wait(), self._window)
        except TimeoutError:
            if self._gathering and self._gathering.texts is texts:
                self._gathering = None
        return await self._now(texts)

    async def _now(self, texts: Sequence[str]) -> Vectors:
        self._under_way += 1
        try:
            return await self._embedder.embed(texts)
        finally:
            self._under_way -= 1
