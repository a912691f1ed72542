"""One book through the service: upload over HTTP, durable run, graph published, document ready, all stored."""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx

from shared.text.tokens import count_tokens
from tests.bench.corpus import SOURCES, book
from tests.bench.figures import Figure, show
from tests.bench.service import POLL_SECONDS, Service, serving

ROUNDS = {"none": 5, "minilm": 2}
"""A fresh service per round, since vectors are kept by content; the embedder takes long."""

WARM_UP = SOURCES / "company-profile.md"
"""A document with entities and communities, so that everything that is loaded once is loaded before the book."""


@dataclass(frozen=True)
class Run:
    """One book in a fresh service: seconds from the upload's first byte to the state `ready`.

    Processor time and peak memory count until its communities are found, which happens after that.
    """

    first_document: float
    seconds: float
    processor_seconds: float
    peak_megabytes: float
    status: dict[str, object]


def measure(content: bytes, name: str) -> Iterator[Figure]:
    """Index the book without and with the embedder."""
    tokens = count_tokens(content.decode())
    about = {"book": name, "tokens": tokens, "bytes": len(content)}
    for embedder, rounds in ROUNDS.items():
        runs = [indexed(content, embedder) for _ in range(rounds)]
        rates = [tokens / run.seconds for run in runs]
        suffix = "with_embedder" if embedder != "none" else "without_embedder"
        counts = {key: runs[0].status[key] for key in ("chunk_count", "entity_count")}
        first = median(run.first_document for run in runs)
        details = {**about, **counts, "rounds": rounds, "fastest": max(rates), "first_document_s": first}
        yield Figure(f"index_{suffix}", median(rates), "tokens/s", details)
        per_processor = median(tokens / run.processor_seconds for run in runs)
        yield Figure(f"index_{suffix}_per_processor_second", per_processor, "tokens/CPU-second", about)
        yield Figure(f"index_{suffix}_peak_memory", max(run.peak_megabytes for run in runs), "MB", about)


def indexed(content: bytes, embedder: str) -> Run:
    """Index a first document, which loads what is loaded once, and then the book."""
    with TemporaryDirectory() as folder, serving(Path(folder), embedder) as service:
        service.client.post("knowledge/bases", json={"name": "bench"}).raise_for_status()
        first, _ = uploaded(service.client, WARM_UP.name, WARM_UP.read_bytes())
        service.settle()
        return measured(service, content, first)


def measured(service: Service, content: bytes, first: float) -> Run:
    """Index the book and ask the kernel what it took."""
    before = service.processor_seconds()
    seconds, status = uploaded(service.client, "book.txt", content)
    service.settle()
    return Run(first, seconds, service.processor_seconds() - before, service.peak_megabytes(), status)


def uploaded(client: httpx.Client, name: str, content: bytes) -> tuple[float, dict[str, object]]:
    """Upload a document and wait until it is ready; return the seconds and its status."""
    started = time.perf_counter()
    answer = client.post("knowledge/bases/bench/documents", files={"file": (name, content)}).raise_for_status()
    document = answer.json()["document_id"]
    while True:
        status: dict[str, object] = client.get(f"knowledge/documents/{document}/status").json()
        if status["status"] == "ready":
            return time.perf_counter() - started, status
        if status["status"] == "failed":
            raise RuntimeError(f"{name} failed: {status['reason']}")
        time.sleep(POLL_SECONDS)


def main() -> None:
    """Measure the book that is named, or a made one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--book", default="")
    path = parser.parse_args().book
    show(measure(Path(path).read_bytes(), Path(path).name) if path else measure(book().encode(), "made"))


if __name__ == "__main__":
    main()
