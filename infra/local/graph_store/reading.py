"""What readers see of the published graph: support by readable chunks, and no other."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce

from shared.domain.access import BaseKey, Scope
from shared.domain.graph import Entity, EntityType, Relation, RelationType, entity_id

SUPPORT = """
JOIN graph_chunk ON graph_chunk.number = chunk JOIN graph_base ON graph_base.number = graph_chunk.base
JOIN indexed_base ON indexed_base.tenant = graph_base.tenant AND indexed_base.id = graph_base.id
JOIN indexed_document ON indexed_document.base = indexed_base.number AND indexed_document.id = graph_chunk.document_id
WHERE graph_chunk.base = ? AND since <= graph_base.version
  AND EXISTS (SELECT 1 FROM json_each(access) WHERE value IN (SELECT value FROM json_each(?)))
"""
"""Joins rows of contributions with their chunks and keeps the published ones of documents that a label opens."""

MENTIONS = f"""
SELECT key, graph_mention.name, type, confidence, source, chunk FROM graph_mention {SUPPORT}
  AND graph_mention.base = graph_chunk.base AND key IN (SELECT value FROM json_each(?))
  AND (source <> 'gazetteer' OR EXISTS (
    SELECT 1 FROM graph_heading h WHERE h.base = graph_mention.base AND h.key = graph_mention.key))
"""

RELATIONS = f"""
SELECT source, target, type, confidence, graph_chunk.id AS chunk_id FROM graph_relation {SUPPORT}
  AND graph_relation.base = graph_chunk.base AND (chunk, place) IN (
    SELECT chunk, place FROM graph_relation WHERE base = ? AND source IN (SELECT value FROM json_each(?))
    UNION SELECT chunk, place FROM graph_relation WHERE base = ? AND target IN (SELECT value FROM json_each(?)))
"""

EVERY_RELATION = """
SELECT source, target, type, max(confidence) AS confidence FROM graph_relation
JOIN graph_chunk ON graph_chunk.number = chunk JOIN graph_base ON graph_base.number = graph_chunk.base
WHERE graph_chunk.base = ? AND since <= version GROUP BY source, target, type
"""

MERGES = "SELECT key, canonical FROM graph_merge WHERE base = ? AND (key IN ({0}) OR canonical IN ({0}))"


class Merges:
    """Which keys are one entity, as far as a reading needs it."""

    def __init__(self, connection: sqlite3.Connection, base: int) -> None:
        rows = connection.execute("SELECT key, canonical FROM graph_merge WHERE base = ?", (base,))
        self.canonical: dict[str, str] = {row["key"]: row["canonical"] for row in rows}
        self.members: defaultdict[str, list[str]] = defaultdict(list)
        for key, into in self.canonical.items():
            self.members[into].append(key)

    def of(self, key: str) -> str:
        """Return the key that an entity is known by."""
        return self.canonical.get(key, key)

    def all(self, keys: Sequence[str]) -> list[str]:
        """Return the keys of entities with everything that merges into them."""
        return [member for key in keys for member in (key, *self.members[key])]


def labels_of(scope: Scope) -> str:
    """Write a scope's labels as JSON."""
    return json.dumps(sorted(scope.labels))


def entities(
    connection: sqlite3.Connection, scope: Scope, base: int, ids_by_key: Mapping[str, str]
) -> Iterator[Entity]:
    """Read entities, given as canonical key and id; one that no readable chunk names is not there."""
    merges = Merges(connection, base)
    wanted = json.dumps(merges.all(list(ids_by_key)))
    rows: defaultdict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in connection.execute(MENTIONS, (base, labels_of(scope), wanted)):
        rows[merges.of(row["key"])].append(row)
    for key, id in ids_by_key.items():
        if rows[key]:
            yield entity(id, rows[key])


def entity(id: str, mentions: list[sqlite3.Row]) -> Entity:
    """Let the mentions vote on name and type; a text that merely names a heading has no vote."""
    voters = [row for row in mentions if row["source"] != "gazetteer"] or mentions
    names: Counter[str] = Counter(name for _, name in {(row["chunk"], row["name"]) for row in voters})
    types: defaultdict[str, float] = defaultdict(float)
    for row in voters:
        types[row["type"]] += row["confidence"]
    ranked = sorted(names, key=lambda name: (-names[name], name))
    kind = min(types, key=lambda each: (-types[each], each))
    return Entity(id, ranked[0], EntityType(kind), len({row["chunk"] for row in mentions}), tuple(ranked[1:]))


def relations(connection: sqlite3.Connection, scope: Scope, base: int, keys: Sequence[str]) -> list[Relation]:
    """Read the relations that touch canonical keys, the strongest first.

    The confidence is the noisy-or 1 - prod(1 - c) over supporting chunks, each with its best statement.
    """
    merges = Merges(connection, base)
    wanted = json.dumps(merges.all(keys))
    support: defaultdict[tuple[str, str, str], dict[str, float]] = defaultdict(dict)
    for row in connection.execute(RELATIONS, (base, labels_of(scope), base, wanted, base, wanted)):
        chunks = support[merges.of(row["source"]), merges.of(row["target"]), row["type"]]
        chunks[row["chunk_id"]] = max(chunks.get(row["chunk_id"], 0.0), row["confidence"])
    merged = [
        Relation(
            entity_id(scope.base, source),
            entity_id(scope.base, target),
            RelationType(kind),
            noisy_or(chunks.values()),
            tuple(sorted(chunks)),
        )
        for (source, target, kind), chunks in support.items()
        if source != target
    ]
    return sorted(merged, key=lambda each: (-each.confidence, each.source, each.target, each.type))


def noisy_or(confidences: Iterable[float]) -> float:
    """Return how sure independent statements are together."""
    return 1 - reduce(lambda doubt, confidence: doubt * (1 - confidence), sorted(confidences), 1.0)


def every_relation(connection: sqlite3.Connection, base: BaseKey, number: int) -> list[Relation]:
    """Read all published relations of a base with their best statement's confidence, without their chunks."""
    merges = Merges(connection, number)
    strongest: dict[tuple[str, str, str], float] = {}
    for row in connection.execute(EVERY_RELATION, (number,)):
        ends = merges.of(row["source"]), merges.of(row["target"]), row["type"]
        strongest[ends] = max(strongest.get(ends, 0.0), row["confidence"])
    return [
        Relation(entity_id(base, source), entity_id(base, target), RelationType(kind), confidence, ())
        for (source, target, kind), confidence in sorted(strongest.items())
        if source != target
    ]
