"""The chunk index as the port asks for it, over one index of Azure AI Search."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from infra.azure.search import filters, queries, schema
from infra.azure.search.changes import Changes, changes
from infra.azure.search.connection import Connection, Patience
from infra.azure.search.rows import COMPARED, SHOWN, Row, chunk_of, relabelling, rows_of
from infra.azure.search.versions import Versions
from infra.azure.search.writing import Writing
from shared.domain.access import BaseKey, Scope
from shared.domain.answers import HeldTerm, Hit, ScoredChunk
from shared.domain.documents import Chunk, Document
from shared.domain.errors import BadRequest, StoreUnavailable
from shared.domain.vectors import Vectors

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential


DEFAULT_PATIENCE = Patience()


class AzureChunkIndex:
    """Implements the port ChunkIndex.

    A write is no transaction: it changes readers first, then adds, then deletes, and returns once a query shows it.
    One that was cut is mended by repeating it. See docs/adr/0012.
    """

    def __init__(
        self,
        endpoint: str,
        credential: str | AsyncTokenCredential,
        index: str,
        dimensions: int,
        versions: Versions,
        patience: Patience = DEFAULT_PATIENCE,
    ) -> None:
        """Use the index of that name; vectors have `dimensions` numbers (2 to 4,096), a string credential is a key."""
        self._connection = Connection(endpoint, credential, index, patience)
        self._dimensions, self._versions = dimensions, versions
        self._labels: dict[BaseKey, tuple[int, frozenset[str]]] = {}
        self._preparing = asyncio.Lock()
        self._prepared = False

    async def prepare(self) -> None:
        """Create the index or add what it lacks; done once, before anything else, and cheap after that.

        Raises BadSetting, with the remedy, for an index whose vectors or fields are others.
        """
        async with self._preparing:
            if self._prepared:
                return
            wanted = await asyncio.to_thread(schema.index_definition, self._connection.index, self._dimensions)
            found = await self._connection.definition()
            definition = wanted if found is None else schema.migrated(found, wanted)
            if definition is not None:
                await self._connection.define(definition)
            self._prepared = True

    async def ping(self) -> None:
        """Reach the service and see that the index is there. Raises like `prepare`, and StoreUnavailable."""
        await self.prepare()
        if await self._connection.definition() is None:
            raise StoreUnavailable(f"the search index {self._connection.index!r} is gone; a start creates it anew")

    async def close(self) -> None:
        """Let go of the connections to the service."""
        await self._connection.close()

    async def replace(self, document: Document, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        """See the port. Raises BadRequest for vectors of another length than the index has."""
        if vectors.shape[1] not in (0, self._dimensions):
            raise BadRequest(f"the search index takes vectors of {self._dimensions} numbers, not {vectors.shape[1]}")
        wanted = await asyncio.to_thread(rows_of, document, chunks, vectors)
        await self._bring(document.base, document.id, wanted)
        await self._versions.raise_version(document.base)

    async def remove(self, base: BaseKey, document_id: str) -> None:
        """See the port."""
        if await self._bring(base, document_id, {}):
            await self._versions.raise_version(base)

    async def chunks_of(self, base: BaseKey, document_id: str) -> list[Chunk]:
        """See the port."""
        where = f"{filters.of_document(base, document_id)} and {filters.CHUNKS}"
        rows = await self.every(where, SHOWN)
        return sorted(map(chunk_of, rows), key=lambda chunk: (chunk.ordinal, chunk.id))

    async def relabel(self, base: BaseKey, document_id: str, access: frozenset[str]) -> None:
        """See the port. The version is raised even where the labels are these: a cut call may have written them."""
        wanted = sorted(access)

        async def others() -> list[str]:
            rows = await self.every(filters.of_document(base, document_id), ["access"])
            return [row["id"] for row in rows if row["access"] != wanted]

        await Writing(self._connection).write([(key, relabelling(key, wanted)) for key in await others()])
        await self._shown(others)
        await self._versions.raise_version(base)

    async def documents(self, base: BaseKey) -> Mapping[str, frozenset[str]]:
        """See the port."""
        rows = await self.every(f"{filters.of_base(base)} and {filters.DOCUMENTS}", ["document", "access"])
        return {row["document"]: frozenset(row["access"]) for row in rows}

    async def by_words(self, scope: Scope, question: str, limit: int) -> list[ScoredChunk]:
        """See the port. Rarity is counted over all that the service holds: compare scores within one answer."""
        await self.prepare()
        return await queries.by_words(self._connection, scope, question, limit)

    async def by_meaning(self, scope: Scope, vector: Vectors, limit: int) -> list[ScoredChunk]:
        """See the port. A vector of another length finds nothing."""
        await self.prepare()
        if vector.shape[-1] != self._dimensions:
            return []
        return await queries.by_meaning(self._connection, scope, vector, limit)

    async def terms_held(self, scope: Scope, question: str, chunk_ids: Sequence[str]) -> list[HeldTerm]:
        """See the port. Rarity counts the 100 readable chunks that words find best, and those asked about."""
        await self.prepare()
        asked, found = await asyncio.gather(
            queries.named(self._connection, scope, chunk_ids), queries.pool(self._connection, scope, question)
        )
        among = {chunk.id: chunk for chunk in [*found, *(chunk for chunk, _ in asked.values())]}
        return await asyncio.to_thread(queries.held, question, list(among.values()), list(asked))

    async def hits(self, scope: Scope, scored: Sequence[ScoredChunk]) -> list[Hit]:
        """See the port."""
        await self.prepare()
        found = await queries.named(self._connection, scope, [each.chunk_id for each in scored])
        kept = [(found[each.chunk_id], each.score) for each in scored if each.chunk_id in found]
        return [Hit(chunk, name, score) for (chunk, name), score in kept]

    async def version(self, base: BaseKey) -> int:
        """See the port."""
        return await self._versions.current(base)

    async def labels(self, base: BaseKey, version: int) -> frozenset[str]:
        """See the port."""
        known = self._labels.get(base)
        if known is None or known[0] < version:
            carried = (await self.documents(base)).values()
            known = self._labels[base] = version, frozenset[str]().union(*carried)
        return known[1]

    async def every(
        self, where: str, select: Sequence[str], words: Mapping[str, str] | None = None
    ) -> list[dict[str, Any]]:
        """Return every row that a filter keeps, and that holds the words of a query where there is one."""
        await self.prepare()
        return await queries.every(self._connection, where, select, words)

    async def _bring(self, base: BaseKey, document_id: str, wanted: Mapping[str, Row]) -> bool:
        """Make these the rows of a document and see that queries show them; say whether anything had to change."""
        needed = await self._needed(base, document_id, wanted)
        for phase in needed.phases():
            await Writing(self._connection).write(phase)
        if needed:
            await self._shown(lambda: self._needed(base, document_id, wanted))
        return bool(needed)

    async def _needed(self, base: BaseKey, document_id: str, wanted: Mapping[str, Row]) -> Changes:
        rows = await self.every(filters.of_document(base, document_id), COMPARED)
        return changes({row["id"]: row for row in rows}, wanted)

    async def _shown(self, needed: Callable[[], Any]) -> None:
        """Wait until queries show what was written: the service takes a moment after it has said yes."""
        loop, patience = asyncio.get_running_loop(), self._connection.patience
        end, pause = loop.time() + patience.call_seconds, patience.first_pause_seconds
        while await needed():
            if loop.time() + pause >= end:
                raise StoreUnavailable("the search index has taken a document and does not show it")
            await asyncio.sleep(pause)
            pause *= 2
