"""The graph store as the port asks for it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from infra.local.graph_store import communities as community_rows
from infra.local.graph_store import publication, reading, resolutions, tables
from infra.local.sqlite import Database
from shared.domain.access import BaseKey, Scope
from shared.domain.graph import Community, Contribution, Entity, Relation, ends
from shared.domain.resolution import Doubt, Resolution, SameAs, Verdict
from shared.domain.snapshot import GraphSnapshot

if TYPE_CHECKING:
    from infra.local.graph_store.memory import Memory

Result = TypeVar("Result")


class PhraseSearch(Protocol):
    """Finds the chunks of a base that hold every term of a phrase, wherever they hold it."""

    def holding(self, base: BaseKey, phrase: str) -> Sequence[str]:
        """Return their ids; the caller is on a thread of the store."""
        ...


class SqliteGraphStore:
    """Implements the ports GraphStore and ResolutionStore.

    Access labels are the documents' own, read from the chunk index's tables in the same file: a document that is not
    indexed is readable by nobody.
    """

    def __init__(self, database: Database, phrases: PhraseSearch) -> None:
        self._database = database
        self._phrases = phrases
        self._refreshing = threading.Lock()
        self._published: dict[BaseKey, tuple[Memory, GraphSnapshot]] = {}
        database.create(tables.SCHEMA)

    async def record(self, base: BaseKey, contributions: Sequence[Contribution]) -> None:
        """See the port."""
        await self._write(lambda connection: tables.record(connection, base, contributions))

    async def forget(self, base: BaseKey, document_id: str, except_chunks: Collection[str] = ()) -> None:
        """See the port."""
        await self._write(lambda connection: tables.forget(connection, base, document_id, except_chunks))

    async def recorded(self, base: BaseKey, chunk_ids: Sequence[str]) -> set[str]:
        """See the port."""
        return await self._read(lambda connection: tables.recorded(connection, base, chunk_ids))

    async def headings(self, base: BaseKey) -> frozenset[str]:
        """See the port. What is recorded and not yet published counts, so that a document knows its own headings."""
        return await self._read(lambda connection: tables.headings(connection, base))

    async def publish(self, base: BaseKey) -> int:
        """See the port."""

        def write(connection: sqlite3.Connection) -> int:
            return publication.publish(connection, base, lambda phrase: self._phrases.holding(base, phrase))

        return await self._write(write)

    async def version(self, base: BaseKey) -> int:
        """See the port."""
        return await self._database.glance(lambda reader: tables.base_number(reader, base)[1])

    async def snapshot(self, base: BaseKey) -> GraphSnapshot:
        """See the port."""
        if known := await self._database.glance(lambda reader: self._unchanged(reader, base)):
            return known

        def read(connection: sqlite3.Connection) -> GraphSnapshot:
            return self._current(connection, base)[1]

        return await self._read(read)

    async def entity_count(self, base: BaseKey, document_id: str) -> int:
        """See the port."""

        def read(connection: sqlite3.Connection) -> int:
            memory, _ = self._current(connection, base)
            return len(memory.entities_of(document_id))

        return await self._read(read)

    async def entities(self, scope: Scope, entity_ids: Sequence[str]) -> list[Entity]:
        """See the port."""

        return await self._read(lambda connection: self._entities(connection, scope, entity_ids))

    async def relations(self, scope: Scope, entity_ids: Sequence[str], limit: int) -> list[Relation]:
        """See the port. The ends of a relation are ids of entities; one is found by an end that its chunk mentions."""

        return await self._read(lambda connection: self._relations(connection, scope, entity_ids, limit))

    async def around(
        self, scope: Scope, entity_ids: Sequence[str], limit: int, but: Collection[str] = ()
    ) -> tuple[list[Relation], list[Entity]]:
        """See the port."""

        def read(connection: sqlite3.Connection) -> tuple[list[Relation], list[Entity]]:
            found = self._relations(connection, scope, entity_ids, limit)
            return found, self._entities(connection, scope, [id for id in ends(entity_ids, found) if id not in but])

        return await self._read(read)

    async def every_relation(self, base: BaseKey) -> list[Relation]:
        """See the port."""

        def read(connection: sqlite3.Connection) -> list[Relation]:
            memory, _ = self._current(connection, base)
            return reading.every_relation(connection, base, memory.number, memory.merges)

        return await self._read(read)

    async def community_drift(self, base: BaseKey) -> float:
        """See the port."""

        def read(connection: sqlite3.Connection) -> float:
            return community_rows.community_drift(connection, tables.base_number(connection, base)[0])

        return await self._read(read)

    async def keep_communities(self, base: BaseKey, version: int, communities: Sequence[Community]) -> None:
        """See the port."""

        def write(connection: sqlite3.Connection) -> None:
            number, _ = tables.ensured_base(connection, base)
            community_rows.keep_communities(connection, number, version, communities)

        await self._write(write)

    async def communities(self, scope: Scope, entity_ids: Sequence[str]) -> list[Community]:
        """See the port."""
        return await self._communities(scope, lambda rows, base: community_rows.communities(rows, base, entity_ids))

    async def every_community(self, scope: Scope) -> list[Community]:
        """See the port."""
        return await self._communities(scope, community_rows.every_community)

    async def _communities(
        self, scope: Scope, read: Callable[[sqlite3.Connection, int], list[Community]]
    ) -> list[Community]:
        """Read and mask communities: a chunk that is gone is readable by nobody, so no outdated report is shown."""

        def readable(connection: sqlite3.Connection) -> list[Community]:
            memory, snapshot = self._current(connection, scope.base)
            hidden = [not scope.may_read(labels) for labels in snapshot.access_sets]
            return [
                community
                for community in read(connection, memory.number)
                if not any(
                    (row := snapshot.chunk_index.get(id)) is None or hidden[snapshot.chunk_access[row]]
                    for id in community.chunk_ids
                )
            ]

        return await self._read(readable)

    async def resolutions(self, scope: Scope, limit: int, after: str = "") -> list[Resolution]:
        """See the port."""

        def read(connection: sqlite3.Connection) -> list[Resolution]:
            memory, _ = self._current(connection, scope.base)
            return resolutions.page(connection, memory, scope, limit, after)

        return await self._read(read)

    async def same_as(self, scope: Scope, entity_ids: Sequence[str], limit: int) -> list[SameAs]:
        """See the port."""

        def read(connection: sqlite3.Connection) -> list[SameAs]:
            memory, _ = self._current(connection, scope.base)
            return resolutions.same_as(connection, memory, scope, entity_ids, limit)

        return await self._read(read)

    async def undo(self, scope: Scope, resolution_id: str) -> bool:
        """See the port."""

        def write(connection: sqlite3.Connection) -> bool:
            memory, _ = self._current(connection, scope.base)
            if found := resolutions.one(connection, memory, scope, resolution_id):
                resolutions.undo(connection, memory.number, found)
            return found is not None

        return await self._write(write)

    async def doubts(self, base: BaseKey, limit: int) -> list[Doubt]:
        """See the port."""

        def read(connection: sqlite3.Connection) -> list[Doubt]:
            memory, _ = self._current(connection, base)
            return resolutions.doubts(connection, memory, limit)

        return await self._read(read)

    async def judge(self, base: BaseKey, verdicts: Sequence[tuple[Doubt, Verdict]]) -> None:
        """See the port."""

        def write(connection: sqlite3.Connection) -> None:
            resolutions.judge(connection, tables.base_number(connection, base)[0], verdicts)

        await self._write(write)

    def _entities(self, connection: sqlite3.Connection, scope: Scope, entity_ids: Sequence[str]) -> list[Entity]:
        memory, snapshot = self._current(connection, scope.base)
        ids_by_key = {key: id for id in entity_ids if (key := memory.key_of(id))}
        return list(reading.entities(connection, support(memory, snapshot, scope, ids_by_key), ids_by_key))

    def _relations(
        self, connection: sqlite3.Connection, scope: Scope, entity_ids: Sequence[str], limit: int
    ) -> list[Relation]:
        memory, snapshot = self._current(connection, scope.base)
        keys = {key for id in entity_ids if (key := memory.key_of(id))}
        return reading.relations(connection, support(memory, snapshot, scope, keys), keys, limit)

    def _unchanged(self, reader: sqlite3.Connection, base: BaseKey) -> GraphSnapshot | None:
        """Return the snapshot in memory where nothing was published or relabelled since, and nobody is about to."""
        if not self._refreshing.acquire(blocking=False):
            return None
        try:
            memory, published = self._published.get(base, (None, None))
            if memory is None or tables.base_number(reader, base) != (memory.number, memory.version):
                return None
            return None if memory.is_relabelled(reader) else published
        finally:
            self._refreshing.release()

    def _current(self, connection: sqlite3.Connection, base: BaseKey) -> tuple[Memory, GraphSnapshot]:
        """Return the published version that a connection sees, in memory, under the access labels of this moment."""
        from infra.local.graph_store.assembly import assembled, relabelled
        from infra.local.graph_store.memory import Entities, Memory

        number, version = tables.base_number(connection, base)
        with self._refreshing:
            memory, published = self._published.get(base, (None, None))
            if memory is None or published is None or memory.number != number:
                memory, published = Memory(base, number, Entities(base)), None
            if published is None or memory.version < version:
                memory.refresh(connection, version)
                published = assembled(memory)
            elif memory.relabel(connection):
                published = relabelled(memory, published)
                # What merges for everybody depends on what everybody may read.
                if memory.held(connection) != memory.merges:
                    memory.refresh(connection, version)
                    published = assembled(memory)
            self._published[base] = (memory, published)
        return memory, published

    async def _read(self, read: Callable[[sqlite3.Connection], Result]) -> Result:
        def run() -> Result:
            with self._database.snapshot() as connection:
                return read(connection)

        return await self._database.run(run)

    async def _write(self, write: Callable[[sqlite3.Connection], Result]) -> Result:
        def run() -> Result:
            with self._database.transaction() as connection:
                return write(connection)

        return await self._database.run(run)


def support(memory: Memory, snapshot: GraphSnapshot, scope: Scope, keys: Collection[str]) -> reading.Support:
    """Find the readable chunks that name one of the entities, through the arrays that are in memory anyway."""
    from shared.graph.rows_naming import rows_naming

    visible = [scope.may_read(labels) for labels in snapshot.access_sets]
    numbers = list(memory.rows)
    rows = [row for row in rows_naming(snapshot, keys).tolist() if visible[snapshot.chunk_access[row]]]
    return reading.Support(scope.base, [numbers[row] for row in rows], memory.merges)
