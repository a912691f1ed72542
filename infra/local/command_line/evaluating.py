"""Measure retrieval and answers on a labelled set: real ingestion into a fresh house, one JSON line per method."""

import importlib
import json
import unicodedata
from argparse import Namespace
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.progress import track

from infra.local.command_line.connection import client_of
from infra.local.command_line.serving import local_host
from infra.local.command_line.uploading import Source, ingest
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import Hit, Question
from shared.domain.errors import BadRequest
from shared.settings import Settings

BASE = "evaluation"
PRINCIPAL = Principal("local", "evaluation")
DEPTH = 20
"""Chunks asked for; long passages give several chunks, and the first ten passages are counted."""


@dataclass(frozen=True)
class Labelled:
    """A question, the passages that answer it, and the answer."""

    question: str
    gold: frozenset[int]
    answer: str


@dataclass(frozen=True)
class LabelledSet:
    """Passages as (title, text), and questions about them."""

    passages: tuple[tuple[str, str], ...]
    questions: tuple[Labelled, ...]


Method = Callable[[Question], Awaitable[Sequence[Hit]]]


def labelled_set(path: Path) -> LabelledSet:
    """Read a labelled set. Raises BadRequest where the file is not one."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return LabelledSet(
            tuple((str(title), str(text)) for title, text in content["passages"]),
            tuple(
                Labelled(each["question"], frozenset(each["gold"]), str(each.get("answer", "")))
                for each in content["questions"]
            ),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadRequest(f"{path} is no labelled set: {error}") from None


async def evaluate(arguments: Namespace, settings: Settings) -> int:
    """Print one JSON line per method."""
    labelled = labelled_set(Path(arguments.file))
    notes = Console(stderr=True, quiet=arguments.json)
    with TemporaryDirectory(prefix="evaluation-") as folder:
        fresh = replace(settings, data_dir=Path(folder) / "house", cache_entries=0)
        host = local_host(fresh)
        async with host.serving(port=0) as address, client_of(address) as client:
            sources = written(labelled, Path(folder) / "passages")
            documents = await ingest(client, BASE, sources, notes)
            failed = [each["name"] for each in documents if each["status"] != "ready"]
            if failed:
                raise BadRequest(f"{len(failed)} passages could not be ingested, the first is {failed[0]}")
            await measured(labelled, notes)
        importlib.import_module("functions.bootstrap").services().close()
    return 0


def written(labelled: LabelledSet, folder: Path) -> list[Source]:
    """Write each passage as a page of its own."""
    folder.mkdir()
    sources = []
    for number, (title, text) in enumerate(labelled.passages):
        path = folder / f"{number:06d}.html"
        path.write_text(
            f"<title>{escape(title)}</title><h1>{escape(title)}</h1><p>{escape(text)}</p>", encoding="utf-8"
        )
        sources.append(Source(path, path.name))
    return sources


async def measured(labelled: LabelledSet, notes: Console) -> None:
    """Run every method over every question and print what it reached."""
    services = importlib.import_module("functions.bootstrap").services()
    for name, method in methods(services).items():
        found, seconds = [], 0.0
        for each in track(labelled.questions, name, console=notes):
            question = asked(each.question)
            started = perf_counter()
            hits = await method(question)
            seconds += perf_counter() - started
            found.append(passages(hits))
        line = {"method": name, **recalls(found, labelled), "ms_per_question": per_question(seconds, labelled)}
        if name == "graph":
            line["answer_contains_gold"] = await answered(services, labelled, notes)
        print(json.dumps(line), flush=True)  # noqa: T201


def methods(services: Any) -> dict[str, Method]:
    """Return the retriever's parts and its whole; without an embedder there is no dense method."""
    retriever = services.retriever

    async def bm25(question: Question) -> Sequence[Hit]:
        hits: Sequence[Hit] = await retriever.index.hits(question.scope, (await retriever.by_words(question))[:DEPTH])
        return hits

    async def dense(question: Question) -> Sequence[Hit]:
        hits: Sequence[Hit] = await retriever.index.hits(question.scope, (await retriever.by_meaning(question))[:DEPTH])
        return hits

    async def hybrid(question: Question) -> Sequence[Hit]:
        hits: Sequence[Hit] = (await retriever.find(replace(question, use_graph=False))).hits
        return hits

    async def graph(question: Question) -> Sequence[Hit]:
        hits: Sequence[Hit] = (await retriever.find(question)).hits
        return hits

    every: dict[str, Method] = {"bm25": bm25, "dense": dense, "hybrid": hybrid, "graph": graph}
    if not retriever.embedding.embedder.dimensions:
        del every["dense"]
    return every


def asked(text: str) -> Question:
    """Return a question to the fresh base."""
    return Question(
        PRINCIPAL, Scope(BaseKey(PRINCIPAL.tenant, BASE), PRINCIPAL.labels), text, top_k=DEPTH, use_cache=False
    )


def passages(hits: Sequence[Hit]) -> list[int]:
    """Return the numbers of the passages found, each once."""
    return list(dict.fromkeys(int(hit.document_name.split(".")[0]) for hit in hits))


def recalls(found: list[list[int]], labelled: LabelledSet) -> dict[str, float]:
    """Return percentages: gold passages among the first k, averaged; and questions with all of theirs among five."""
    pairs = [(ranked, each.gold) for ranked, each in zip(found, labelled.questions, strict=True) if each.gold]
    line = {
        f"recall@{k}": round(100 * mean(len(gold & set(ranked[:k])) / len(gold) for ranked, gold in pairs), 2)
        for k in (1, 2, 5, 10)
    }
    line["all_gold@5"] = round(100 * mean(gold <= set(ranked[:5]) for ranked, gold in pairs), 2)
    return line


def per_question(seconds: float, labelled: LabelledSet) -> float:
    """Return milliseconds per question."""
    return round(1000 * seconds / len(labelled.questions), 3)


async def answered(services: Any, labelled: LabelledSet, notes: Console) -> float:
    """Return the percentage of questions whose answer contains the gold answer."""
    right = 0
    for each in track(labelled.questions, "answers", console=notes):
        answer = await services.ask.answer(replace(asked(each.question), top_k=8))
        right += bool(each.answer) and folded(each.answer) in folded(answer.text)
    return round(100 * right / len(labelled.questions), 2)


def folded(text: str) -> str:
    """Return a text without what two spellings of one answer may differ in: case, width, spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
