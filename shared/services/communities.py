"""Find the communities of a graph again where enough of it has changed, and write their reports."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.access import BaseKey, Scope
from shared.domain.answers import ScoredChunk
from shared.domain.graph import Community
from shared.domain.snapshot import GraphSnapshot
from shared.graph.communities import find_communities, mention_share, supporting_chunks
from shared.graph.reports import report
from shared.ports.chunk_index import ChunkIndex
from shared.ports.graph_store import GraphStore

DRIFT = 0.1
"""Share of changed chunks from which communities are found again (facts of the peers: re-clustering is lazy)."""

MOST = 500
"""Communities that are reported on; the rest of a large graph is pairs."""

MEMBERS = 50
"""Entities of a community that its report is chosen by, the most mentioned ones."""

SUPPORT = 20
"""Chunks that a report is chosen from."""


@dataclass(frozen=True)
class Communities:
    """The communities of every base."""

    graph: GraphStore
    index: ChunkIndex

    async def refresh(self, base: BaseKey) -> None:
        """Find and report the communities of the published version, unless those kept are near enough to it."""
        if await self.graph.community_drift(base) <= DRIFT:
            return
        snapshot = await self.graph.snapshot(base)
        relations = await self.graph.every_relation(base)
        found = await asyncio.to_thread(find_communities, snapshot, relations)
        everyone = frozenset[str]().union(*snapshot.access_sets)
        # Without a single label nobody may read anything, so there is nothing to tell.
        reports = [await self.report(Scope(base, everyone), snapshot, each) for each in found[:MOST] if everyone]
        await self.graph.keep_communities(base, snapshot.version, [each for each in reports if each])

    async def report(self, scope: Scope, snapshot: GraphSnapshot, members: Sequence[int]) -> Community | None:
        """Write the report of one community; it names the chunks it rests on, which decide who may read it."""
        chunks = [snapshot.chunk_ids[place] for place in supporting_chunks(snapshot, members, SUPPORT)]
        hits = await self.index.hits(scope, [ScoredChunk(id, 0.0) for id in chunks])
        entities = await self.graph.entities(scope, [snapshot.entity_ids[place] for place in members[:MEMBERS]])
        return report(scope.base, entities, [hit.chunk for hit in hits], mention_share(snapshot, members))
