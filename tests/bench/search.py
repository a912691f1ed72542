"""Upload 10,000 chunks to the stand-in for the search service, which has a process of its own and adds no delay."""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from random import Random

import numpy as np

from infra.azure.search import AzureChunkIndex
from shared.domain.access import BaseKey
from shared.domain.documents import Chunk, Document, DocumentState, chunk_id, document_id
from shared.domain.vectors import Vectors
from tests.bench.base import BASE, MOMENT
from tests.bench.figures import Figure, show
from tests.fakes.azure_search import KEY, SearchServer

CHUNKS, DOCUMENT_CHUNKS, AT_ONCE = 10_000, 500, 4
FAILING = 0.1
WORDS = 300
Filling = list[tuple[Document, list[Chunk], Vectors]]


class OneVersion:
    """Counts nothing: another store's work is not measured here."""

    async def current(self, base: BaseKey) -> int:
        """Return the same number always."""
        return 1

    async def raise_version(self, base: BaseKey) -> int:
        """Return the same number always."""
        return 1


def serve(ours: Connection) -> None:
    """Run the stand-in until told to stop; then say how many chunks it has and the processor seconds it took."""
    random = Random(1)
    with SearchServer() as server:
        server.keeps_batches = False
        ours.send(server.endpoint)
        failing = ours.recv()
        server.item_failure = lambda key: 503 if random.random() < failing else 0
        started = time.process_time()
        ours.recv()
        kept = server.indexes["chunks"].kept.values()
        ours.send((sum(each["kind"] == "chunk" for each in kept), time.process_time() - started))


def documents(dimensions: int) -> Filling:
    """Return made-up documents of 500 chunks with random vectors."""
    random, vectors = Random(3), np.random.default_rng(3)
    vocabulary = ["".join(random.choices("abcdefghijklmnop", k=random.randint(2, 9))) for _ in range(5_000)]
    filling: Filling = []
    for number in range(CHUNKS // DOCUMENT_CHUNKS):
        id = document_id(BASE, f"{number}.md")
        document = Document(BASE, id, f"{number}.md", "bench", DocumentState.READY, MOMENT, MOMENT)
        texts = [" ".join(random.choices(vocabulary, k=WORDS)) for _ in range(DOCUMENT_CHUNKS)]
        chunks = [Chunk(chunk_id(id, (), each), id, n, "Report", (), each, 1, n, n + 1) for n, each in enumerate(texts)]
        rows = vectors.standard_normal((DOCUMENT_CHUNKS, dimensions), np.float32)
        filling.append((document, chunks, rows / np.linalg.norm(rows, axis=1, keepdims=True)))
    return filling


async def uploaded(endpoint: str, dimensions: int, filling: Filling) -> tuple[float, float]:
    """Replace every document, four at once; return wall and processor seconds."""
    index = AzureChunkIndex(endpoint, KEY, "chunks", dimensions, OneVersion())
    await index.prepare()
    gate = asyncio.Semaphore(AT_ONCE)

    async def replace(document: Document, chunks: Sequence[Chunk], vectors: Vectors) -> None:
        async with gate:
            await index.replace(document, chunks, vectors)

    started, processor = time.perf_counter(), time.process_time()
    await asyncio.gather(*(replace(*each) for each in filling))
    seconds = time.perf_counter() - started, time.process_time() - processor
    await index.close()
    return seconds


def measure() -> Iterator[Figure]:
    """Upload with vectors as the embedded and as the large embedder make them, without and with failing items."""
    for dimensions in (384, 1536):
        filling = documents(dimensions)
        for failing in (0.0, FAILING):
            theirs, ours = multiprocessing.Pipe()
            server = multiprocessing.get_context("spawn").Process(target=serve, args=(ours,), daemon=True)
            server.start()
            endpoint = theirs.recv()
            theirs.send(failing)
            seconds, processor = asyncio.run(uploaded(endpoint, dimensions, filling))
            theirs.send("stop")
            kept, served = theirs.recv()
            server.join()
            yield Figure(
                "search_upload",
                CHUNKS / seconds,
                "chunks/s",
                {
                    "chunks": CHUNKS,
                    "lost": CHUNKS - kept,
                    "failing_items": failing,
                    "dimensions": dimensions,
                    "chunks_per_processor_second": CHUNKS / processor,
                    "processor_seconds_of_the_stand_in": served,
                },
            )


if __name__ == "__main__":
    show(measure())
