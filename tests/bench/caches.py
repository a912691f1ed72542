"""Kept answers among 100,000, level by level, and what measuring adds to an answer that is given again.

The question in other words is timed without its vector, which is at hand here: what that takes is the embedder's.
"""

import asyncio
import random
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import numpy as np

from functions.bootstrap import local_ground
from functions.rooms import build
from infra.local.answer_cache import MemoryAnswerCache
from infra.local.sqlite import Database
from infra.local.stored_answers import Bounds, SqliteAnswerCache
from shared.domain.access import Principal
from shared.domain.answers import Answer, Hit, Question
from shared.domain.documents import Chunk
from shared.domain.vectors import Vectors
from shared.ports.answer_cache import AnswerCache
from shared.services.alike_questions import AlikeQuestions
from shared.services.ask import Asking
from shared.services.embedding import Embedding
from shared.services.performance import Performance
from shared.settings import Settings
from tests.bench.base import DIMENSIONS, asked, create
from tests.bench.figures import Figure, percentile, show

ENTRIES = 100_000
SAMPLES = 5_000
PASSAGES = 4
PLENTY = 10**10
"""Characters and bytes that no bound of this run is reached by."""

REQUESTS = 2_000


async def main() -> None:
    """Print the figures."""
    with TemporaryDirectory(prefix="bench-") as folder, closing(Database(Path(folder) / "answers.sqlite")) as database:
        memory = MemoryAnswerCache(3600, ENTRIES, PLENTY)
        stored = SqliteAnswerCache(database, Bounds(3600, ENTRIES, PLENTY), "bench")
        for name, cache in (("memory", memory), ("shared", stored)):
            show([await looked_up(name, cache)])
    show([await looked_up_in_other_words()])
    show([await measuring()])


async def looked_up(name: str, cache: AnswerCache) -> Figure:
    """Fill a cache and time questions that it holds, one after the other."""
    started = time.perf_counter()
    for number in range(ENTRIES):
        await cache.keep(asked(question(number)), 1, answer(number))
    filling = time.perf_counter() - started
    samples = [await timed(cache, random.Random(number).randrange(ENTRIES)) for number in range(SAMPLES)]
    details = {
        "entries": ENTRIES,
        "samples": SAMPLES,
        "p50": 1000 * percentile(samples, 50),
        "filling_seconds": filling,
    }
    return Figure(f"cache_{name}_p99", 1000 * percentile(samples, 99), "ms", details)


async def timed(cache: AnswerCache, number: int) -> float:
    """Return the seconds that one question takes."""
    wanted = asked(question(number))
    started = time.perf_counter()
    kept = await cache.get(wanted, 1)
    seconds = time.perf_counter() - started
    if kept is None or kept.answer != answer(number):
        raise RuntimeError(f"the cache lost answer {number}")
    return seconds


class VectorsAtHand:
    """The embedding of questions that were all embedded a short while ago."""

    def __init__(self) -> None:
        self._vector = np.ones((1, DIMENSIONS), np.float32) / np.sqrt(np.float32(DIMENSIONS))

    async def of_question(self, principal: Principal, text: str) -> Vectors:
        """Return shape (1, 384)."""
        return self._vector

    def remembered(self, principal: Principal, text: str) -> Vectors:
        """Return shape (1, 384)."""
        return self._vector


async def looked_up_in_other_words() -> Figure:
    """Fill the memory of questions and time questions that ask the same in other words."""
    alike = AlikeQuestions(cast("Embedding", VectorsAtHand()), ENTRIES)
    for number in range(ENTRIES):
        alike.remember(asked(question(number)), 1)
    samples = []
    for number in range(SAMPLES):
        wanted = asked(f"Could you tell me what part {number} of the northern harbour does?")
        started = time.perf_counter()
        found = await alike.find(wanted, 1)
        samples.append(time.perf_counter() - started)
        if [each.text for each in found] != [question(number)]:
            raise RuntimeError(f"question {number} was not found in other words")
    details = {"entries": ENTRIES, "samples": SAMPLES, "p50": 1000 * percentile(samples, 50)}
    return Figure("cache_alike_p99", 1000 * percentile(samples, 99), "ms", details)


def question(number: int) -> str:
    """Return a question that no other number has."""
    return f"What does part {number} of the northern harbour do?"


def answer(number: int) -> Answer:
    """Return an answer over four passages of 400 characters."""
    hits = tuple(
        Hit(
            Chunk(f"c{number}-{each}", f"d{each}", each, "Part", ("Harbour",), "passage " * 50, 1, 0, 400),
            "part.md",
            0.5,
        )
        for each in range(PASSAGES)
    )
    return Answer(f"Part {number} lifts loads. [1]", (), hits, (), 0.5, "extractive")


async def measuring() -> Figure:
    """Compare the time of counting a request and its answer with the time of a kept answer in this process."""
    with TemporaryDirectory(prefix="bench-") as folder:
        settings = Settings(data_dir=Path(folder), embedder="none")
        ground = local_ground(settings)
        services = build(settings, ground)
        await create(ground)
        wanted = replace(asked(question(0)), use_cache=True)
        await services.ask.answer(wanted)
        answering = [await answered(services.ask, wanted) for _ in range(REQUESTS)]
        counting = [counted(services.performance) for _ in range(REQUESTS)]
        await asyncio.to_thread(services.close)
    one, other = percentile(counting, 50), percentile(answering, 50)
    details = {"counting_us": 1e6 * one, "kept_answer_us": 1e6 * other, "samples": REQUESTS}
    return Figure("measuring_share_of_kept_answer", 100 * one / other, "%", details)


async def answered(asking: Asking, wanted: Question) -> float:
    """Return the seconds that a kept answer takes."""
    started = time.perf_counter()
    given = await asking.answer(wanted)
    seconds = time.perf_counter() - started
    if not given.cache_hit:
        raise RuntimeError("the answer was not kept")
    return seconds


def counted(performance: Performance) -> float:
    """Return the seconds that counting one request and its answer takes."""
    started = time.perf_counter()
    performance.request_ended("POST /api/v1/rag/query", 1.5, failed=False)
    performance.answered("extractive", 1.5, from_cache=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    asyncio.run(main())
