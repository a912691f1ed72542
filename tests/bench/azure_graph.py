"""The graph on Cosmos DB at 1,000 documents: requests and bytes of a publication and of a search over one and two hops.

Needs the Gremlin Server (`make parts`). The stand-in before it adds time, so nothing here is timed; filling the graph
takes 125,000 requests, which are some minutes.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from functions.bootstrap import local_ground
from functions.ground import Ground
from functions.rooms import Services, build
from infra.azure.gremlin import Connection, GremlinGraphStore
from infra.azure.gremlin.scripts import Script
from infra.local.chunk_index import SqliteChunkIndex
from infra.local.files import FolderFiles
from infra.local.sqlite import Database
from shared.ports.files import StoredFile
from shared.services.build_graph import contributions
from shared.services.search_graph import GraphSearch
from shared.settings import Settings
from tests.bench.base import BASE, KnownVectors, asked, chunks_of, fill, index
from tests.bench.corpus import World
from tests.bench.figures import Figure, percentile, show
from tests.contract.graph_grounds import SqlitePassages
from tests.fakes.cosmos_gremlin import DATABASE, GRAPH, KEY, CosmosGremlin
from tests.parts.gremlin_server import GREMLIN_SERVER, gremlin_server

DOCUMENTS, NAMES, QUESTIONS = 1_000, 1_000, 50
"""Documents of one chunk each; people, firms and towns that they share; and what is asked."""


@dataclass
class Traffic:
    """What went over the wire since it was last taken: scripts, and whole files; bytes are those of contents alone."""

    requests: int = 0
    sent: int = 0
    received: int = 0
    files_written: int = 0
    bytes_written: int = 0
    files_read: int = 0
    bytes_read: int = 0

    def taken(self) -> dict[str, int]:
        """Return the counts, and begin again at nothing."""
        counts = dict(vars(self))
        vars(self).update(vars(Traffic()))
        return counts


class CountedConnection(Connection):
    """Counts scripts with their bindings, and the rows that come back."""

    traffic: Traffic

    async def run(self, script: Script, **bindings: object) -> list[object]:
        """Run a script."""
        rows = await super().run(script, **bindings)
        self.traffic.requests += 1
        self.traffic.sent += len(json.dumps(script.bound(bindings)))
        self.traffic.received += len(json.dumps(rows))
        return rows


class CountedFiles(FolderFiles):
    """Counts what is written and read."""

    traffic: Traffic

    async def write(self, path: str, content: AsyncIterator[bytes]) -> str:
        """Write a file."""

        async def counted() -> AsyncIterator[bytes]:
            async for part in content:
                self.traffic.bytes_written += len(part)
                yield part

        self.traffic.files_written += 1
        return await super().write(path, counted())

    async def read(self, path: str) -> StoredFile:
        """Read a file."""
        file = await super().read(path)
        self.traffic.files_read += 1
        self.traffic.bytes_read += len(file.content)
        return file


def measure() -> Iterator[Figure]:
    """Fill a graph, publish a change to one document of it, and search outward."""
    with TemporaryDirectory() as folder:
        (server := Path(folder) / "server").mkdir()
        with gremlin_server(server) as upstream, CosmosGremlin(upstream, "g0") as cosmos:
            yield from asyncio.run(measured(Settings(data_dir=Path(folder) / "service"), cosmos))


async def measured(settings: Settings, cosmos: CosmosGremlin) -> list[Figure]:
    """Return the figures of an empty graph that is filled."""
    async with AsyncExitStack() as closing:
        embedded = replace(local_ground(settings), embedder=KnownVectors())
        database = Database(settings.data_dir / "knowledge.sqlite")
        closing.callback(database.close)
        files = CountedFiles(settings.data_dir / "graph-files")
        closing.callback(files.close)
        connection = CountedConnection(cosmos.endpoint, KEY, DATABASE, GRAPH)
        closing.push_async_callback(connection.close)
        traffic = connection.traffic = files.traffic = Traffic()
        passages = SqlitePassages(database, SqliteChunkIndex(database))

        def opened() -> Ground:
            """Stand a process on the graph that holds nothing of it in memory."""
            graph = GremlinGraphStore(connection, files, passages)
            return replace(embedded, graph=graph, resolutions=graph)

        world = World(names=NAMES)
        ground = opened()
        texts = {f"{number}.md": world.document(f"Report {number}", 1) for number in range(DOCUMENTS)}
        about = {"documents": DOCUMENTS, "chunks": await fill(ground, texts)}
        figures = []
        for process, standing in (("known", ground), ("fresh", opened())):
            traffic.taken()
            await changed(standing, "7.md", world.document(f"Report 7, {process}", 1))
            figures.append(figure("graph_recording", "requests", traffic, about))
            await standing.graph.publish(BASE)
            figures.append(figure("graph_publication", "bytes_written", traffic, {**about, "process": process}))
        services = build(settings, reading := opened())
        await reading.graph.snapshot(BASE)
        figures.append(figure("graph_loading", "bytes_read", traffic, about))
        questions = [world.question() for _ in range(QUESTIONS)]
        figures += [await searched(services, traffic, questions, hops, about) for hops in (1, 2)]
        await services.close()
        return figures


def figure(name: str, unit: str, traffic: Traffic, about: Mapping[str, object]) -> Figure:
    """Return what went over the wire as a figure; the unit says which count is its value."""
    counts = traffic.taken()
    return Figure(name, counts[unit], unit, {**about, **counts})


async def searched(
    services: Services, traffic: Traffic, questions: Sequence[str], hops: int, about: Mapping[str, object]
) -> Figure:
    """Search outward with a path; a path is found among the relations that were read and asks for no more."""
    each, relations = [], 0
    for text in questions:
        search = GraphSearch(asked(text), "hybrid", hops, use_community=False, use_path=True)
        relations += len((await services.search_graph.search(search)).relations)
        each.append(traffic.taken())
    details: dict[str, object] = {**about, "hops": hops, "relations": relations / len(questions)}
    for name in ("requests", "sent", "received"):
        counted = [taken[name] for taken in each]
        details |= {f"{name}_mean": sum(counted) / len(counted), f"{name}_p95": percentile(counted, 95)}
    return Figure("graph_search", sum(taken["requests"] for taken in each) / len(each), "requests", details)


async def changed(ground: Ground, name: str, text: str) -> None:
    """Record another edition of a document."""
    chunks = await chunks_of(ground, name, text)
    await index(ground, name, chunks)
    await ground.graph.record(BASE, contributions(chunks))
    await ground.graph.forget(BASE, chunks[0].document_id, [each.id for each in chunks])


if __name__ == "__main__":
    if reason := GREMLIN_SERVER.lacking():
        sys.exit(reason)
    show(measure())
