"""Write what chunks contribute into the graph, and let go of it; readers see neither before the next version."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from infra.azure.gremlin import scripts
from infra.azure.gremlin.connection import Connection
from infra.azure.gremlin.contributions import chunk_vertex, headings_of, said_by
from infra.azure.gremlin.scripts import Script, slices
from shared.domain.access import BaseKey
from shared.domain.errors import StoreUnavailable
from shared.domain.graph import Contribution, Mention, MentionSource, RelationMention, entity_id
from shared.domain.identity import content_id

Call = tuple[Script, Mapping[str, object]]


async def record(connection: Connection, base: BaseKey, contributions: Sequence[Contribution]) -> None:
    """Write contributions, each whole before it counts, and let go of what the same chunks said before."""
    kept: dict[str, str] = {}
    for each in contributions:
        said = said_by(each)
        kept[each.chunk_id] = vertex = chunk_vertex(base, each.chunk_id, said)
        headings = json.dumps(sorted(headings_of(each)), ensure_ascii=False)
        bound = {"base": base.id, "chunk": each.chunk_id, "document": each.document_id, "headings": headings}
        await connection.run(scripts.ADD_CHUNK, tenant=base.tenant, vid=vertex, said=said, **bound)
        mentions = [mention for mention in each.mentions if mention.source is not MentionSource.GAZETTEER]
        await connect(connection, base, vertex, mentions, each.relations)
        await connection.run(scripts.SHOW_CHUNK, tenant=base.tenant, vid=vertex)
    for chunks in slices(kept):
        vertices = [kept[chunk] for chunk in chunks]
        await connection.run(scripts.RETIRE_OTHERS, tenant=base.tenant, base=base.id, chunks=chunks, kept=vertices)


async def connect(
    connection: Connection,
    base: BaseKey,
    vertex: str,
    mentions: Sequence[Mention],
    relations: Sequence[RelationMention] = (),
) -> None:
    """Write a chunk's entities and edges; what is there already stays as it is."""
    names = {end: end for each in relations for end in (each.source, each.target)}
    names |= {mention.key: mention.name for mention in mentions}
    entities = [added_entity(base, key, name) for key, name in names.items()]
    edges = [*added_mentions(base, vertex, mentions), *added_relations(base, vertex, relations)]
    await together(connection, entities)
    found = await together(connection, edges)
    missing = [edge for edge, rows in zip(edges, found, strict=True) if not rows]
    if missing:  # a publication swept an entity away, as an orphan, before its edge was there
        await together(connection, entities)
        if not all(await together(connection, missing)):
            raise StoreUnavailable("the graph changes under this write")


async def together(connection: Connection, calls: Iterable[Call]) -> list[list[Any]]:
    """Run scripts side by side, as far as there are connections."""
    return await asyncio.gather(*(connection.run(script, **bindings) for script, bindings in calls))


def added_entity(base: BaseKey, key: str, name: str) -> Call:
    """Return the call that adds an entity."""
    bound = {"tenant": base.tenant, "base": base.id, "eid": entity_id(base, key), "entity": key, "name": name}
    return scripts.ADD_ENTITY, bound


def added_mentions(base: BaseKey, vertex: str, mentions: Sequence[Mention]) -> Iterator[Call]:
    """Yield one edge for all mentions of a chunk that say the same; their confidences add up as votes."""
    votes: defaultdict[tuple[str, str, str, str], float] = defaultdict(float)
    for each in mentions:
        votes[each.key, each.name, each.type.value, each.source.value] += each.confidence
    for (key, name, kind, source), confidence in votes.items():
        ids = {
            "vid": vertex,
            "eid": entity_id(base, key),
            "mid": content_id("mention", vertex, key, name, kind, source),
        }
        said = {"entity": key, "name": name, "kind": kind, "source": source, "confidence": confidence}
        yield scripts.ADD_MENTION, {"tenant": base.tenant, **ids, **said}


def added_relations(base: BaseKey, vertex: str, relations: Sequence[RelationMention]) -> Iterator[Call]:
    """Yield one edge for all statements of a chunk that say the same, with the surest one's confidence."""
    surest: dict[tuple[str, str, str], float] = {}
    for each in relations:
        ends = each.source, each.target, each.type.value
        surest[ends] = max(each.confidence, surest.get(ends, 0.0))
    for (source, target, kind), confidence in surest.items():
        ids = {"source_id": entity_id(base, source), "target_id": entity_id(base, target), "vid": vertex}
        said = {"source": source, "target": target, "kind": kind, "confidence": confidence}
        rid = content_id("relation", vertex, source, target, kind)
        yield scripts.ADD_RELATION, {"tenant": base.tenant, "rid": rid, **ids, **said}


async def forget(connection: Connection, base: BaseKey, document: str, except_chunks: Collection[str]) -> None:
    """Let a document's chunks go with the next version, but for the chunks named."""
    where: dict[str, object] = {"tenant": base.tenant, "base": base.id, "document": document}
    rows = await connection.run(scripts.CHUNKS_OF, **where)
    for chunks in slices({row["chunk"] for row in rows} - set(except_chunks)):
        await connection.run(scripts.RETIRE_CHUNKS, **where, chunks=chunks)


async def recorded(connection: Connection, base: BaseKey, chunk_ids: Sequence[str]) -> set[str]:
    """Return which of the chunks have a contribution that is whole and not about to go."""
    calls = [
        (scripts.RECORDED, {"tenant": base.tenant, "base": base.id, "chunks": chunks}) for chunks in slices(chunk_ids)
    ]
    return {row["chunk"] for rows in await together(connection, calls) for row in rows}


async def new_headings(connection: Connection, base: BaseKey) -> frozenset[str]:
    """Return the keys that headings of chunks name which wait for the next version."""
    rows = await connection.run(scripts.NEW_HEADINGS, tenant=base.tenant, base=base.id)
    return frozenset(key for row in rows for key in json.loads(row["headings"]))


async def drop(connection: Connection, base: BaseKey, gone: Sequence[tuple[str, Contribution]]) -> None:
    """Take away the vertices of chunks, their edges, and the entities that nothing else supports.

    The chunks go after their relations and the verdicts over them: an end in between leaves enough to go on from.
    """
    sources = {each.source for _, contribution in gone for each in contribution.relations}
    keys = {each.target for _, contribution in gone for each in contribution.relations} | sources
    keys |= {each.key for _, contribution in gone for each in contribution.mentions}
    vertices = list(slices(vertex for vertex, _ in gone))
    for vids in vertices:
        for eids in slices(entity_id(base, key) for key in sources):
            await connection.run(scripts.DROP_RELATIONS, tenant=base.tenant, eids=eids, vids=vids)
        await connection.run(scripts.DROP_RULINGS_OVER, tenant=base.tenant, base=base.id, vids=vids)
    for vids in vertices:
        await connection.run(scripts.DROP_CHUNKS, tenant=base.tenant, vids=vids)
    await drop_orphans(connection, base, keys)


async def drop_orphans(connection: Connection, base: BaseKey, keys: Iterable[str]) -> None:
    """Take away those of the entities that no edge leads to or from."""
    for eids in slices(entity_id(base, key) for key in keys):
        await connection.run(scripts.DROP_ORPHANS, tenant=base.tenant, eids=eids)


async def drop_links(connection: Connection, base: BaseKey, headings: Collection[str]) -> None:
    """Take away the edges of texts that name headings which are headings no longer."""
    for eids in slices(entity_id(base, key) for key in headings):
        await connection.run(scripts.DROP_LINKS, tenant=base.tenant, eids=eids)
    await drop_orphans(connection, base, headings)
