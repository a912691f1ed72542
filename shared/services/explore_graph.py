"""Look around in the graph of a knowledge base, entity by entity, down to the passages that support a relation."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.access import Scope
from shared.domain.answers import Hit, ScoredChunk
from shared.domain.errors import NotFound
from shared.domain.graph import Community, Entity, Relation
from shared.ports.chunk_index import ChunkIndex
from shared.ports.graph_store import GraphStore

MOST_ENTITIES = 100
"""Entities of one part of the graph; more than a person can look at."""

MOST_RELATIONS = 200
"""Relations of one part of the graph, the strongest first."""

LOOKED_AT = 2_000
"""Relations of a community's entities that are looked at, as most of a hub's lead out of the community."""


@dataclass(frozen=True)
class GraphPart:
    """Entities, the relations between them, and the communities that they are in."""

    entities: tuple[Entity, ...]
    relations: tuple[Relation, ...]
    communities: tuple[Community, ...] = ()


@dataclass(frozen=True)
class GraphExploring:
    """Everything within what the scope may see."""

    graph: GraphStore
    index: ChunkIndex

    async def communities(self, scope: Scope) -> list[Community]:
        """Return the communities, the largest first."""
        return await self.graph.every_community(scope)

    async def around(self, scope: Scope, entity_id: str) -> GraphPart:
        """Return an entity first, then its neighbours over the strongest relations. Raises NotFound."""
        if not await self.graph.entities(scope, [entity_id]):
            raise NotFound("the graph has no such entity")
        relations = await self.graph.relations(scope, [entity_id], MOST_RELATIONS)
        ends = dict.fromkeys(end for each in relations for end in (each.source, each.target))
        part = await self.part(scope, [entity_id, *(end for end in ends if end != entity_id)], relations)
        return GraphPart(part.entities, part.relations, tuple(await self.graph.communities(scope, [entity_id])))

    async def within(self, scope: Scope, community_id: str) -> GraphPart:
        """Return the entities of a community, of the largest one where none is named. Raises NotFound."""
        known = await self.graph.every_community(scope)
        if not community_id and not known:
            return GraphPart((), ())
        found = next((each for each in known if community_id in ("", each.id)), None)
        if found is None:
            raise NotFound("the graph has no such community")
        ids = found.entity_ids[:MOST_ENTITIES]
        part = await self.part(scope, ids, await self.graph.relations(scope, ids, LOOKED_AT))
        return GraphPart(part.entities, part.relations, (found,))

    async def part(self, scope: Scope, entity_ids: Sequence[str], relations: Sequence[Relation]) -> GraphPart:
        """Return entities with those of the relations that stay among them."""
        entities = await self.graph.entities(scope, entity_ids[:MOST_ENTITIES])
        places = {id: place for place, id in enumerate(entity_ids)}
        ends = {each.id for each in entities}
        return GraphPart(
            tuple(sorted(entities, key=lambda each: places[each.id])),
            tuple(each for each in relations if {each.source, each.target} <= ends)[:MOST_RELATIONS],
        )

    async def passage(self, scope: Scope, chunk_id: str) -> Hit:
        """Return one passage with its document's name. Raises NotFound."""
        found = await self.index.hits(scope, [ScoredChunk(chunk_id, 1.0)])
        if not found:
            raise NotFound("there is no such passage")
        return found[0]
