"""Write readings as JSON, read them back, and name them by all that a model was asked with."""

import json

from shared.domain.documents import Chunk
from shared.domain.extraction import NamedThing, Reading, StatedRelation
from shared.domain.graph import EntityType, RelationType
from shared.domain.identity import content_id
from shared.graph.pack_rules import RULES


def reading_key(model: str, chunk: Chunk) -> str:
    """Name the reading of a chunk: another model, other rules or another text make another one."""
    return content_id("reading", model, RULES, chunk.headed_text)


def reading_to_json(reading: Reading) -> str:
    """Write a reading."""
    things = [[each.name, each.type.value if each.type else None] for each in reading.things]
    relations = [[each.source, each.type.value, each.target, each.confidence] for each in reading.relations]
    return json.dumps([things, relations], ensure_ascii=False, separators=(",", ":"))


def reading_from_json(text: str) -> Reading:
    """Read what `reading_to_json` wrote."""
    things, relations = json.loads(text)
    return Reading(
        tuple(NamedThing(name, EntityType(kind) if kind else None) for name, kind in things),
        tuple(StatedRelation(source, target, RelationType(kind), sure) for source, kind, target, sure in relations),
    )
