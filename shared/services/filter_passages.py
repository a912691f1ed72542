"""Let only those passages through that a question's filters ask for."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.access import Scope
from shared.domain.answers import Question, ScoredChunk
from shared.domain.filters import DateRange, PassageFilter
from shared.domain.graph import EntityType
from shared.domain.snapshot import GraphSnapshot
from shared.ports.chunk_index import ChunkIndex
from shared.ports.graph_store import GraphStore
from shared.retrieval.date_range import spoken_of

LOOKED_THROUGH = 500
"""Passages of a ranking that are looked through; one that stands behind them is not worth an answer."""

AT_ONCE = 100
"""Passages looked at together; most filters need no second look."""


@dataclass(frozen=True)
class PassageFiltering:
    """Looks at passages from the best on, until enough of them are let through."""

    index: ChunkIndex
    graph: GraphStore

    async def through(
        self, question: Question, found: list[ScoredChunk], snapshot: GraphSnapshot, enough: int
    ) -> list[ScoredChunk]:
        """Return the passages that the filters let through, in their order; without filters all of them."""
        if not question.filters:
            return found
        kept: list[ScoredChunk] = []
        for start in range(0, min(len(found), LOOKED_THROUGH), AT_ONCE):
            if len(kept) < enough:
                passages = found[start : start + AT_ONCE]
                kept += await self.some(question.scope, question.filters, passages, snapshot)
        return kept

    async def some(
        self, scope: Scope, filters: PassageFilter, found: list[ScoredChunk], snapshot: GraphSnapshot
    ) -> list[ScoredChunk]:
        """Return those of a few passages that the filters let through."""
        if filters.entity_types:
            found = await self.naming(scope, filters.entity_types, found, snapshot)
        if filters.dates:
            found = await self.speaking(scope, filters.dates, found)
        return found

    async def naming(
        self, scope: Scope, types: frozenset[EntityType], found: Sequence[ScoredChunk], snapshot: GraphSnapshot
    ) -> list[ScoredChunk]:
        """Return the passages that name an entity of one of the types, as the readable passages vote for its type."""
        named = {each.chunk_id: snapshot.entities_of(each.chunk_id) for each in found}
        known = await self.graph.entities(scope, list(dict.fromkeys(id for ids in named.values() for id in ids)))
        fitting = {each.id for each in known if each.type in types}
        return [each for each in found if not fitting.isdisjoint(named[each.chunk_id])]

    async def speaking(self, scope: Scope, dates: DateRange, found: Sequence[ScoredChunk]) -> list[ScoredChunk]:
        """Return the passages that speak of the time."""
        hits = await self.index.hits(scope, found)

        def look() -> set[str]:
            return {hit.chunk.id for hit in hits if spoken_of(dates, hit.chunk.headed_text)}

        speaking = await asyncio.to_thread(look)
        return [each for each in found if each.chunk_id in speaking]
