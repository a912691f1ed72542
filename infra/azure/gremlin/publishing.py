"""Make what was recorded and forgotten the next version: read the chunks that changed, write files, move the base."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import time

from infra.azure.gremlin import recording, rulings, scripts
from infra.azure.gremlin.assembly import Content, Piece, assembled, piece
from infra.azure.gremlin.bases import BaseState, base_state, ensured_base, folder, moved, once, retire
from infra.azure.gremlin.connection import Connection
from infra.azure.gremlin.contributions import chunk_vertex, contribution_of, headings_of
from infra.azure.gremlin.deciding import Decided, decided
from infra.azure.gremlin.passages import Passages
from infra.azure.gremlin.recent import Recent
from infra.azure.gremlin.rulings import Ruling, in_force
from infra.azure.gremlin.scripts import slices
from shared.domain.access import BaseKey
from shared.domain.errors import NotFound, StoreUnavailable
from shared.domain.graph import Contribution, Mention, MentionSource
from shared.domain.identity import content_id
from shared.ports.files import Files
from shared.retrieval.linking import heading_links

ATTEMPTS = 5
"""Times a publication starts anew because another one was faster."""

GRACE_SECONDS = 600.0
"""How long the files of an earlier version stay for who began to read them; no reader takes a minute."""

MOST_BASES = 3
"""Knowledge bases of which a process keeps in memory what their last version is made of."""

SNAPSHOT, DECISIONS, CONTRIBUTIONS = "snapshot.npz", "decisions.json.gz", "contributions.json.gz"


@dataclass(frozen=True)
class Pending:
    """What waits for the next version, by vertex: chunks to be shown, chunks to go, and what was said of names."""

    new: Mapping[str, Contribution]
    going: Mapping[str, Contribution]
    rulings: Mapping[str, Ruling]


@dataclass(frozen=True)
class Made:
    """What a version is made of, by vertex, and what is decided in it."""

    pieces: Mapping[str, Piece] = field(default_factory=dict)
    decided: Decided = field(default_factory=Decided)


@dataclass
class Publisher:
    """Publishes versions; keeps what the last one was made of, so that the next costs the chunks that changed."""

    connection: Connection
    files: Files
    passages: Passages
    grace_seconds: float = GRACE_SECONDS
    clock: Callable[[], float] = time
    _kept: Recent[tuple[str, Made]] = field(default_factory=lambda: Recent(MOST_BASES))

    async def publish(self, base: BaseKey) -> tuple[int, frozenset[str]]:
        """Publish what waits and return the version, and the chunks that are gone with it.

        Raises StoreUnavailable where others publish the same base all the time.
        """
        for _ in range(ATTEMPTS):
            state = await base_state(self.connection, base) or BaseState()
            published = await self._published(base, state, await self._pending(base, "new"))
            if published is not None:
                return published
        raise StoreUnavailable("others publish this knowledge base at the same time, again and again")

    async def _published(self, base: BaseKey, state: BaseState, pending: Pending) -> tuple[int, frozenset[str]] | None:
        before = await self._before(base, state)
        if before is None:  # a file is lost; the graph itself still says what is published
            before, pending = Made(), await self._pending(base, "new", "live")
        kept = staying(before.pieces, pending)
        added = {vertex: said for vertex, said in pending.new.items() if vertex not in before.pieces}
        ruled = in_force(before.decided.rulings, pending.rulings, {*kept, *added})
        if not added and len(kept) == len(before.pieces) and ruled == before.decided.rulings:
            await self._settle(base, pending, ruled, ())
            await self._sweep(base, state, self.grace_seconds)
            return state.version, frozenset()
        await ensured_base(self.connection, base)
        following = state.version + 1
        pieces = await self._linked(base, following, before.pieces, kept, added)
        made = await asyncio.to_thread(made_of, base, pieces, ruled, before, self.clock())
        content = await asyncio.to_thread(assembled, following, pieces)
        path = await self._written(base, content, made)
        retired = (*state.retired, *([(state.snapshot, self.clock())] if state.snapshot else []))
        present = await moved(self.connection, base, state, path, retired)
        if (present.version, present.snapshot) != (following, path):
            if path not in (present.snapshot, *dict(present.retired)):
                await self.files.delete(f"{path}/")
            return None
        self._kept.keep(base, (path, made))
        await self._settle(base, pending, ruled, {*before.decided.rulings, *pending.rulings} - ruled.keys())
        await recording.drop_links(self.connection, base, headings(before.pieces.values()) - content.headings)
        # A deleted document's names stand in no file from now on; a reader who misses one reads the next version.
        grace = 0.0 if documents(before.pieces.values()) - documents(pieces) else self.grace_seconds
        await self._sweep(base, replace(state, version=following, retired=retired), grace)
        gone = {each.said.chunk_id for vertex, each in before.pieces.items() if vertex not in kept}
        return following, frozenset(gone)

    async def _pending(self, base: BaseKey, *shown: str) -> Pending:
        """Read what is in the states to be `shown`, and the chunks that go; what chunks say in small portions."""
        ruled = await rulings.rulings(self.connection, base, shown)
        where = {"tenant": base.tenant, "base": base.id, "states": [*shown, "going"]}
        listed = await self.connection.run(scripts.IN_STATES, **where)
        new: dict[str, Contribution] = {}
        going: dict[str, Contribution] = {}
        for chunks in slices(dict.fromkeys(row["chunk"] for row in listed)):
            for row in await self.connection.run(scripts.SAID, **where, chunks=chunks):
                vertex = chunk_vertex(base, row["chunk"], row["said"])
                found = going if row["state"] == "going" else new
                found[vertex] = contribution_of(row["chunk"], row["document"], row["said"])
        return Pending(new, going, ruled)

    async def _before(self, base: BaseKey, state: BaseState) -> Made | None:
        """Return what the published version is made of, or None where a file of it is lost."""
        if not state.snapshot:
            return Made()
        kept = self._kept.get(base)
        if kept and kept[0] == state.snapshot:
            return kept[1]
        from infra.azure.gremlin.decisions_file import read_decisions
        from infra.azure.gremlin.published import read_contributions

        try:
            contributions = await self.files.read(f"{state.snapshot}/{CONTRIBUTIONS}")
            decisions = await self.files.read(f"{state.snapshot}/{DECISIONS}")
        except NotFound:
            return None
        pieces = await asyncio.to_thread(read_contributions, contributions.content)
        return Made(pieces, await asyncio.to_thread(read_decisions, base, decisions.content))

    async def _linked(
        self,
        base: BaseKey,
        version: int,
        before: Mapping[str, Piece],
        kept: Mapping[str, Piece],
        added: Mapping[str, Contribution],
    ) -> list[Piece]:
        """Link chunks to headings: new chunks to all, older ones to those that are new and to none that are gone."""
        present = headings(kept.values()) | {key for said in added.values() for key in headings_of(said)}
        known = headings(before.values())
        names = heading_names(added.values(), present - known) if kept else ()
        held = {id for name in names for id in await self.passages.holding(base, name)}
        older = [each.said.chunk_id for each in kept.values() if each.said.chunk_id in held]
        texts: dict[str, str] = {}
        for ids in slices([*older, *(said.chunk_id for said in added.values())]):
            texts |= await self.passages.texts(base, ids)
        pieces = []
        for each in kept.values():
            found = heading_links(texts.get(each.said.chunk_id, ""), present - known)
            pieces.append(await self._relinked(base, version, each, present, found))
        for vertex, said in added.items():
            found = heading_links(texts.get(said.chunk_id, ""), present)
            await recording.connect(self.connection, base, vertex, found)
            mentions = (*unlinked(said).mentions, *found)
            pieces.append(piece(vertex, version, replace(said, mentions=mentions)))
        return pieces

    async def _relinked(
        self, base: BaseKey, version: int, kept: Piece, present: frozenset[str], found: Sequence[Mention]
    ) -> Piece:
        """Take away links to headings that are gone, and add those that are found."""
        mentions = [m for m in kept.said.mentions if m.source is not MentionSource.GAZETTEER or m.key in present]
        if len(mentions) == len(kept.said.mentions) and not found:
            return kept
        await recording.connect(self.connection, base, kept.vertex, found)
        return piece(kept.vertex, version, replace(kept.said, mentions=(*mentions, *found)))

    async def _written(self, base: BaseKey, content: Content, made: Made) -> str:
        """Write the files of a version and return their folder; what two publishers make of the same is the same."""
        from infra.azure.gremlin.decisions_file import decisions_file
        from infra.azure.gremlin.published import contributions_file, snapshot_file

        written = {
            CONTRIBUTIONS: await asyncio.to_thread(contributions_file, content.pieces),
            DECISIONS: await asyncio.to_thread(decisions_file, made.decided),
            SNAPSHOT: await asyncio.to_thread(snapshot_file, content),
        }
        digest = content_id(*(file.hex() for file in written.values()))[:12]
        path = f"{folder(base)}/{content.version}-{digest}"
        for name, file in written.items():
            await self.files.write(f"{path}/{name}", once(file))
        return path

    async def _settle(self, base: BaseKey, pending: Pending, ruled: Collection[str], over: Collection[str]) -> None:
        """Bring the graph up to what is published; whatever an end in between leaves is done the next time."""
        for vids in slices(pending.new):
            await self.connection.run(scripts.SETTLE, tenant=base.tenant, vids=vids)
        await rulings.settle(self.connection, base, pending.rulings, ruled, over)
        await recording.drop(self.connection, base, list(pending.going.items()))

    async def _sweep(self, base: BaseKey, state: BaseState, grace_seconds: float) -> None:
        """Remove the files of versions whose grace is over; without one, of all that are not the published one."""
        left = [
            (path, moment) for path, moment in state.retired if grace_seconds and moment + grace_seconds > self.clock()
        ]
        over = [path for path, _ in state.retired if path not in dict(left)]
        for path in over:
            await self.files.delete(f"{path}/")
        if over:
            await retire(self.connection, base, state.version, left)


def made_of(base: BaseKey, pieces: Sequence[Piece], ruled: Mapping[str, Ruling], before: Made, moment: float) -> Made:
    """Decide about the names of a version."""
    chunks = {each.vertex: each.said for each in pieces}
    earlier = [each.said for each in before.pieces.values()]
    about = decided(base, chunks, ruled, earlier, before.decided, moment)
    return Made({each.vertex: each for each in pieces}, about)


def staying(before: Mapping[str, Piece], pending: Pending) -> dict[str, Piece]:
    """Return the pieces that the next version keeps; a chunk that says something new is not kept as it was."""
    said_anew = {said.chunk_id: vertex for vertex, said in pending.new.items()}
    return {
        vertex: piece
        for vertex, piece in before.items()
        if vertex not in pending.going and said_anew.get(piece.said.chunk_id, vertex) == vertex
    }


def documents(pieces: Iterable[Piece]) -> set[str]:
    """Return the documents of chunks."""
    return {each.said.document_id for each in pieces}


def headings(pieces: Iterable[Piece]) -> frozenset[str]:
    """Return the keys that headings of chunks name."""
    return frozenset(key for piece in pieces for key in headings_of(piece.said))


def heading_names(contributions: Iterable[Contribution], keys: frozenset[str]) -> set[str]:
    """Return the names that headings give to keys."""
    mentions = (mention for each in contributions for mention in each.mentions)
    return {each.name for each in mentions if each.source is MentionSource.HEADING and each.key in keys}


def unlinked(said: Contribution) -> Contribution:
    """Return what a chunk says by itself."""
    own = tuple(each for each in said.mentions if each.source is not MentionSource.GAZETTEER)
    return replace(said, mentions=own)
