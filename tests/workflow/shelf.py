"""Runs of ingestion taken step by step by hand, in the order of the orchestrators but at the caller's pace."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from functions.rooms import Services
from shared.domain.errors import KnowledgeError
from shared.domain.jobs import IngestionJob

Step = Callable[[], Awaitable[Any]]


class Run:
    """One version of one document on its way; `text` is the caller's name for what it reads."""

    def __init__(self, services: Services, job: IngestionJob, text: Any) -> None:
        self.job, self.text = job, text
        self.is_over = self.is_indexed = self.has_failed = False
        self._services = services
        self._steps: list[tuple[str, Step]] = [("parse", self._parse)]
        self._done: list[Step] = []

    async def step(self, *, twice: bool = False) -> None:
        """Take the next step; one that fails ends the run as the orchestrator ends it."""
        name, work = self._steps.pop(0)
        try:
            for _ in range(2 if twice else 1):
                await work()
        except KnowledgeError as error:
            await self._services.ingestion.fail(self.job, error.message)
            self.is_over = self.has_failed = True
            return
        self._done.append(work)
        self.is_indexed = self.is_indexed or name == "index"
        self.is_over = not self._steps

    async def to_the_end(self) -> None:
        """Take every step that is left."""
        while not self.is_over:
            await self.step()

    async def _parse(self) -> None:
        ingestion, building, job = self._services.ingestion, self._services.graph_building, self.job
        batches = await ingestion.parse(job)
        numbers = range(batches)
        self._steps = [
            *(("embed", lambda number=each: ingestion.embed(job, number, batches)) for each in numbers),
            ("index", lambda: ingestion.index_chunks(job, batches)),
            *(("extract", lambda number=each: building.extract(job, number)) for each in numbers),
            ("publish", lambda: building.publish(job, batches)),
            ("finish", lambda: ingestion.finish(job)),
            ("communities", lambda: self._services.communities.refresh(job.base)),
        ]


async def bytes_of(content: bytes) -> AsyncIterator[bytes]:
    """Hand over bytes as an upload does."""
    yield content


def cells(folder: Path) -> Iterator[tuple[str, str]]:
    """Every cell of every table of a house's own databases as lower-case text, under its file and table."""
    for file in folder.glob("*.sqlite"):
        with closing(sqlite3.connect(file)) as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                for row in connection.execute(f'SELECT * FROM "{table}"'):
                    yield f"{file.name}:{table}", " ".join(map(str, row)).lower()
