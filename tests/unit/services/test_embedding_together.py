"""Calls of the embedder that share one: who waits, who does not, and what one caller's end is to the others."""

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest

from shared.domain.errors import KnowledgeError, ModelUnavailable
from shared.domain.vectors import Vectors
from shared.services.embedding_together import FEW, MOST_TOGETHER, EmbeddingTogether

LONG = 60.0
"""Seconds of a window that no test waits for."""


class Held:
    """An embedder that answers once it is let go; each text becomes its number."""

    name, dimensions = "held", 1

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.go = asyncio.Event()
        self.error: KnowledgeError | None = None

    async def ping(self) -> None:
        """Answer."""

    async def embed(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(list(texts))
        await self.go.wait()
        if self.error:
            raise self.error
        return np.array([[float(text)] for text in texts], np.float32)


@pytest.fixture
async def held() -> Held:
    return Held()


async def begun(together: EmbeddingTogether, held: Held, *batches: Sequence[str]) -> list[asyncio.Task[Vectors]]:
    """Start calls one after the other; each has done what it can when the next one starts."""
    tasks = []
    for texts in batches:
        tasks.append(asyncio.ensure_future(together.embed(texts)))
        for _ in range(5):
            await asyncio.sleep(0)
    return tasks


async def test_a_call_alone_waits_for_nobody(held: Held) -> None:
    together = EmbeddingTogether(held, LONG)
    await begun(together, held, ["1"])
    assert held.calls == [["1"]]
    held.go.set()


async def test_calls_behind_one_that_is_under_way_share_the_next(held: Held) -> None:
    together = EmbeddingTogether(held, 0.01)
    tasks = await begun(together, held, ["1"], ["2"], ["3", "4"], ["5"])
    assert held.calls == [["1"]]
    held.go.set()
    vectors = await asyncio.gather(*tasks)
    assert held.calls == [["1"], ["2", "3", "4", "5"]]
    assert [each.ravel().tolist() for each in vectors] == [[1], [2], [3, 4], [5]]


async def test_a_full_call_leaves_before_the_window_ends(held: Held) -> None:
    together = EmbeddingTogether(held, LONG)
    await begun(together, held, ["0"], *[[str(number)] for number in range(1, MOST_TOGETHER - FEW + 2)])
    assert [len(each) for each in held.calls] == [1, MOST_TOGETHER - FEW + 1]
    held.go.set()


@pytest.mark.parametrize(("count", "calls"), [(FEW, 1), (FEW + 1, 2)])
async def test_many_texts_share_no_call(held: Held, count: int, calls: int) -> None:
    together = EmbeddingTogether(held, LONG)
    tasks = await begun(together, held, ["0"], ["1"] * count)
    assert len(held.calls) == calls
    tasks[-1].cancel()
    held.go.set()


async def test_a_caller_who_leaves_takes_nothing_from_the_others(held: Held) -> None:
    together = EmbeddingTogether(held, 0.01)
    tasks = await begun(together, held, ["1"], ["2"], ["3"])
    tasks[1].cancel()
    held.go.set()
    assert (await tasks[2]).tolist() == [[3]]


async def test_a_failure_is_everybodys_and_the_next_call_is_a_new_one(held: Held) -> None:
    together = EmbeddingTogether(held, 0.01)
    tasks = await begun(together, held, ["1"], ["2"], ["3"])
    held.error = ModelUnavailable("away")
    held.go.set()
    failed = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in failed] == [ModelUnavailable] * 3
    held.error = None
    assert (await together.embed(["4"])).tolist() == [[4]]


async def test_what_it_stands_before_shows_through(held: Held) -> None:
    together = EmbeddingTogether(held)
    await together.ping()
    assert (together.name, together.dimensions) == ("held", 1)
