"""Questions to 10,000 chunks: in the process, over HTTP, and the first byte of a streamed answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from functions.bootstrap import local_ground
from functions.ground import Ground
from functions.rooms import build
from shared.domain.access import Principal
from shared.domain.vectors import Vectors
from shared.services.embedding import Embedding
from shared.services.retrieve import Retriever
from shared.settings import Settings
from tests.bench.base import BASE, KnownVectors, asked, fill
from tests.bench.corpus import World
from tests.bench.figures import Figure, latencies, show
from tests.bench.service import serving

DOCUMENTS = 500
SECTIONS = 20
QUESTIONS = 200
WARM_UP = 10
SYNTHETIC = "texts; vectors are random"


@dataclass(frozen=True)
class Given(Embedding):
    """The embedding of questions whose vectors are there already: nothing is computed and no money is held."""

    async def of_question(self, principal: Principal, text: str) -> Vectors:
        """Return the vector, shape (1, dimensions)."""
        return await self.embedder.embed([text])


@dataclass(frozen=True)
class InProcess:
    """Seconds of each question, of each whose vector is given, of embedding each, and mean processor seconds."""

    chunks: int
    found: list[float]
    given: list[float]
    embedded: list[float]
    processor: float
    processor_given: float


def measure() -> Iterator[Figure]:
    """Fill a base, ask it in this process, then through a service over the same folder."""
    world = World()
    questions = [world.question() for _ in range(QUESTIONS + WARM_UP)]
    with TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), embedder="minilm")
        measured = asyncio.run(asked_in_process(settings, world, questions))
        about = {"chunks": measured.chunks, "synthetic": SYNTHETIC}
        whole = {"processor_ms": 1000 * measured.processor, "includes": "embedding of the question (MiniLM)"}
        yield from latencies("query_in_process", measured.found, **about, **whole)
        given = {"processor_ms": 1000 * measured.processor_given}
        yield from latencies("query_vector_given", measured.given, **about, **given)
        yield from latencies("query_embedding_alone", measured.embedded)
        with serving(settings.data_dir, "minilm") as service:
            answered = [answer_seconds(service.client, each) for each in questions][WARM_UP:]
            streamed = [first_seconds(service.client, each) for each in questions][WARM_UP:]
            yield from latencies("query_over_http", answered, **about, includes="the extractive answer")
            yield from latencies("stream_first_byte", [first for first, _ in streamed], **about)
            yield from latencies("stream_first_words", [words for _, words in streamed], **about)
            yield Figure("query_service_peak_memory", service.peak_megabytes(), "MB", about)


async def asked_in_process(settings: Settings, world: World, questions: Sequence[str]) -> InProcess:
    """Fill a base and ask it everything: with the embedder, with vectors that are given, and the embedder alone."""
    ground = local_ground(settings)
    chunks = await filled(ground, world)
    retriever = build(settings, ground).retriever
    embedding = retriever.embedding
    knowing = replace(retriever, embedding=Given(KnownVectors(), embedding.store, embedding.gate))
    found, processor = await found_seconds(retriever, questions)
    given, processor_given = await found_seconds(knowing, questions)
    embedded = await each_seconds(questions, lambda text: ground.embedder.embed([text]))
    await ground.close()
    return InProcess(chunks, found, given, embedded, processor, processor_given)


async def found_seconds(retriever: Retriever, questions: Sequence[str]) -> tuple[list[float], float]:
    """Return the seconds that each question takes, and the mean of processor seconds, once everything is loaded."""
    await each_seconds(questions[: WARM_UP + 1], lambda text: retriever.find(asked(text)))
    started = time.process_time()
    found = await each_seconds(questions, lambda text: retriever.find(asked(text)))
    return found, (time.process_time() - started) / len(questions)


async def filled(ground: Ground, world: World) -> int:
    """Fill the base with the documents that all measurements at 10,000 chunks share."""
    texts = {f"{number:04}.md": world.document(f"Report {number}", SECTIONS) for number in range(DOCUMENTS)}
    return await fill(ground, texts)


async def each_seconds(questions: Sequence[str], ask: Callable[[str], Awaitable[object]]) -> list[float]:
    """Ask one after the other; the first few load what is loaded once and are not counted."""
    seconds = []
    for question in questions:
        started = time.perf_counter()
        await ask(question)
        seconds.append(time.perf_counter() - started)
    return seconds[WARM_UP:]


def answer_seconds(client: httpx.Client, question: str) -> float:
    """Ask for a whole answer."""
    started = time.perf_counter()
    client.post("rag/query", json={"kb_id": BASE.id, "query": question, "use_cache": False}).raise_for_status()
    return time.perf_counter() - started


def first_seconds(client: httpx.Client, question: str) -> tuple[float, float]:
    """Ask for a stream; return the seconds until its first byte and until the first words of the answer."""
    body = {"kb_id": BASE.id, "messages": [{"role": "user", "content": question}], "use_cache": False}
    started = time.perf_counter()
    first, received = 0.0, b""
    with client.stream("POST", "chat/stream", json=body) as response:
        pieces = response.iter_raw()
        while b"event: delta" not in received:
            received += next(pieces)
            first = first or time.perf_counter() - started
        words = time.perf_counter() - started
        assert b"event: done" in b"".join(pieces)
    return first, words


if __name__ == "__main__":
    show(measure())
