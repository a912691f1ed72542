"""What models and people say about two names: vertices of their own, seen from the next version on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from infra.azure.gremlin import scripts
from infra.azure.gremlin.connection import Connection
from infra.azure.gremlin.recording import together
from infra.azure.gremlin.scripts import slices
from shared.domain.access import BaseKey
from shared.domain.identity import content_id
from shared.domain.resolution import Verdict


@dataclass(frozen=True, slots=True)
class Ruling:
    """A model's verdict on two keys over two passages, `one` and `other`, which are vertices of chunks.

    Without a verdict it is a person's word that the two stay apart; then it names nothing but the decision's id.
    """

    resolution: str
    verdict: Verdict | None = None
    alias: str = ""
    key: str = ""
    one: str = ""
    other: str = ""

    @property
    def vertex(self) -> str:
        """The id of its vertex, made of what it says."""
        return content_id("graph-ruling", self.resolution, self.verdict or "", self.one, self.other)

    def rests_on(self, chunks: Collection[str]) -> bool:
        """Say whether its passages are among these vertices."""
        return self.verdict is None or (self.one in chunks and self.other in chunks)


def in_force(before: Mapping[str, Ruling], new: Mapping[str, Ruling], chunks: Collection[str]) -> dict[str, Ruling]:
    """Return the rulings of the next version by vertex: a model's word goes with its passages and before a later one.

    A person's word stays, and stands beside a model's.
    """
    latest = {
        (each.resolution, each.verdict is None): each
        for each in (*before.values(), *(new[vertex] for vertex in sorted(new)))
        if each.rests_on(chunks)
    }
    return {each.vertex: each for each in latest.values()}


async def add(connection: Connection, base: BaseKey, rulings: Sequence[Ruling]) -> None:
    """Write rulings for the next version; what is there already waits for it again."""
    calls = [
        (
            scripts.ADD_RULING,
            {
                "tenant": base.tenant,
                "base": base.id,
                "vid": each.vertex,
                "resolution": each.resolution,
                "verdict": each.verdict or "",
                "name": each.alias,
                "other_name": each.key,
                "one": each.one,
                "other": each.other,
            },
        )
        for each in rulings
    ]
    await together(connection, calls)


async def rulings(connection: Connection, base: BaseKey, states: Sequence[str]) -> dict[str, Ruling]:
    """Return the rulings of a base that are in some states, by vertex."""
    rows = await connection.run(scripts.RULINGS, tenant=base.tenant, base=base.id, states=list(states))
    read = [
        Ruling(
            row["resolution"],
            Verdict(row["verdict"]) if row["verdict"] else None,
            *(row[name] for name in ("alias", "key", "one", "other")),
        )
        for row in rows
    ]
    return {each.vertex: each for each in read}


async def alive(connection: Connection, base: BaseKey, chunks: Collection[str]) -> set[str]:
    """Return which chunks, given by the vertices that a version shows, are not about to go."""
    calls = [(scripts.ALIVE, {"tenant": base.tenant, "vids": vids}) for vids in slices(chunks)]
    return {row["chunk"] for rows in await together(connection, calls) for row in rows}


async def settle(
    connection: Connection, base: BaseKey, new: Mapping[str, Ruling], held: Collection[str], gone: Collection[str]
) -> None:
    """Bring the graph up to the rulings that a version holds."""
    for vids in slices(vertex for vertex in new if vertex in held):
        await connection.run(scripts.SETTLE, tenant=base.tenant, vids=vids)
    for vids in slices(gone):
        await connection.run(scripts.DROP_RULINGS, tenant=base.tenant, vids=vids)
