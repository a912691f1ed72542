"""Questions that are embedded at the same time: each by a call of its own, and sharing calls."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.local.embedding import MiniLmEmbedder
from shared.domain.vectors import Vectors
from shared.ports.models import Embedder
from shared.services.embedding_together import EmbeddingTogether
from tests.bench.figures import Figure, percentile, show

ASKERS = 64
ROUNDS = 8
CALL_SECONDS = 0.02
CALLS_AT_ONCE = 8
"""What a hosted embedder takes for a short text, and how many calls a deployment of it takes side by side."""


class Hosted:
    """Stands for an embedder behind a network: so many calls at once, each as long as any other."""

    name, dimensions = "hosted", 2

    def __init__(self) -> None:
        self.calls = 0
        self._places = asyncio.Semaphore(CALLS_AT_ONCE)

    async def ping(self) -> None:
        """Answer."""

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Return shape (texts, 2)."""
        import numpy as np

        self.calls += 1
        async with self._places:
            await asyncio.sleep(CALL_SECONDS)
        return np.ones((len(texts), 2), np.float32)


async def main() -> None:
    """Print the figures."""
    with TemporaryDirectory(prefix="bench-") as folder:
        embedded = MiniLmEmbedder(Path(folder))
        await embedded.embed(["the first text loads the network"])
        for name, embedder in (("minilm", embedded), ("hosted", Hosted())):
            show([await burst(f"embedding_{name}_alone", embedder)])
            show([await burst(f"embedding_{name}_together", EmbeddingTogether(embedder))])
        await asyncio.to_thread(embedded.close)


async def burst(name: str, embedder: Embedder) -> Figure:
    """Let many ask at once, round after round, and say how long one of them waits."""
    samples: list[float] = []
    started = time.perf_counter()
    for number in range(ROUNDS):
        await asyncio.gather(*(timed(samples, embedder, f"Who leads part {number}-{each}?") for each in range(ASKERS)))
    seconds = time.perf_counter() - started
    details = {"askers": ASKERS, "p99": 1000 * percentile(samples, 99), "questions_per_second": len(samples) / seconds}
    return Figure(f"{name}_p50", 1000 * percentile(samples, 50), "ms", details)


async def timed(samples: list[float], embedder: Embedder, text: str) -> None:
    """Embed a question and keep the seconds that it took."""
    started = time.perf_counter()
    await embedder.embed([text])
    samples.append(time.perf_counter() - started)


if __name__ == "__main__":
    asyncio.run(main())
