"""Find the communities of a graph again where enough of it has changed, and write their reports."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.domain.access import BaseKey, Scope
from shared.domain.answers import ScoredChunk
from shared.domain.graph import Community
from shared.domain.snapshot import GraphSnapshot
from shared.graph.communities import find_communities, mention_share, supporting_chunks
from shared.graph.reports import report
from shared.ports.chunk_index import ChunkIndex
from shared.ports.graph_store import GraphStore

DRIFT = 0.1
"""Share of changed chunks from which communities are found again: a base that grows document by document is then
clustered about as often as its size has digits in base 1.1, and the reports stay near the texts."""

MOST = 200
"""Communities that are reported on; the rest of a large graph is pairs."""

MEMBERS = 50
"""Entities of a community that its report is chosen by, the most mentioned ones."""

SUPPORT = 20
"""Chunks that a report is chosen from."""

Members = tuple[int, ...]
"""A community as indexes of the snapshot's entities."""


@dataclass(frozen=True)
class Communities:
    """The communities of every base; documents that become ready side by side take turns at them."""

    graph: GraphStore
    index: ChunkIndex
    _turns: defaultdict[BaseKey, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def refresh(self, base: BaseKey) -> None:
        """Find and report the communities of the published version, unless those kept are near enough to it."""
        async with self._turns[base]:
            if await self.graph.community_drift(base) <= DRIFT:
                return
            snapshot = await self.graph.snapshot(base)
            relations = await self.graph.every_relation(base)
            found = await asyncio.to_thread(find_communities, snapshot, relations)
            everyone = frozenset[str]().union(*snapshot.access_sets)
            # Without a single label nobody may read anything, so there is nothing to tell.
            reports = await self.reports(Scope(base, everyone), snapshot, found[:MOST]) if everyone else []
            await self.graph.keep_communities(base, snapshot.version, reports)

    async def reports(self, scope: Scope, snapshot: GraphSnapshot, found: Sequence[Members]) -> list[Community]:
        """Write a report per community; each names the chunks it rests on, which decide who may read it."""
        support = await asyncio.to_thread(lambda: [supporting_chunks(snapshot, each, SUPPORT) for each in found])
        chunk_ids = dict.fromkeys(snapshot.chunk_ids[place] for places in support for place in places)
        hits = await self.index.hits(scope, [ScoredChunk(id, 0.0) for id in chunk_ids])
        members = [[snapshot.entity_ids[place] for place in each[:MEMBERS]] for each in found]
        known = await self.graph.entities(scope, list(dict.fromkeys(id for each in members for id in each)))
        chunks, entities = {hit.chunk.id: hit.chunk for hit in hits}, {each.id: each for each in known}

        def write() -> list[Community]:
            written = (
                report(
                    scope.base,
                    [entities[id] for id in ids if id in entities],
                    [chunks[id] for place in places if (id := snapshot.chunk_ids[place]) in chunks],
                    mention_share(snapshot, each),
                )
                for each, ids, places in zip(found, members, support, strict=True)
            )
            return [each for each in written if each]

        return await asyncio.to_thread(write)
