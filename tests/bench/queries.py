"""Questions to 10,000 chunks: in the process, over HTTP, and the first byte of a streamed answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from functions.bootstrap import Ground, build, local_ground
from shared.settings import Settings
from tests.bench.base import BASE, asked, fill
from tests.bench.corpus import World
from tests.bench.figures import Figure, latencies, show
from tests.bench.service import serving

DOCUMENTS = 500
SECTIONS = 20
QUESTIONS = 200
WARM_UP = 10
SYNTHETIC = "texts; vectors are random"


def measure() -> Iterator[Figure]:
    """Fill a base, ask it in this process, then through a service over the same folder."""
    world = World()
    questions = [world.question() for _ in range(QUESTIONS + WARM_UP)]
    with TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), embedder="minilm")
        chunks, found, embedded, processor = asyncio.run(asked_in_process(settings, world, questions))
        about = {"chunks": chunks, "synthetic": SYNTHETIC}
        details = {**about, "processor_ms": 1000 * processor, "includes": "embedding of the question (MiniLM)"}
        yield from latencies("query_in_process", found, **details)
        yield from latencies("query_embedding_alone", embedded)
        with serving(settings.data_dir, "minilm") as service:
            answered = [answer_seconds(service.client, each) for each in questions][WARM_UP:]
            streamed = [first_seconds(service.client, each) for each in questions][WARM_UP:]
            yield from latencies("query_over_http", answered, **about, includes="the extractive answer")
            yield from latencies("stream_first_byte", [first for first, _ in streamed], **about)
            yield from latencies("stream_first_words", [words for _, words in streamed], **about)
            yield Figure("query_service_peak_memory", service.peak_megabytes(), "MB", about)


async def asked_in_process(
    settings: Settings, world: World, questions: Sequence[str]
) -> tuple[int, list[float], list[float], float]:
    """Return how many chunks, the seconds of each question, of embedding it alone, and its mean processor seconds."""
    ground = local_ground(settings)
    chunks = await filled(ground, world)
    retriever = build(settings, ground).retriever
    await each_seconds(questions[: WARM_UP + 1], lambda text: retriever.find(asked(text)))
    started = time.process_time()
    found = await each_seconds(questions, lambda text: retriever.find(asked(text)))
    processor = (time.process_time() - started) / len(questions)
    embedded = await each_seconds(questions, lambda text: ground.embedder.embed([text]))
    ground.close()
    return chunks, found, embedded, processor


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
