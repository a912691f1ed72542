"""Searches of the graph and what they find, as JSON."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, Field

from functions.contracts.accepting import Accepting
from functions.contracts.filters import Filters
from shared.domain.access import Principal, Scope
from shared.domain.answers import Question
from shared.domain.filters import PassageFilter
from shared.domain.graph import Community, Entity, Relation
from shared.domain.resolution import SameAs
from shared.services.search_graph import GraphSearch


class GraphOptions(Accepting):
    """How far to look around in the graph."""

    max_hops: int = Field(2, ge=1, le=3)
    use_community: bool = False
    use_path_reasoning: bool = False


class GraphSearchRequest(Accepting):
    """A search without an answer."""

    query: str
    kb_id: str = Field("default", max_length=64)
    search_type: Literal["vector", "graph", "hybrid"] = "hybrid"
    top_k: int = Field(8, ge=1, le=50)
    graph_options: GraphOptions = GraphOptions()
    filters: Filters = Filters()

    def search(self, principal: Principal, scope: Scope) -> GraphSearch:
        """Say what is searched for."""
        return GraphSearch(
            Question(
                principal,
                scope,
                self.query,
                top_k=self.top_k,
                use_graph=self.search_type != "vector",
                filters=PassageFilter(dates=self.filters.dates),
            ),
            self.search_type,
            self.graph_options.max_hops,
            self.graph_options.use_community,
            self.graph_options.use_path_reasoning,
            frozenset(self.filters.entity_types),
        )


class Found(BaseModel):
    """A passage that was found."""

    document_id: str
    chunk_id: str
    title: str
    content: str
    score: float
    page: int


class EntityAnswer(BaseModel):
    """An entity around the question."""

    id: str
    name: str
    type: str
    mention_count: int
    aliases: list[str]

    @classmethod
    def of(cls, entity: Entity) -> "EntityAnswer":
        """Write an entity."""
        return cls(
            id=entity.id,
            name=entity.name,
            type=entity.type.value,
            mention_count=entity.mention_count,
            aliases=list(entity.aliases),
        )


class RelationAnswer(BaseModel):
    """A relation with the passages that support it."""

    source: str
    target: str
    type: str
    confidence: float
    chunk_ids: list[str]

    @classmethod
    def of(cls, relation: Relation) -> "RelationAnswer":
        """Write a relation."""
        return cls(
            source=relation.source,
            target=relation.target,
            type=relation.type.value,
            confidence=round(relation.confidence, 4),
            chunk_ids=list(relation.chunk_ids),
        )

    @classmethod
    def of_names(cls, edge: SameAs) -> "RelationAnswer":
        """Write the edge between two entities that may be one; GET .../resolutions says on which grounds."""
        return cls(
            source=edge.source, target=edge.target, type="SAME_AS", confidence=round(edge.score, 4), chunk_ids=[]
        )


class CommunityAnswer(BaseModel):
    """A community around the question."""

    id: str
    title: str
    report: str
    entity_ids: list[str]

    @classmethod
    def of(cls, community: Community) -> "CommunityAnswer":
        """Write a community."""
        return cls(
            id=community.id, title=community.title, report=community.report, entity_ids=list(community.entity_ids)
        )


class PathStep(BaseModel):
    """One relation of the chain that explains how entities hang together, with the passages that support it."""

    source: str
    relation: str
    target: str
    confidence: float
    chunk_ids: list[str]

    @classmethod
    def of(cls, relation: Relation, names: Mapping[str, str]) -> "PathStep":
        """Write a relation by the names of its entities."""
        return cls(
            source=names.get(relation.source, relation.source),
            relation=relation.type.value,
            target=names.get(relation.target, relation.target),
            confidence=round(relation.confidence, 4),
            chunk_ids=list(relation.chunk_ids),
        )


class GraphContext(BaseModel):
    """What the graph knows around the question."""

    entities: list[EntityAnswer]
    relations: list[RelationAnswer]
    path: list[PathStep]
    communities: list[CommunityAnswer]


class GraphMetadata(BaseModel):
    """What the search looked at."""

    total_nodes_explored: int
    communities_found: int
    execution_time_ms: float


class GraphSearchAnswer(BaseModel):
    """Passages, and what the graph knows around the question."""

    results: list[Found]
    graph_context: GraphContext
    metadata: GraphMetadata
