"""A graph store beside an index, and short ways to say what goes into it."""

from dataclasses import dataclass
from pathlib import Path

from infra.local.chunk_index import SqliteChunkIndex
from infra.local.graph_store import SqliteGraphStore
from infra.local.sqlite import Database
from shared.domain.documents import Chunk, Document
from shared.domain.graph import (
    AliasMention,
    Contribution,
    EntityType,
    Mention,
    MentionSource,
    RelationMention,
    RelationType,
    entity_id,
)
from shared.domain.snapshot import GraphSnapshot
from shared.ports.chunk_index import ChunkIndex
from shared.ports.graph_store import GraphStore
from shared.ports.resolutions import ResolutionStore
from tests.contract.passages import BASE, chunks, no_vectors


@dataclass(frozen=True)
class Ground:
    """A graph store, which keeps decisions about names as well, beside the index it shares documents with."""

    index: ChunkIndex
    graph: GraphStore
    resolutions: ResolutionStore

    async def keep(self, of: Document, *texts: str, heading: str = "") -> list[Chunk]:
        made = chunks(of, *texts, heading=heading)
        await self.index.replace(of, made, no_vectors(len(made)))
        return made

    async def say(self, of: Document, *contributions: Contribution) -> None:
        """Record and publish."""
        await self.graph.record(of.base, contributions)
        await self.graph.publish(of.base)


def stand(folder: Path) -> tuple[Ground, Database]:
    database = Database(folder / "knowledge.sqlite")
    index = SqliteChunkIndex(database)
    graph = SqliteGraphStore(database, index)
    return Ground(index, graph, graph), database


def mention(
    name: str, type: EntityType = EntityType.PERSON, confidence: float = 0.6, source: MentionSource = MentionSource.TEXT
) -> Mention:
    return Mention(name.lower(), name, type, confidence, source, 0, len(name))


def heading(name: str) -> Mention:
    return mention(name, EntityType.CONCEPT, 0.9, MentionSource.HEADING)


def relation(source: str, target: str, confidence: float = 0.5) -> RelationMention:
    return RelationMention(source, target, RelationType.WORKS_FOR, confidence, 0, 1)


def contribution(
    chunk: Chunk,
    *mentions: Mention,
    relations: tuple[RelationMention, ...] = (),
    aliases: tuple[AliasMention, ...] = (),
) -> Contribution:
    return Contribution(chunk.id, chunk.document_id, mentions, relations, aliases)


def edges(snapshot: GraphSnapshot) -> dict[tuple[str, str], float]:
    """Return the snapshot's evidence by chunk and entity, whatever order they stand in."""
    found = {}
    for row, chunk_id in enumerate(snapshot.chunk_ids):
        for place in range(int(snapshot.row_starts[row]), int(snapshot.row_starts[row + 1])):
            entity = snapshot.entity_ids[int(snapshot.columns[place])]
            found[chunk_id, entity] = round(float(snapshot.evidence[place]), 4)
    return found


def id_of(key: str) -> str:
    return entity_id(BASE, key)
