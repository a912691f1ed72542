"""The grounds that a graph store stands on, each as tests need it: opened anew, opened twice, and read as a whole."""

import asyncio
import gzip
import io
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Protocol

import numpy as np
from gremlin_python.driver.client import Client
from gremlin_python.driver.serializer import GraphSONSerializersV2d0

from infra.azure.gremlin import Connection, GremlinGraphStore
from infra.local.chunk_index import SqliteChunkIndex
from infra.local.files import FolderFiles
from infra.local.sqlite import Database
from shared.domain.access import BaseKey
from tests.contract.graphs import Ground, stand
from tests.contract.index_grounds import rows_of
from tests.fakes.cosmos_gremlin import DATABASE, GRAPH, KEY, CosmosGremlin
from tests.parts.gremlin_server import SOURCES

ACCESS = """
SELECT indexed_document.id, access FROM indexed_document JOIN indexed_base ON base = indexed_base.number
WHERE tenant = ? AND indexed_base.id = ?
"""
TEXTS = """
SELECT chunk.id, text FROM chunk JOIN indexed_document ON document = indexed_document.number
JOIN indexed_base ON base = indexed_base.number
WHERE tenant = ? AND indexed_base.id = ? AND chunk.id IN (SELECT value FROM json_each(?))
"""

NOW = 1_767_323_045.0
"""Seconds since 1970 of a moment in 2026."""


@dataclass(frozen=True)
class SqlitePassages:
    """What the graph asks an index for, answered by the embedded one."""

    database: Database
    index: SqliteChunkIndex

    async def version(self, base: BaseKey) -> int:
        return await self.index.version(base)

    async def access(self, base: BaseKey) -> Mapping[str, frozenset[str]]:
        with self.database.snapshot() as connection:
            rows = connection.execute(ACCESS, (base.tenant, base.id)).fetchall()
        return {row["id"]: frozenset(json.loads(row["access"])) for row in rows}

    async def holding(self, base: BaseKey, phrase: str) -> Sequence[str]:
        return await asyncio.to_thread(self.index.holding, base, phrase)

    async def texts(self, base: BaseKey, chunk_ids: Sequence[str]) -> Mapping[str, str]:
        with self.database.snapshot() as connection:
            rows = connection.execute(TEXTS, (base.tenant, base.id, json.dumps([*chunk_ids]))).fetchall()
        return {row["id"]: row["text"] for row in rows}


class GraphGround(Protocol):
    """One ground. `histories` are as many as a property is tried with there."""

    histories: int

    def open(self, folder: Path) -> AbstractAsyncContextManager[Ground]:
        """Open the store of a folder; opening it twice is two processes on the same store."""
        ...

    async def everything(self, folder: Path) -> bytes:
        """Return all that the store of a folder keeps."""
        ...


class OnSqlite:
    """The embedded ground."""

    histories = 60

    @asynccontextmanager
    async def open(self, folder: Path) -> AsyncIterator[Ground]:
        ground, database = stand(folder)
        yield ground
        database.close()

    async def everything(self, folder: Path) -> bytes:
        database = Database(folder / "knowledge.sqlite")
        kept = rows_of(database)
        database.close()
        return kept


@dataclass
class OnAzure:
    """The scripts for Cosmos DB on a Gremlin Server behind the strict stand-in, files in a folder, no grace.

    Each folder has a graph of the server to itself; they are used in turn, and emptied before.
    """

    servers: Sequence[CosmosGremlin]
    histories = 6
    _in_use: dict[Path, CosmosGremlin] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._turns = cycle(self.servers)

    def server(self, folder: Path) -> CosmosGremlin:
        """Return the server of a folder."""
        if folder not in self._in_use:
            self._in_use[folder] = server = next(self._turns)
            self.submit(server, "g.V().drop()")
        return self._in_use[folder]

    def submit(self, server: CosmosGremlin, script: str) -> list[object]:
        """Run a script as no client of the product may."""
        client = Client(server.upstream, server.source, pool_size=1, message_serializer=GraphSONSerializersV2d0())
        found: list[object] = client.submit_async(script).result(30).all().result(30)
        client.close()
        return found

    @asynccontextmanager
    async def open(
        self, folder: Path, grace_seconds: float = 0, clock: Callable[[], float] = lambda: NOW
    ) -> AsyncIterator[Ground]:
        server = await asyncio.to_thread(self.server, folder)
        async with AsyncExitStack() as closing:
            database = Database(folder / "knowledge.sqlite")
            closing.callback(database.close)
            files = FolderFiles(folder / "files")
            closing.callback(files.close)
            connection = Connection(server.endpoint, KEY, DATABASE, GRAPH, attempt_seconds=5)
            closing.push_async_callback(connection.close)
            index = SqliteChunkIndex(database)
            passages = SqlitePassages(database, index)
            graph = GremlinGraphStore(connection, files, passages, grace_seconds, clock)
            yield Ground(index, graph, graph)
        assert server.refused == []

    async def everything(self, folder: Path) -> bytes:
        graph = [
            await asyncio.to_thread(self.submit, self.server(folder), f"g.{start}().valueMap(true)") for start in "VE"
        ]
        files = [file for file in (folder / "files").rglob("*") if file.is_file()]
        return b"\0".join([str(graph).encode(), *map(readable, files)])


def readable(file: Path) -> bytes:
    """Return a file's path and content, unpacked."""
    content = file.read_bytes()
    if file.suffix == ".gz":
        content = gzip.decompress(content)
    elif file.suffix == ".npz":
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            content = arrays["words"].tobytes()
    return str(file).encode() + content


def servers(upstream: str) -> list[CosmosGremlin]:
    """Return a stand-in for each graph of a Gremlin Server, not started yet."""
    return [CosmosGremlin(upstream, f"g{each}") for each in range(SOURCES)]
