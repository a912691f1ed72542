"""The grounds that the contract of the chunk index runs over."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import numpy as np

from infra.azure.search import AzureChunkIndex
from infra.azure.search.connection import Patience
from infra.local.chunk_index import SqliteChunkIndex
from infra.local.sqlite import Database
from shared.domain.access import BaseKey
from shared.ports.chunk_index import ChunkIndex
from tests.fakes.azure_search import KEY, SearchServer

GROUNDS = ("sqlite", "azure")
DIMENSIONS = 3
PATIENCE = Patience(attempt_seconds=5, call_seconds=10, repeats=3, first_pause_seconds=0.005)
NUMBERS = count()


@dataclass(frozen=True)
class IndexGround:
    """An index, how another process would open the same one, and every byte that is kept of it."""

    index: ChunkIndex
    another: Callable[[], ChunkIndex]
    everything: Callable[[], bytes]


class CountedVersions:
    """Counts versions in memory, as the store beside a search index does."""

    def __init__(self) -> None:
        """Begin with no base."""
        self._counted: dict[BaseKey, int] = {}

    async def current(self, base: BaseKey) -> int:
        """Return the version of a base; 0 before the first."""
        return self._counted.get(base, 0)

    async def raise_version(self, base: BaseKey) -> int:
        """Count one more change."""
        self._counted[base] = self._counted.get(base, 0) + 1
        return self._counted[base]


@asynccontextmanager
async def standing(kind: str, server: SearchServer) -> AsyncIterator[IndexGround]:
    """Yield an empty index of a kind, and let go of it."""
    async with standing_on_azure(server) if kind == "azure" else standing_on_sqlite() as ground:
        yield ground


@asynccontextmanager
async def standing_on_sqlite() -> AsyncIterator[IndexGround]:
    """Yield an index over a file of its own."""
    folder = Path(mkdtemp())
    databases = [Database(folder / "knowledge.sqlite")]

    def another() -> ChunkIndex:
        databases.append(Database(folder / "knowledge.sqlite"))
        return SqliteChunkIndex(databases[-1])

    yield IndexGround(SqliteChunkIndex(databases[0]), another, lambda: rows_of(databases[0]))
    for database in databases:
        database.close()
    rmtree(folder)


@asynccontextmanager
async def standing_on_azure(server: SearchServer) -> AsyncIterator[IndexGround]:
    """Yield an index of the stand-in that nobody has used before."""
    name, versions, opened = f"chunks-{next(NUMBERS)}", CountedVersions(), list[AzureChunkIndex]()

    def another() -> AzureChunkIndex:
        opened.append(AzureChunkIndex(server.endpoint, KEY, name, DIMENSIONS, versions, PATIENCE))
        return opened[-1]

    yield IndexGround(another(), another, lambda: documents_of(server, name))
    for each in opened:
        await each.close()


def rows_of(database: Database) -> bytes:
    """Return every value of every table."""
    with database.snapshot() as connection:
        tables = [row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        values = [value for name in tables for row in connection.execute(f"SELECT * FROM {name}") for value in row]
    return b"\0".join(value if isinstance(value, bytes) else str(value).encode() for value in values)


def documents_of(server: SearchServer, name: str) -> bytes:
    """Return every value of every document of an index; vectors in the form that the other ground keeps."""
    kept = [value for document in server.indexes[name].kept.values() for value in document.values()]
    return b"\0".join(
        value.astype("<f2").tobytes() if isinstance(value, np.ndarray) else json.dumps(value).encode() for value in kept
    )
