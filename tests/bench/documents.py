"""Replace, delete and insert one document of 20 chunks among 10,000, and ask the question after it."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from functions.bootstrap import local_ground
from functions.ground import Ground
from functions.rooms import Services, build
from shared.domain.documents import document_id
from shared.services.staging import whole
from shared.settings import Settings
from tests.bench.base import BASE, PRINCIPAL, KnownVectors, asked, chunks_of
from tests.bench.corpus import World
from tests.bench.figures import Figure, latencies, show
from tests.bench.ingestion import uploaded
from tests.bench.queries import SECTIONS, SYNTHETIC, answer_seconds, filled
from tests.bench.service import serving

TIMES = 15
WARM_UP = 2


@dataclass(frozen=True)
class Change:
    """Seconds of the change itself and of the question after it, which meets the new version first.

    `processor` are the processor seconds of this process for both; those of another process are not known here.
    """

    change: float
    question: float
    processor: float | None = None

    @property
    def together(self) -> float:
        """What somebody waits who changes and then asks."""
        return self.change + self.question


def measure() -> Iterator[Figure]:
    """Change documents through the services in this process, then through a service over the same folder."""
    with TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        world = World()
        chunks, changes = asyncio.run(changed_in_process(settings, world))
        about = {"chunks": chunks, "document_chunks": SECTIONS, "synthetic": SYNTHETIC}
        for name, each in changes.items():
            yield from changed(f"{name}_document", each, {**about, "vectors": "from the embedding store"})
        with serving(settings.data_dir, "none") as service:
            for name, each in changed_over_http(service.client, world).items():
                yield from changed(f"{name}_document_over_http", each, {**about, "embedder": "off"})


def changed(name: str, changes: list[Change], about: dict[str, object]) -> list[Figure]:
    """Return the figures of one kind of change, its first few left out."""
    counted = changes[WARM_UP:]
    parts = {
        "change_ms": 1000 * median(each.change for each in counted),
        "next_question_ms": 1000 * median(each.question for each in counted),
    }
    if processor := [each.processor for each in counted if each.processor is not None]:
        parts["processor_ms"] = 1000 * median(processor)
    return latencies(name, [each.together for each in counted], **about, **parts)


async def changed_in_process(settings: Settings, world: World) -> tuple[int, dict[str, list[Change]]]:
    """Fill the base and change it through the services, in the order of the ingestion's orchestrator."""
    ground = replace(local_ground(settings), embedder=KnownVectors())
    services = build(settings, ground)
    chunks = await filled(ground, world)
    await services.retriever.find(asked(world.question()))
    changes: dict[str, list[Change]] = {"replace": [], "delete": [], "insert": []}
    for number in range(TIMES):
        name, text = named(number), world.document(f"Report {number}", SECTIONS)
        await keep_vectors(ground, name, text)
        deletion = services.documents.delete(PRINCIPAL, document_id(BASE, name))
        changes["replace"].append(await timed(services, world, ingest(services, name, text)))
        changes["delete"].append(await timed(services, world, deletion))
        changes["insert"].append(await timed(services, world, ingest(services, name, text)))
    await services.close()
    return chunks, changes


def named(number: int) -> str:
    """Return the name of a document of the base."""
    return f"{number:04}.md"


async def keep_vectors(ground: Ground, name: str, text: str) -> None:
    """Put the vectors of a text's chunks where the ingestion finds them."""
    texts = [each.headed_text for each in await chunks_of(ground, name, text)]
    rows = (await ground.embedder.embed(texts)).astype("<f2")
    vectors = {text: row.tobytes() for text, row in zip(texts, rows, strict=True)}
    await ground.embeddings.keep(ground.embedder.name, vectors)


async def timed(services: Services, world: World, change: Coroutine[Any, Any, object]) -> Change:
    """Make a change, then ask."""
    question = asked(world.question())
    processor, started = time.process_time(), time.perf_counter()
    await change
    changed_at = time.perf_counter()
    await services.retriever.find(question)
    return Change(changed_at - started, time.perf_counter() - changed_at, time.process_time() - processor)


async def ingest(services: Services, name: str, text: str) -> None:
    """Take a document in, step by step as the orchestrators do."""
    job = await services.documents.upload(PRINCIPAL, BASE, name, whole(text.encode()))
    batches = await services.ingestion.parse(job)
    for number in range(batches):
        await services.ingestion.embed(job, number, batches)
    await services.ingestion.index_chunks(job, batches)
    for number in range(batches):
        await services.graph_building.extract(job, number)
    await services.graph_building.publish(job, batches)
    await services.communities.refresh(BASE)
    await services.ingestion.finish(job)


def changed_over_http(client: httpx.Client, world: World) -> dict[str, list[Change]]:
    """Upload a new edition, delete it, upload it again; the question after each gets its whole answer."""
    answer_seconds(client, world.question())
    changes: dict[str, list[Change]] = {"replace": [], "delete": [], "insert": []}
    for number in range(TIMES, 2 * TIMES):
        name = named(number)
        text = world.document(f"Report {number}", SECTIONS)
        upload = partial(uploaded, client, name, text.encode())
        changes["replace"].append(timed_over_http(client, world, upload))
        changes["delete"].append(timed_over_http(client, world, partial(deleted, client, name)))
        changes["insert"].append(timed_over_http(client, world, upload))
    return changes


def timed_over_http(client: httpx.Client, world: World, change: Callable[[], object]) -> Change:
    """Make a change, then ask."""
    started = time.perf_counter()
    change()
    seconds = time.perf_counter() - started
    return Change(seconds, answer_seconds(client, world.question()))


def deleted(client: httpx.Client, name: str) -> None:
    """Delete a document."""
    client.delete(f"knowledge/documents/{document_id(BASE, name)}").raise_for_status()


if __name__ == "__main__":
    show(measure())
