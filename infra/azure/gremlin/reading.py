"""What readers see of the published graph: entities, and one hop from them, by the chunks that they may read alone."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infra.azure.gremlin import scripts
from infra.azure.gremlin.assembly import merged_relations
from infra.azure.gremlin.connection import Connection
from infra.azure.gremlin.published import Published
from infra.azure.gremlin.recording import Call, together
from infra.azure.gremlin.scripts import slices
from infra.azure.gremlin.shown import Shown
from shared.domain.access import Scope
from shared.domain.graph import Entity, MentionSource, Relation, RelationType, entity_id
from shared.graph import support
from shared.graph.rows_naming import rows_naming


def entities(shown: Shown, scope: Scope, ids: Sequence[str]) -> list[Entity]:
    """Read entities from the version in memory; one that no readable chunk names is not there."""
    keys = {key: id for id in ids if (key := shown.keys_by_id.get(id))}
    rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    readable = shown.readable(scope)
    for key in shown.spelled(keys):
        rows[shown.canonical(key)] += mentions(shown.published, readable, key)
    return [support.entity(id, rows[key]) for key, id in keys.items() if rows[key]]


def mentions(published: Published, readable: NDArray[np.bool_], key: str) -> Iterator[dict[str, Any]]:
    """Yield what the readable chunks, each by its row, say of one key."""
    number = published.keys.get(key, -1)
    start, end = (int(np.searchsorted(published.vote_keys, number, side)) for side in ("left", "right"))
    for place in range(start, end):
        row = int(published.vote_rows[place])
        if readable[row]:
            yield {
                "chunk": row,
                "name": published.names[published.vote_names[place]],
                "type": published.types[published.vote_types[place]],
                "confidence": float(published.confidences[place]),
                "source": MentionSource.GAZETTEER if published.vote_linked[place] else MentionSource.TEXT,
            }


async def relations(
    connection: Connection, shown: Shown, scope: Scope, ids: Sequence[str], limit: int
) -> list[Relation]:
    """Read relations that touch entities: one hop in the graph, through the chunks that a scope may read alone."""
    keys = {key for id in ids if (key := shown.keys_by_id.get(id))}
    calls = await asyncio.to_thread(lambda: list(hops(shown, scope, shown.spelled(keys))))
    found = await together(connection, calls)
    published = shown.published
    chunks = dict(zip(published.vertices, published.chunks, strict=True))
    rows = [row | {"chunk": chunks[row["support"]]} for rows in found for row in rows]
    return support.relations(scope.base, rows, shown.canonical, limit)


def hops(shown: Shown, scope: Scope, keys: Collection[str]) -> Iterator[Call]:
    """Yield the calls for the edges that touch keys; each asks for those chunks alone that relate one of its keys.

    A relation is found by an end that its chunk names.
    """
    published, readable = shown.published, shown.readable(scope)
    for some in slices(key for key in keys if key in published.keys):
        stating = published.end_rows[np.isin(published.end_keys, [published.keys[key] for key in some])]
        rows = np.intersect1d(stating[readable[stating]], rows_naming(shown.snapshot, map(shown.canonical, some)))
        eids = [entity_id(scope.base, key) for key in some]
        for vids in slices(published.vertices[row] for row in rows.tolist()):
            yield scripts.RELATIONS, {"tenant": scope.base.tenant, "eids": eids, "vids": vids}


def every_relation(shown: Shown) -> list[Relation]:
    """Return all relations between entities with their best statement's confidence, without their chunks."""
    base = shown.published.base
    return [
        Relation(entity_id(base, source), entity_id(base, target), RelationType(kind), confidence, ())
        for source, target, kind, confidence in merged_relations(shown.published.relations, shown.merges)
    ]
