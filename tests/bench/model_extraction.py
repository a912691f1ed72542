"""What a model is asked when it reads for the graph: calls and tokens of a book, short documents and an insert.

The model is a server on the loopback that names an entity per 75 tokens and chains them by relations. Tokens are
counted by tests/fakes/vocabulary.py, which gives 0 to 5 % more than cl100k.
"""

import argparse
import asyncio
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from functions.bootstrap import local_ground
from functions.rooms import Services, build
from shared.domain.access import BaseKey, Principal
from shared.domain.jobs import IngestionJob
from shared.settings import Settings
from tests.bench.corpus import World, book
from tests.bench.figures import Figure, show
from tests.fakes.extractor import extracted
from tests.fakes.openai_server import KEY, Fault, OpenAIServer
from tests.fakes.vocabulary import vocabulary_tokens
from tests.workflow.shelf import Run, bytes_of

BASE = BaseKey("local", "bench")
PRINCIPAL = Principal("local", "bench")
INSERTED_BYTES = 20_000
SHORT_DOCUMENTS = 300


class House:
    """A fresh house whose model is the server."""

    def __init__(self, folder: Path, server: OpenAIServer) -> None:
        settings = Settings(
            data_dir=folder,
            embedder="none",
            extraction="model",
            chat_base_url=server.base_url,
            chat_api_key=KEY,
            chat_model="loopback",
        )
        self.services: Services = build(settings, local_ground(settings))
        self.server = server

    async def ingest(self, texts: Mapping[str, str]) -> None:
        """Take documents in by the rules, and let them wait for the model."""
        for name, text in texts.items():
            job = await self.services.documents.upload(PRINCIPAL, BASE, name, bytes_of(text.encode()))
            await Run(self.services, job, text).to_the_end()
            await self._reader.wait(BASE, job.document_id)

    async def read(self) -> dict[str, float]:
        """Let the model read what waits, as the orchestrator does; return calls, tokens and seconds."""
        before, started = len(self.server.usages), perf_counter()
        plan: Any = await self._reader.plan(BASE)
        for number in range(plan["packs"]):
            if problem := await self._reader.read(BASE, plan["plan"], number):
                raise RuntimeError(problem)
        await self._reader.apply(BASE, plan["plan"], [])
        usages = self.server.usages[before:]
        return {
            "calls": len(usages),
            "prompt": sum(each["prompt_tokens"] for each in usages),
            "completion": sum(each["completion_tokens"] for each in usages),
            "seconds": perf_counter() - started,
        }

    async def delete(self, name: str) -> tuple[int, float]:
        """Delete a document; return calls and seconds."""
        before, started = len(self.server.usages), perf_counter()
        await self.services.documents.delete(PRINCIPAL, IngestionJob(BASE.tenant, BASE.id, name, "").document_id)
        return len(self.server.usages) - before, perf_counter() - started

    @property
    def _reader(self) -> Any:
        return self.services.extraction


def per_thousand(name: str, read: Mapping[str, float], tokens: int) -> Iterator[Figure]:
    """Turn the sums of a build into figures per 1,000 tokens of documents."""
    for what in ("prompt", "completion", "calls"):
        unit = "calls" if what == "calls" else "tokens"
        about = {"document_tokens": tokens, "total": read[what]}
        yield Figure(f"model_{name}_{what}_per_1000_tokens", 1000 * read[what] / tokens, unit, about)
    yield Figure(f"model_{name}_seconds", read["seconds"], "s", {"document_tokens": tokens})


async def measured(texts: Mapping[str, str], tokens: int, name: str, server: OpenAIServer) -> list[Figure]:
    """Build a base with the model; with one document, insert 20 kB of another into it and delete that again."""
    with TemporaryDirectory() as folder:
        house = House(Path(folder), server)
        await house.services.bases.create(PRINCIPAL, BASE.id)
        try:
            await house.ingest(texts)
            figures = list(per_thousand(name, await house.read(), tokens))
            if len(texts) == 1:
                figures += await inserted(house)
            return figures
        finally:
            await house.services.close()


async def inserted(house: House) -> list[Figure]:
    """Insert documents of 20 kB one by one, and delete them."""
    reads, deletions = [], []
    for number in range(3):
        name = f"inserted-{number}.md"
        text = World(number).document("Inserted", 40)[:INSERTED_BYTES]
        await house.ingest({name: text})
        reads.append(await house.read())
        deletions.append(await house.delete(name))
    return [
        Figure("model_insert_calls", max(each["calls"] for each in reads), "calls", {"bytes": INSERTED_BYTES}),
        Figure("model_insert_prompt", max(each["prompt"] for each in reads), "tokens", {"bytes": INSERTED_BYTES}),
        Figure("model_delete_calls", max(calls for calls, _ in deletions), "calls"),
        Figure("model_delete", 1000 * median(seconds for _, seconds in deletions), "ms"),
    ]


def short_documents() -> list[str]:
    """Return made documents of about 112 tokens."""
    world = World()
    return [world.document(f"Note {number}", 1)[:450] for number in range(SHORT_DOCUMENTS)]


async def measure(one: str, many: list[str], traits: set[Fault]) -> list[Figure]:
    """Measure one long document and many short ones."""
    with OpenAIServer(extracted) as server:
        server.traits = traits
        figures = await measured({"book.txt": one}, vocabulary_tokens(one), "book", server)
        named = {f"{number:04d}.txt": text for number, text in enumerate(many)}
        return figures + await measured(named, sum(map(vocabulary_tokens, many)), "short_documents", server)


def main() -> None:
    """Measure the texts that are named, or made ones."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--book", default="", help="a long text")
    parser.add_argument("--short", default="", help="a JSON list of short texts")
    parser.add_argument("--lines", action="store_true", help="a server that knows no schemas")
    arguments = parser.parse_args()
    one = Path(arguments.book).read_text(encoding="utf-8-sig") if arguments.book else book()
    many = json.loads(Path(arguments.short).read_text(encoding="utf-8")) if arguments.short else short_documents()
    show(asyncio.run(measure(one, many, {Fault.NO_SCHEMAS} if arguments.lines else set())))


if __name__ == "__main__":
    main()
