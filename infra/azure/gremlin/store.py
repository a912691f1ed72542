"""The graph store on Cosmos DB for Gremlin as the port asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from time import time
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from infra.azure.gremlin import recording, resolutions
from infra.azure.gremlin.bases import base_state, ensured_base
from infra.azure.gremlin.communities import Communities
from infra.azure.gremlin.connection import Connection
from infra.azure.gremlin.doubts import doubts
from infra.azure.gremlin.passages import Passages
from infra.azure.gremlin.publishing import DECISIONS, GRACE_SECONDS, SNAPSHOT, Publisher
from infra.azure.gremlin.recent import Recent
from shared.domain.access import BaseKey, Scope
from shared.domain.errors import NotFound, StoreUnavailable
from shared.domain.graph import Community, Contribution, Entity, Relation, ends
from shared.domain.resolution import Doubt, Resolution, SameAs, Verdict
from shared.domain.snapshot import GraphSnapshot
from shared.ports.files import Files

if TYPE_CHECKING:
    from infra.azure.gremlin.published import Published
    from infra.azure.gremlin.shown import Shown

ATTEMPTS = 3
"""Times the published version is looked for, where its files go while they are about to be read."""

MOST_BASES = 30
"""Knowledge bases of which a process holds the published version in memory."""


@dataclass(frozen=True)
class Held:
    """A version in memory: where its files stand, and the index's version that its access labels are of."""

    path: str
    index_version: int
    shown: Shown


class GremlinGraphStore:
    """Implements the ports GraphStore and ResolutionStore.

    The graph itself is the record of what is said; a version of it is published as files, which each process loads
    once. Access labels are those that the chunk index has at this moment.
    """

    def __init__(
        self,
        connection: Connection,
        files: Files,
        passages: Passages,
        grace_seconds: float = GRACE_SECONDS,
        clock: Callable[[], float] = time,
    ) -> None:
        """`grace_seconds` is how long the files of an earlier version stay; `clock` gives seconds since 1970."""
        self._connection, self._files, self._passages = connection, files, passages
        self._publisher = Publisher(connection, files, passages, grace_seconds, clock)
        self._communities = Communities(connection, files)
        self._loading: WeakValueDictionary[BaseKey, asyncio.Lock] = WeakValueDictionary()
        self._held: Recent[Held] = Recent(MOST_BASES)

    async def record(self, base: BaseKey, contributions: Sequence[Contribution]) -> None:
        """See the port."""
        await recording.record(self._connection, base, contributions)

    async def forget(self, base: BaseKey, document_id: str, except_chunks: Collection[str] = ()) -> None:
        """See the port."""
        await recording.forget(self._connection, base, document_id, except_chunks)

    async def recorded(self, base: BaseKey, chunk_ids: Sequence[str]) -> set[str]:
        """See the port."""
        return await recording.recorded(self._connection, base, chunk_ids)

    async def headings(self, base: BaseKey) -> frozenset[str]:
        """See the port. What is recorded and not yet published counts, so that a document knows its own headings."""
        shown = await self._current(base)
        return shown.published.headings | await recording.new_headings(self._connection, base)

    async def publish(self, base: BaseKey) -> int:
        """See the port."""
        version, gone = await self._publisher.publish(base)
        await self._communities.drop_outdated(base, gone)
        return version

    async def version(self, base: BaseKey) -> int:
        """See the port."""
        state = await base_state(self._connection, base)
        return state.version if state else 0

    async def snapshot(self, base: BaseKey) -> GraphSnapshot:
        """See the port."""
        return (await self._current(base)).snapshot

    async def entity_count(self, base: BaseKey, document_id: str) -> int:
        """See the port."""
        shown = await self._current(base)
        documents, snapshot = shown.published.documents, shown.snapshot
        if document_id not in documents:
            return 0
        rows = snapshot.chunk_documents == documents.index(document_id)
        starts, ends = snapshot.row_starts[:-1][rows], snapshot.row_starts[1:][rows]
        return len({column for start, end in zip(starts, ends, strict=True) for column in snapshot.columns[start:end]})

    async def entities(self, scope: Scope, entity_ids: Sequence[str]) -> list[Entity]:
        """See the port."""
        from infra.azure.gremlin import reading

        return await asyncio.to_thread(reading.entities, await self._current(scope.base), scope, entity_ids)

    async def relations(self, scope: Scope, entity_ids: Sequence[str], limit: int) -> list[Relation]:
        """See the port."""
        from infra.azure.gremlin import reading

        return await reading.relations(self._connection, await self._current(scope.base), scope, entity_ids, limit)

    async def around(
        self, scope: Scope, entity_ids: Sequence[str], limit: int, but: Collection[str] = ()
    ) -> tuple[list[Relation], list[Entity]]:
        """See the port."""
        from infra.azure.gremlin import reading

        shown = await self._current(scope.base)
        found = await reading.relations(self._connection, shown, scope, entity_ids, limit)
        named = [id for id in ends(entity_ids, found) if id not in but]
        return found, await asyncio.to_thread(reading.entities, shown, scope, named)

    async def every_relation(self, base: BaseKey) -> list[Relation]:
        """See the port."""
        from infra.azure.gremlin import reading

        return await asyncio.to_thread(reading.every_relation, await self._current(base))

    async def community_drift(self, base: BaseKey) -> float:
        """See the port."""
        shown, state = await asyncio.gather(self._current(base), base_state(self._connection, base))
        revisions = shown.published.revisions
        if state is None or not len(revisions):
            return 0.0
        return float((revisions > state.communities_version).mean()) if state.communities else 1.0

    async def keep_communities(self, base: BaseKey, version: int, communities: Sequence[Community]) -> None:
        """See the port."""
        await ensured_base(self._connection, base)
        await self._communities.keep(base, version, communities)

    async def communities(self, scope: Scope, entity_ids: Sequence[str]) -> list[Community]:
        """See the port."""
        asked = set(entity_ids)
        return [each for each in await self.every_community(scope) if asked.intersection(each.entity_ids)]

    async def every_community(self, scope: Scope) -> list[Community]:
        """See the port. A chunk that is gone is readable by nobody, so an outdated report is not shown."""
        snapshot = (await self._current(scope.base)).snapshot
        hidden = [not scope.may_read(labels) for labels in snapshot.access_sets]
        shown = [
            each
            for each in await self._communities.kept(scope.base)
            if not any(
                (row := snapshot.chunk_index.get(id)) is None or hidden[snapshot.chunk_access[row]]
                for id in each.chunk_ids
            )
        ]
        return sorted(shown, key=lambda each: (-len(each.entity_ids), each.id))

    async def resolutions(self, scope: Scope, limit: int, after: str = "") -> list[Resolution]:
        """See the port."""
        return await asyncio.to_thread(resolutions.page, await self._current(scope.base), scope, limit, after)

    async def same_as(self, scope: Scope, entity_ids: Sequence[str], limit: int) -> list[SameAs]:
        """See the port."""
        return await asyncio.to_thread(resolutions.same_as, await self._current(scope.base), scope, entity_ids, limit)

    async def undo(self, scope: Scope, resolution_id: str) -> bool:
        """See the port."""
        return await resolutions.undo(self._connection, await self._current(scope.base), scope, resolution_id)

    async def doubts(self, base: BaseKey, limit: int) -> list[Doubt]:
        """See the port."""
        return await asyncio.to_thread(doubts, await self._current(base), limit)

    async def judge(self, base: BaseKey, verdicts: Sequence[tuple[Doubt, Verdict]]) -> None:
        """See the port."""
        await resolutions.judge(self._connection, await self._current(base), base, verdicts)

    async def _current(self, base: BaseKey) -> Shown:
        """Return the published version under the access labels of this moment; one object while both stay the same."""
        from infra.azure.gremlin.shown import shown

        async with self._loading.setdefault(base, asyncio.Lock()):
            held = self._held.get(base)
            (path, published), (version, access) = await asyncio.gather(
                self._published(base, held), self._labels(base, held)
            )
            current = held.shown if held else None
            if current is None or current.published is not published or current.access != access:
                current = await asyncio.to_thread(shown, published, access, current)
            self._held.keep(base, Held(path, version, current))
            return current

    async def _published(self, base: BaseKey, held: Held | None) -> tuple[str, Published]:
        """Load the published version, unless it is `held`; return where its files stand, too."""
        from infra.azure.gremlin.published import read_published

        for _ in range(ATTEMPTS):
            state = await base_state(self._connection, base)
            path = state.snapshot if state else ""
            if held is not None and held.path == path:
                return path, held.shown.published
            try:
                files = await self._version_files(path)
            except NotFound:
                continue
            return path, await asyncio.to_thread(read_published, base, *files)
        raise StoreUnavailable("the files of the published graph are not there")

    async def _version_files(self, path: str) -> Sequence[bytes]:
        """Read what readers need of a version, or make that of a base without one."""
        from infra.azure.gremlin.assembly import assembled
        from infra.azure.gremlin.deciding import Decided
        from infra.azure.gremlin.decisions_file import decisions_file
        from infra.azure.gremlin.published import snapshot_file

        if not path:
            return snapshot_file(assembled(0, ())), decisions_file(Decided())
        return [(await self._files.read(f"{path}/{name}")).content for name in (SNAPSHOT, DECISIONS)]

    async def _labels(self, base: BaseKey, held: Held | None) -> tuple[int, Mapping[str, frozenset[str]]]:
        """Return the version of the index, and the access labels of its documents, unless those are `held`."""
        version = await self._passages.version(base)
        if held is not None and held.index_version == version:
            return version, held.shown.access
        return version, await self._passages.access(base)
