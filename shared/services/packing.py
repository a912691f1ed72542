"""Find what a model has not read yet, pack it, and say what reading it will take."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.domain.access import BaseKey
from shared.domain.documents import Chunk
from shared.domain.extraction import BuildEstimate
from shared.domain.money import Price, TokenUsage
from shared.graph.packs import Pack, pack_of, packs
from shared.money.cost import cost_of
from shared.ports.chunk_index import ChunkIndex
from shared.ports.graph_store import GraphStore
from shared.ports.ledger import BudgetLedger
from shared.services.build_graph import contributions
from shared.services.readings import Readings

MOST_CHUNKS = 20_000
"""Passages of one run; what waits beyond that is for the next one."""

Unread = Mapping[str, Sequence[Chunk]]
"""Passages that the model has not read, by document."""


@dataclass(frozen=True)
class Packing:
    """What is to be read, and at which price: what the tokens of the model cost at a moment."""

    index: ChunkIndex
    graph: GraphStore
    readings: Readings
    ledger: BudgetLedger
    price: Callable[[float], Price]
    clock: Callable[[], datetime]

    async def unread(self, base: BaseKey, document_ids: Sequence[str], most: int = MOST_CHUNKS) -> Unread:
        """Return what documents hold that the model has not read, until there are `most` passages of it."""
        found: dict[str, Sequence[Chunk]] = {}
        total = 0
        for id in document_ids:
            found[id] = await self.readings.unread(base, await self.index.chunks_of(base, id))
            total += len(found[id])
            if total >= most:
                break
        return found

    async def packed(self, base: BaseKey, unread: Unread) -> list[Pack]:
        """Pack passages with the names that the rules find in them."""
        chunks = self.readings.distinct(chunk for each in unread.values() for chunk in each)
        return await asyncio.to_thread(lambda: packs(chunks, contributions(chunks)) if chunks else [])

    async def repacked(self, base: BaseKey, chunks: Sequence[Chunk]) -> Pack:
        """Make one pack of what is left of another."""
        return await asyncio.to_thread(lambda: pack_of(chunks, contributions(chunks)))

    async def estimate(self, unread: Unread, made: Sequence[Pack]) -> BuildEstimate:
        """Say what packs will take, without a retry, and whether every budget holds that much."""
        usage = TokenUsage(sum(each.prompt_tokens for each in made), sum(each.expected_answer_tokens for each in made))
        now = self.clock().timestamp()
        cost = cost_of(usage, self.price(now))
        budgets = await self.ledger.budgets(now)
        return BuildEstimate(
            documents=sum(bool(each) for each in unread.values()),
            chunks=sum(map(len, unread.values())),
            calls=len(made),
            prompt_tokens=usage.input,
            completion_tokens=usage.output,
            cost_usd=cost.usd,
            fits_budget=all(each.spent + each.reserved + cost <= each.budget.cap for each in budgets),
        )
