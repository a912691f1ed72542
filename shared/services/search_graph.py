"""Find passages, and what the graph knows around a question, without writing an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from shared.domain.access import Scope
from shared.domain.answers import Hit, Question
from shared.domain.graph import Community, Entity, EntityType, Relation
from shared.domain.resolution import SameAs
from shared.ports.graph_store import GraphStore
from shared.ports.resolutions import ResolutionStore
from shared.retrieval.relation_path import relation_path
from shared.services.retrieve import Retriever

MAXIMUM_RELATIONS = 100
"""Relations shown of one search; a hub of a large graph has thousands."""

MAXIMUM_ENTITIES = 100
"""Entities whose neighbours are looked at on the way outward."""


@dataclass(frozen=True)
class GraphSearch:
    """A question with how to look around it; `hops` counts relations outward from the question's entities.

    No `entity_types` are all of them; the passages are filtered as the question says.
    """

    question: Question
    kind: str
    hops: int
    use_community: bool
    use_path: bool = False
    entity_types: frozenset[EntityType] = frozenset()


@dataclass(frozen=True)
class GraphFindings:
    """What a search found, and how long it took.

    `path` is the surest chain of relations from the question's first entity to another of its entities, or, where it
    names one alone, to an entity that the best passage names. `same_as` says which other entities may be the question's
    own under another name.
    """

    hits: tuple[Hit, ...]
    entities: tuple[Entity, ...]
    relations: tuple[Relation, ...]
    communities: tuple[Community, ...]
    path: tuple[Relation, ...]
    same_as: tuple[SameAs, ...]
    names: Mapping[str, str]
    milliseconds: float


@dataclass(frozen=True)
class GraphSearchService:
    """Searches one knowledge base within what the principal may see."""

    retriever: Retriever
    graph: GraphStore
    resolutions: ResolutionStore

    async def search(self, search: GraphSearch) -> GraphFindings:
        """Look for passages, then outward from the entities that the question names."""
        started = perf_counter()
        scope = await self.narrowed(search.question.scope)
        question = replace(search.question, scope=scope, use_graph=search.kind != "vector")
        retrieval = await self.retriever.find(question)
        entity_ids = list(retrieval.entity_ids) if search.kind != "vector" else []
        relations = await self.outward(scope, entity_ids, search.hops)
        same_as = await self.resolutions.same_as(scope, entity_ids, MAXIMUM_RELATIONS) if entity_ids else []
        pairs = [(each.source, each.target) for each in relations] + [(each.source, each.target) for each in same_as]
        seen = dict.fromkeys([*entity_ids, *(end for ends in pairs for end in ends)])
        entities = await self.graph.entities(scope, list(seen)[:MAXIMUM_ENTITIES])
        communities = await self.graph.communities(scope, entity_ids) if search.use_community else []
        path = self.path(entity_ids, relations, entities, retrieval.hits) if search.use_path else ()
        hits = () if search.kind == "graph" and not entity_ids else retrieval.hits
        kept = [each for each in entities if not search.entity_types or each.type in search.entity_types]
        ends = {each.id for each in kept}
        return GraphFindings(
            hits,
            tuple(kept),
            tuple(each for each in relations if not search.entity_types or {each.source, each.target} <= ends),
            tuple(communities),
            path,
            tuple(each for each in same_as if {each.source, each.target} <= ends),
            {each.id: each.name for each in entities},
            (perf_counter() - started) * 1000,
        )

    async def narrowed(self, scope: Scope) -> Scope:
        """Return the scope by which all who see the same share what is kept in memory for them."""
        version = await self.retriever.index.version(scope.base)
        return scope.narrowed(await self.retriever.index.labels(scope.base, version))

    def path(
        self, entity_ids: list[str], relations: list[Relation], entities: list[Entity], hits: Sequence[Hit]
    ) -> tuple[Relation, ...]:
        """Explain how the question's entities hang together, or how the one it names leads into the best passage."""
        if not entity_ids:
            return ()
        start, *others = entity_ids
        if others:
            return relation_path(relations, start, set(others))
        best = hits[0].chunk.text if hits else ""
        return relation_path(relations, start, {each.id for each in entities if each.id != start and each.name in best})

    async def outward(self, scope: Scope, entity_ids: list[str], hops: int) -> list[Relation]:
        """Follow relations outward, strongest first, up to the bounds."""
        found: dict[tuple[str, str, str], Relation] = {}
        reached, frontier = set(entity_ids), entity_ids
        for _ in range(hops):
            if not frontier or len(found) >= MAXIMUM_RELATIONS:
                break
            relations = await self.graph.relations(scope, frontier, MAXIMUM_RELATIONS - len(found))
            found |= {(each.source, each.target, each.type.value): each for each in relations}
            ends = dict.fromkeys(end for each in relations for end in (each.source, each.target))
            frontier = [end for end in ends if end not in reached][:MAXIMUM_ENTITIES]
            reached.update(frontier)
        return list(found.values())
