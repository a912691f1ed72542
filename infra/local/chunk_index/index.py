"""The chunk index as the port asks for it."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from infra.local.chunk_index import tables
from infra.local.chunk_index.tables import IndexedChunk
from infra.local.sqlite import Database
from shared.domain.access import BaseKey, Scope
from shared.domain.answers import HeldTerm, Hit, ScoredChunk
from shared.domain.documents import Chunk, Document
from shared.domain.vectors import Vectors
from shared.text.terms import index_terms, query_terms

if TYPE_CHECKING:
    from infra.local.chunk_index.memory import Memory
    from infra.local.chunk_index.search import Readable

Result = TypeVar("Result")

KEPT_VIEWS = 64
"""Views of bases by sets of labels that are kept in memory, the oldest goes first; each holds some bytes per chunk."""


FEW = 50
"""Passages that are read at once, without a change of thread."""


class SqliteChunkIndex:
    """Implements the port ChunkIndex: the file holds the truth, memory an exact copy that follows it by version."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._refreshing, self._looking = threading.Lock(), threading.Lock()
        self._memories: dict[int, Memory] = {}
        self._labels: dict[BaseKey, tuple[int, frozenset[str]]] = {}
        self._seen: dict[tuple[int, frozenset[str]], tuple[Memory, Readable]] = {}
        database.create(tables.SCHEMA)

    async def replace(self, document: Document, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """See the port. Two chunks of one id are the same passage twice: the first one stands for both."""

        distinct = {chunk.id: (chunk, row) for chunk, row in reversed(list(zip(chunks, vectors, strict=True)))}

        def write() -> None:
            packed = {id: (chunk, packed_vector(row)) for id, (chunk, row) in distinct.items()}
            with self._database.snapshot() as connection:
                known = tables.indexed(connection, document.base, document.id)
            # The terms are read outside the write, which others wait for; what changed meanwhile is read inside.
            ready = {id: indexed_chunk(*each) for id, each in packed.items() if changed(known, *each)}
            with self._database.transaction() as connection:
                known = tables.indexed(connection, document.base, document.id)
                rows = [
                    (ready.get(id) or indexed_chunk(*each)) if changed(known, *each) else each[0]
                    for id, each in packed.items()
                ]
                tables.replace_chunks(connection, tables.keep_document(connection, document), rows)

        await self._database.run(write)

    async def remove(self, base: BaseKey, document_id: str) -> None:
        """See the port."""

        def write() -> None:
            with self._database.transaction() as connection:
                tables.remove_document(connection, base, document_id)

        await self._database.run(write)

    async def chunks_of(self, base: BaseKey, document_id: str) -> list[Chunk]:
        """See the port."""

        def read(connection: sqlite3.Connection) -> list[Chunk]:
            number, _ = tables.base_number(connection, base)
            return [tables.chunk_of(row) for row in connection.execute(tables.CHUNKS_OF, (number, document_id))]

        return await self._read(read)

    async def relabel(self, base: BaseKey, document_id: str, access: frozenset[str]) -> None:
        """See the port."""

        def write() -> None:
            with self._database.transaction() as connection:
                tables.relabel(connection, base, document_id, access)

        await self._database.run(write)

    async def documents(self, base: BaseKey) -> Mapping[str, frozenset[str]]:
        """See the port."""

        def read(connection: sqlite3.Connection) -> dict[str, frozenset[str]]:
            number, _ = tables.base_number(connection, base)
            rows = connection.execute("SELECT id, access FROM indexed_document WHERE base = ?", (number,))
            return {id: frozenset(json.loads(access)) for id, access in rows}

        return await self._read(read)

    async def by_words(self, scope: Scope, question: str, limit: int) -> list[ScoredChunk]:
        """See the port."""

        def search() -> list[ScoredChunk]:
            from infra.local.chunk_index.search import by_words

            return by_words(*self._visible(scope), query_terms(question), limit)

        return await self._database.run(search)

    async def by_meaning(self, scope: Scope, vector: Vectors, limit: int) -> list[ScoredChunk]:
        """See the port."""

        def search() -> list[ScoredChunk]:
            from infra.local.chunk_index.search import by_meaning

            return by_meaning(*self._visible(scope), vector, limit)

        return await self._database.run(search)

    async def terms_held(self, scope: Scope, question: str, chunk_ids: Sequence[str]) -> list[HeldTerm]:
        """See the port. Where the base is in memory as it is now, that is a look at a few rows, and done at once."""
        from infra.local.chunk_index.search import held

        terms = query_terms(question)
        if known := await self._database.glance(lambda reader: self._known(reader, scope)):
            return held(*known, terms, chunk_ids)
        return await self._database.run(lambda: held(*self._visible(scope), terms, chunk_ids))

    async def hits(self, scope: Scope, scored: Sequence[ScoredChunk]) -> list[Hit]:
        """See the port."""
        ids = [each.chunk_id for each in scored]
        read = self._database.glance if len(ids) <= FEW else self._read
        rows = await read(lambda connection: tables.chunks_by_id(connection, scope.base, ids))
        found = {row["id"]: row for row in rows if scope.may_read(frozenset(json.loads(row["access"])))}
        kept = [(found[each.chunk_id], each.score) for each in scored if each.chunk_id in found]
        return [Hit(tables.chunk_of(row), row["name"], score) for row, score in kept]

    async def version(self, base: BaseKey) -> int:
        """See the port."""
        _, version = await self._database.glance(lambda reader: tables.base_number(reader, base))
        return version

    async def labels(self, base: BaseKey, version: int) -> frozenset[str]:
        """See the port."""
        known = self._labels.get(base)
        if known is None or known[0] < version:
            known = self._labels[base] = await self._read(lambda connection: tables.labels(connection, base))
        return known[1]

    def holding(self, base: BaseKey, phrase: str) -> list[str]:
        """Return the chunks that hold every term of a phrase, whoever may read them; call it on a thread."""
        from infra.local.chunk_index.search import holding

        return holding(self._current(base), index_terms(phrase))

    async def _read(self, read: Callable[[sqlite3.Connection], Result]) -> Result:
        def run() -> Result:
            with self._database.snapshot() as connection:
                return read(connection)

        return await self._database.run(run)

    def _visible(self, scope: Scope) -> tuple[Memory, Readable]:
        """Return the base as the file holds it now, and what the scope may see of it."""
        from infra.local.chunk_index.search import readable

        memory = self._current(scope.base)
        held, seen = self._seen.get((memory.base, scope.labels), (None, None))
        if held is not memory or seen is None:
            seen = readable(memory, scope)
            with self._looking:
                self._seen.pop((memory.base, scope.labels), None)
                self._seen[memory.base, scope.labels] = (memory, seen)
                while len(self._seen) > KEPT_VIEWS:
                    del self._seen[next(iter(self._seen))]
        return memory, seen

    def _known(self, reader: sqlite3.Connection, scope: Scope) -> tuple[Memory, Readable] | None:
        """Return what `_visible` would where nothing has to be read for it."""
        number, version = tables.base_number(reader, scope.base)
        memory, seen = self._seen.get((number, scope.labels), (None, None))
        return (memory, seen) if memory and seen and memory.version >= version else None

    def _current(self, base: BaseKey) -> Memory:
        from infra.local.chunk_index.memory import empty, refreshed

        number, version = self._database.look(lambda reader: tables.base_number(reader, base))
        memory = self._memories.get(number)
        if memory is not None and memory.version >= version:
            return memory
        with self._database.snapshot() as connection:
            number, version = tables.base_number(connection, base)
            with self._refreshing:
                memory = self._memories.get(number) or empty(number)
                if memory.version < version:
                    memory = refreshed(connection, memory, version)
                    self._memories[number] = memory
        return memory


def changed(known: dict[str, tuple[str, bytes]], chunk: Chunk, vector: bytes) -> bool:
    """Say whether a chunk must be written anew: it is not there, or its title or its vector is another."""
    return known.get(chunk.id) != (chunk.title, vector)


def indexed_chunk(chunk: Chunk, vector: bytes) -> IndexedChunk:
    """Read a chunk's terms, under its title and headings."""
    from infra.local.chunk_index.postings import pack

    return IndexedChunk(chunk, pack(index_terms(chunk.headed_text)), vector)


def packed_vector(vector: Vectors) -> bytes:
    """Write a vector as little-endian float16: half the room, and the order of cosines holds to three digits."""
    return vector.astype("<f2").tobytes()
