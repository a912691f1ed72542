"""What a model is asked for a question about a whole base, and for a local one: calls and prompt tokens of each.

The model is a server on the loopback that answers a report with the beginning of its passages, and a question with a
sentence per passage. Tokens are counted by tests/fakes/vocabulary.py, which gives 0 to 5 % more than cl100k.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from functions.bootstrap import Services, build, local_ground
from shared.domain.answers import Answer, Question
from shared.graph.model_report import RULES
from shared.settings import Settings
from tests.bench.base import BASE, PRINCIPAL, SCOPE
from tests.bench.corpus import World
from tests.bench.figures import Figure, show
from tests.fakes.openai_server import KEY, OpenAIServer
from tests.workflow.shelf import Run, bytes_of

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
DOCUMENTS, SECTIONS, LOCAL = 10, 30, 24
"""A made base of 300 chunks with communities of every size; local questions asked of each base."""

GLOBAL_OF_MADE = (
    "Give an overview of the firms and people.",
    "What are the main events across the documents?",
    "Summarise what happened in the towns.",
    "What are these documents about?",
)


def told(body: dict[str, Any]) -> str:
    """Answer a request for a report, or a question over passages."""
    rules, *_, request = (each["content"] for each in body["messages"])
    if rules == RULES:
        return str(request.partition("\nPASSAGES\n")[2][:1200])
    texts = [each.partition(">\n")[2].partition("\n</passage>")[0] for each in request.split("<passage ")[1:]]
    return " ".join(f"{text.split('. ')[0][:200]} [{number}]." for number, text in enumerate(texts[:8], start=1))


class House:
    """A fresh house whose model is the server, or that has none."""

    def __init__(self, folder: Path, server: OpenAIServer | None) -> None:
        chat = {"chat_base_url": server.base_url, "chat_api_key": KEY, "chat_model": "loopback"} if server else {}
        settings = Settings(data_dir=folder, embedder="none", **chat)
        self.services: Services = build(settings, local_ground(settings))
        self.usages = server.usages if server else []

    async def fill(self, documents: Mapping[str, bytes]) -> None:
        """Take documents in, with their communities."""
        await self.services.bases.ensure(BASE)
        for name, content in documents.items():
            job = await self.services.documents.upload(PRINCIPAL, BASE, name, bytes_of(content))
            await Run(self.services, job, name).to_the_end()

    async def ask(self, text: str) -> tuple[Answer, int, int]:
        """Ask once; return the answer, and the calls and prompt tokens that it took."""
        before = len(self.usages)
        answer = await self.services.ask.answer(Question(PRINCIPAL, SCOPE, text, use_cache=False))
        usages = self.usages[before:]
        return answer, len(usages), sum(each["prompt_tokens"] for each in usages)


def sample_documents() -> dict[str, bytes]:
    """Return the sample documents by name."""
    return {file.name: file.read_bytes() for file in sorted((SAMPLES / "company").iterdir())}


def made_documents() -> dict[str, bytes]:
    """Return made documents by name."""
    world = World(names=200)
    return {f"{n}.md": world.document(f"Volume {n}", SECTIONS).encode() for n in range(DOCUMENTS)}


def questions_of(file: str) -> list[str]:
    """Return the questions of a labelled set over the samples."""
    return [each["question"] for each in json.loads((SAMPLES / file).read_text(encoding="utf-8"))["questions"]]


async def measured(
    name: str, documents: Mapping[str, bytes], questions: Mapping[str, Sequence[str]], server: OpenAIServer
) -> list[Figure]:
    """Ask the questions of each sort; global ones again once the reports are there that they had written."""
    with TemporaryDirectory() as folder:
        house = House(Path(folder), server)
        await house.fill(documents)
        rounds = [(sort, texts, "") for sort, texts in questions.items()]
        rounds.append(("global", questions["global"], "_with_reports_kept"))
        asked = [
            (f"{sort}_question_prompt_{name}{state}", [await house.ask(text) for text in texts])
            for sort, texts, state in rounds
        ]
        await house.services.close()
    return [figure(line, found) for line, found in asked]


def figure(name: str, asked: Sequence[tuple[Answer, int, int]]) -> Figure:
    """Return the most prompt tokens that one question took."""
    tokens = [prompt for _, _, prompt in asked]
    about = {
        "questions": len(asked),
        "median": median(tokens),
        "most_calls": max(calls for _, calls, _ in asked),
        "strategies": sorted({answer.sort.strategy for answer, _, _ in asked}),
    }
    return Figure(name, max(tokens), "tokens", about)


async def measure() -> list[Figure]:
    """Measure over the samples and over made documents."""
    with OpenAIServer(told) as server:
        made = made_documents()
        world = World(names=200)
        of_made = {"global": GLOBAL_OF_MADE, "local": [world.question() for _ in range(LOCAL)]}
        of_samples = {"global": questions_of("global-questions.json"), "local": questions_of("questions.json")[:LOCAL]}
        figures = await measured("made", made, of_made, server)
        return figures + await measured("samples", sample_documents(), of_samples, server)


if __name__ == "__main__":
    show(asyncio.run(measure()))
