"""Parts of the graph and passages, as JSON."""

from pydantic import BaseModel, Field

from functions.contracts.graph_search import CommunityAnswer, EntityAnswer, RelationAnswer
from shared.domain.answers import Hit
from shared.domain.graph import Community
from shared.services.explore_graph import GraphPart


class GraphPartQuery(BaseModel):
    """Which part: an entity with its neighbours, or a community; with neither, the largest community."""

    entity: str = Field("", max_length=64)
    community: str = Field("", max_length=64)


class GraphPartAnswer(BaseModel):
    """Entities, the one asked for first, the relations between them, and the communities they are in."""

    entities: list[EntityAnswer]
    relations: list[RelationAnswer]
    communities: list[CommunityAnswer]

    @classmethod
    def of(cls, part: GraphPart) -> "GraphPartAnswer":
        """Write a part of the graph."""
        return cls(
            entities=[EntityAnswer.of(each) for each in part.entities],
            relations=[RelationAnswer.of(each) for each in part.relations],
            communities=[CommunityAnswer.of(each) for each in part.communities],
        )


class CommunityHead(BaseModel):
    """A community in a list; `share` in [0, 1] is that of the graph's mentions in it."""

    id: str
    title: str
    entity_count: int
    share: float

    @classmethod
    def of(cls, community: Community) -> "CommunityHead":
        """Write a community without its report."""
        return cls(
            id=community.id,
            title=community.title,
            entity_count=len(community.entity_ids),
            share=round(community.rank, 6),
        )


class CommunityList(BaseModel):
    """One page of communities, the largest first; `next` is empty on the last."""

    items: list[CommunityHead]
    next: str


class PassageAnswer(BaseModel):
    """A passage of a document; `start` and `end` count characters of the document's text, `page` from 1, 0 for none."""

    chunk_id: str
    document_id: str
    title: str
    content: str
    page: int
    start: int
    end: int

    @classmethod
    def of(cls, hit: Hit) -> "PassageAnswer":
        """Write a passage."""
        chunk = hit.chunk
        return cls(
            chunk_id=chunk.id,
            document_id=chunk.document_id,
            title=hit.document_name,
            content=chunk.text,
            page=chunk.page,
            start=chunk.start,
            end=chunk.end,
        )
