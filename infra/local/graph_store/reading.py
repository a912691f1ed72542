"""What readers see of the published graph: support by readable chunks, and no other."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.domain.access import BaseKey
from shared.domain.graph import Entity, Relation, RelationType, entity_id
from shared.graph.support import entity
from shared.graph.support import relations as stated

MENTIONS = """
SELECT key, name, type, confidence, source, chunk FROM graph_mention m
WHERE chunk IN (SELECT value FROM json_each(?)) AND key IN (SELECT value FROM json_each(?))
  AND (source <> 'gazetteer' OR EXISTS (SELECT 1 FROM graph_heading h WHERE h.base = m.base AND h.key = m.key))
"""

RELATIONS = """
SELECT source, target, type, confidence, id AS chunk FROM graph_relation JOIN graph_chunk ON chunk = number
WHERE chunk IN (SELECT value FROM json_each(?1))
  AND (source IN (SELECT value FROM json_each(?2)) OR target IN (SELECT value FROM json_each(?2)))
"""


EVERY_RELATION = """
SELECT source, target, type, max(confidence) AS confidence FROM graph_relation
JOIN graph_chunk ON graph_chunk.number = chunk JOIN graph_base ON graph_base.number = graph_chunk.base
WHERE graph_chunk.base = ? AND since <= version GROUP BY source, target, type
"""


@dataclass(frozen=True)
class Support:
    """What a reading rests on: the numbers of readable published chunks, and which keys are one entity."""

    base: BaseKey
    chunks: Sequence[int]
    merges: Mapping[str, str]

    def canonical(self, key: str) -> str:
        """Return the key that an entity is known by."""
        return self.merges.get(key, key)

    def bound(self, keys: Collection[str]) -> tuple[str, str]:
        """Return the chunks, and the entities' keys with all that merge into them, as JSON."""
        merged = [key for key, into in self.merges.items() if into in keys]
        return json.dumps(list(self.chunks)), json.dumps([*keys, *merged])


def entities(connection: sqlite3.Connection, support: Support, ids_by_key: Mapping[str, str]) -> Iterator[Entity]:
    """Read entities, given as canonical key and id; one that no readable chunk names is not there."""
    rows: defaultdict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in connection.execute(MENTIONS, support.bound(ids_by_key.keys())):
        rows[support.canonical(row["key"])].append(row)
    for key, id in ids_by_key.items():
        if rows[key]:
            yield entity(id, rows[key])


def relations(connection: sqlite3.Connection, support: Support, keys: Collection[str], limit: int) -> list[Relation]:
    """Read at most `limit` relations that touch canonical keys, the strongest first."""
    return stated(support.base, connection.execute(RELATIONS, support.bound(keys)), support.canonical, limit)


def every_relation(
    connection: sqlite3.Connection, base: BaseKey, number: int, into: Mapping[str, str]
) -> list[Relation]:
    """Read all published relations of a base with their best statement's confidence, without their chunks."""
    strongest: dict[tuple[str, str, str], float] = {}
    for row in connection.execute(EVERY_RELATION, (number,)):
        ends = into.get(row["source"], row["source"]), into.get(row["target"], row["target"]), row["type"]
        strongest[ends] = max(strongest.get(ends, 0.0), row["confidence"])
    return [
        Relation(entity_id(base, source), entity_id(base, target), RelationType(kind), confidence, ())
        for (source, target, kind), confidence in sorted(strongest.items())
        if source != target
    ]
