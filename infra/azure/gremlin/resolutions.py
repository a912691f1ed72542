"""Decisions about names as readers of a version see them, and what people and models say to them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from infra.azure.gremlin import rulings
from infra.azure.gremlin.connection import Connection
from infra.azure.gremlin.rulings import Ruling
from shared.domain.access import BaseKey, Scope
from shared.domain.resolution import Band, Doubt, Resolution, SameAs, Verdict, resolution_id
from shared.graph.knowledge_of_names import edges, known

if TYPE_CHECKING:
    from infra.azure.gremlin.shown import Shown


def page(shown: Shown, scope: Scope, limit: int, after: str) -> list[Resolution]:
    """Return decisions behind an id as a scope may know of them; the others take no place."""
    every = shown.published.decided.resolutions
    behind = islice(every, bisect_right(every, after, key=lambda each: each.id), None)
    return list(islice(known(scope, behind, shown.grounds, shown.merges), limit))


def same_as(shown: Shown, scope: Scope, ids: Sequence[str], limit: int) -> list[SameAs]:
    """Return the edges that touch entities, the likeliest first."""
    keys = {key for id in ids if (key := shown.keys_by_id.get(id))}
    touching = [
        each
        for each in shown.published.decided.resolutions
        if each.decision.band is not Band.APART and not keys.isdisjoint(map(shown.canonical, each.decision.pair))
    ]
    return edges(scope.base, known(scope, touching, shown.grounds, shown.merges), shown.merges, limit)


async def undo(connection: Connection, shown: Shown, scope: Scope, id: str) -> bool:
    """Keep two names apart with the next version; say whether the scope knows of the decision."""
    asked = [each for each in shown.published.decided.resolutions if each.id == id]
    if not [*known(scope, asked, shown.grounds, shown.merges)]:
        return False
    await rulings.add(connection, scope.base, [Ruling(id)])
    return True


async def judge(connection: Connection, shown: Shown, base: BaseKey, verdicts: Sequence[tuple[Doubt, Verdict]]) -> None:
    """Keep verdicts for the next version; one whose passage is gone, or about to go, is let go."""
    published = shown.published
    asked = {id for doubt, _ in verdicts for id in chunks_of(doubt)} & published.chunk_index.keys()
    vertices = {id: published.vertices[published.chunk_index[id]] for id in asked}
    alive = await rulings.alive(connection, base, vertices.values()) if vertices else set()
    held = [each for each in verdicts if alive.issuperset(chunks_of(each[0]))]
    await rulings.add(connection, base, [ruling(base, vertices, *each) for each in held])


def chunks_of(doubt: Doubt) -> tuple[str, str]:
    """Return the chunks that a verdict rests on."""
    return doubt.alias_chunk, doubt.key_chunk


def ruling(base: BaseKey, vertices: Mapping[str, str], doubt: Doubt, verdict: Verdict) -> Ruling:
    """Return a verdict as it is kept, its names in one order."""
    (alias, one), (key, other) = sorted(((doubt.alias, doubt.alias_chunk), (doubt.key, doubt.key_chunk)))
    return Ruling(resolution_id(base, alias, key), verdict, alias, key, vertices[one], vertices[other])
