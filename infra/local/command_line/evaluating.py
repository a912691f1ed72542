"""Measure retrieval and answers on labelled sets: real ingestion into a fresh house, one JSON line per method."""

import importlib
import json
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.progress import track

from infra.local.command_line.ablations import ablations
from infra.local.command_line.connection import client_of, translated
from infra.local.command_line.labelled import LabelledSet, labelled_set
from infra.local.command_line.recall import folded, percentage, places, recalls
from infra.local.command_line.serving import local_host
from infra.local.command_line.surveys import surveys
from infra.local.command_line.uploading import ingest
from shared.domain.access import BaseKey, Principal, Scope
from shared.domain.answers import Hit, Question
from shared.domain.errors import BadRequest
from shared.domain.roles import Role
from shared.settings import Settings

BASE = "evaluation"
PRINCIPAL = Principal("local", "evaluation", role=Role.ADMIN)
DEPTH = 20
"""Chunks asked for; long passages give several chunks, and the first ten passages are counted."""

OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "answers, mode=simple": {"mode": "simple", "use_graph": False},
    "answers, mode=ultimate": {"mode": "ultimate", "use_self_rag": True},
    "answers, use_rerank": {"use_rerank": True},
    "answers, use_compression": {"use_compression": True},
}
"""Questions with one option chosen otherwise, so that each shows what it earns; the row "graph" has the defaults."""

Method = Callable[[Question], Awaitable[Sequence[Hit]]]


async def evaluate(arguments: Namespace, settings: Settings) -> int:
    """Read all sets into one base, then print one JSON line per method and set."""
    notes = Console(stderr=True, quiet=arguments.json)
    with TemporaryDirectory(prefix="evaluation-") as folder:
        sets = [labelled_set(Path(file), Path(folder) / "passages") for file in arguments.files]
        fresh = replace(settings, data_dir=Path(folder) / "house", cache_entries=0)
        host = local_host(fresh)
        async with (
            translated(),
            host.serving(port=0) as address,
            client_of(address, settings.knowledge_rag_token) as client,
        ):
            sources = [source for each in sets for source in each.sources]
            documents = await ingest(client, BASE, sources, notes)
            failed = [each["name"] for each in documents if each["status"] != "ready"]
            if failed:
                raise BadRequest(f"{len(failed)} documents could not be ingested, the first is {failed[0]}")
            for each in sets:
                await measured(each, notes, arguments.ablate)
    return 0


async def measured(labelled: LabelledSet, notes: Console, ablate: bool) -> None:
    """Run every method over every question and print what it reached; to `ablate` adds the graph without its parts."""
    services = importlib.import_module("functions.bootstrap").services()
    lacking = ablations(services.retriever) if ablate else {}
    every = methods(services.retriever) | {name: methods(each)["graph"] for name, each in lacking.items()}
    if ablate:
        every["graph with rerank"] = reranked(services)
    for name, method in every.items():
        found, seconds = [], 0.0
        for each in track(labelled.questions, name, console=notes):
            question = asked(each.question)
            started = perf_counter()
            hits = await method(question)
            seconds += perf_counter() - started
            found.append(places(hits, labelled.by_chunk))
        line = {"set": labelled.name, "method": name, **recalls(found, labelled)}
        line["ms_per_question"] = round(1000 * seconds / max(len(found), 1), 3)
        if name == "graph":
            line |= await answered(services, labelled, notes)
        show(line)
    for name, options in OPTIONS.items() if ablate else ():
        show({"set": labelled.name, "method": name, **await answered(services, labelled, notes, **options)})
    for line in await surveys(services.ask, asked(""), labelled):
        show({"set": labelled.name, **line})


def show(line: Mapping[str, object]) -> None:
    """Print one JSON line."""
    print(json.dumps(line, ensure_ascii=False), flush=True)  # noqa: T201


def methods(retriever: Any) -> dict[str, Method]:
    """Return the retriever's parts and its whole; without an embedder there is no dense method."""

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


def reranked(services: Any) -> Method:
    """Return the whole retriever with its best passages reranked."""

    async def graph(question: Question) -> Sequence[Hit]:
        hits: Sequence[Hit] = (await services.ask.search.find(replace(question, use_rerank=True))).hits
        return hits

    return graph


def asked(text: str) -> Question:
    """Return a question to the fresh base."""
    return Question(
        PRINCIPAL, Scope(BaseKey(PRINCIPAL.tenant, BASE), PRINCIPAL.labels), text, top_k=DEPTH, use_cache=False
    )


async def answered(services: Any, labelled: LabelledSet, notes: Console, **options: Any) -> dict[str, float]:
    """Return the percentage of answerable questions whose answer contains every part of the gold answer.

    Beside it stand the Brier score of the answers' confidence, the mean of (confidence - right)^2, and the
    milliseconds of an answer. `options` are fields of Question.
    """
    right, errors, started = [], [], perf_counter()
    for each in track([each for each in labelled.questions if each.answers], "answers", console=notes):
        answer = await services.ask.answer(replace(asked(each.question), top_k=8, **options))
        right.append(float(all(folded(part) in folded(answer.text) for part in each.answers)))
        errors.append((answer.confidence - right[-1]) ** 2)
    count = max(len(errors), 1)
    return {
        "answer_contains_gold": percentage(right),
        "brier": round(sum(errors) / count, 4),
        "ms_per_answer": round(1000 * (perf_counter() - started) / count, 3),
    }
