"""The knowledge graph: entities, relations, what supports them, and communities."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.access import BaseKey
from shared.domain.identity import content_id


class EntityType(StrEnum):
    """The ten types; a type is a vote of each mention, never part of an entity's identity."""

    PERSON = "PERSON"
    ORGANIZATION = "ORGANIZATION"
    LOCATION = "LOCATION"
    EVENT = "EVENT"
    PRODUCT = "PRODUCT"
    TECHNOLOGY = "TECHNOLOGY"
    CONCEPT = "CONCEPT"
    PROCESS = "PROCESS"
    DATE = "DATE"
    METRIC = "METRIC"


class RelationType(StrEnum):
    """The fifteen types of relation between two entities."""

    IS_A = "IS_A"
    PART_OF = "PART_OF"
    LOCATED_IN = "LOCATED_IN"
    MEMBER_OF = "MEMBER_OF"
    WORKS_FOR = "WORKS_FOR"
    CREATED_BY = "CREATED_BY"
    OWNS = "OWNS"
    PRODUCES = "PRODUCES"
    USES = "USES"
    IMPLEMENTS = "IMPLEMENTS"
    DEPENDS_ON = "DEPENDS_ON"
    CAUSES = "CAUSES"
    PARTICIPATED_IN = "PARTICIPATED_IN"
    OCCURRED_ON = "OCCURRED_ON"
    RELATED_TO = "RELATED_TO"


class MentionSource(StrEnum):
    """How a mention was found: in the running text, as a heading above it, or because the text names a heading."""

    TEXT = "text"
    HEADING = "heading"
    GAZETTEER = "gazetteer"


@dataclass(frozen=True, slots=True)
class Mention:
    """A chunk names an entity. `key` is the normalised name; offsets count characters of the chunk's text."""

    key: str
    name: str
    type: EntityType
    confidence: float
    source: MentionSource
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RelationMention:
    """A chunk states a relation from the entity `source` to the entity `target` (keys), in the span it names."""

    source: str
    target: str
    type: RelationType
    confidence: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AliasMention:
    """A chunk says that two keys name one thing; `score` in [0, 1] decides whether they merge or stay SAME_AS."""

    alias: str
    key: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """All that one chunk adds to the graph; to forget the chunk is to take exactly this away."""

    chunk_id: str
    document_id: str
    mentions: tuple[Mention, ...] = ()
    relations: tuple[RelationMention, ...] = ()
    aliases: tuple[AliasMention, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing that readable chunks name. `mention_count` counts those chunks."""

    id: str
    name: str
    type: EntityType
    mention_count: int
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """A typed edge with the noisy-or of its supporting chunks' confidences, and those chunks."""

    source: str
    target: str
    type: RelationType
    confidence: float
    chunk_ids: tuple[str, ...]


def ends(entity_ids: Iterable[str], relations: Iterable[Relation]) -> list[str]:
    """Return entities and the ends of relations, each once, the entities first."""
    return list(dict.fromkeys([*entity_ids, *(end for each in relations for end in (each.source, each.target))]))


@dataclass(frozen=True, slots=True)
class Community:
    """Entities that hang together, with an extractive report. `rank` is the share of the graph's mentions in it."""

    id: str
    title: str
    report: str
    entity_ids: tuple[str, ...]
    rank: float
    chunk_ids: tuple[str, ...]


def entity_id(base: BaseKey, key: str) -> str:
    """Name an entity by its knowledge base and normalised name; its type is not part of it."""
    return content_id("entity", base.tenant, base.id, key)
