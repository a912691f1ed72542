"""What the histories of durable runs grow to."""

import json
from collections.abc import Generator
from typing import Any

import pytest

from functions import batches, extraction, graph, ingestion, reindexing

MOST_ACTIONS = 110
"""An orchestration's activities and sub-orchestrations: one fan-out of 100 and the steps around it."""

MOST_BYTES = 2000
"""A few names and numbers."""

ORCHESTRATORS = {
    "ingest_document": ingestion.ingest_document,
    "build_graph": graph.build_graph,
    "run_batches": batches.run_batches,
    "read_with_model": extraction.read_with_model,
    "read_packs": extraction.read_packs,
    "reindex_documents": reindexing.reindex_documents,
    "reindex_section": reindexing.reindex_section,
    "reindex_batch": reindexing.reindex_batch,
}
JOB = {"tenant": "t" * 64, "knowledge_base": "b" * 64, "name": "文" * 80, "etag": '"0x8DCAFEDCAFEDCAF"'}
RESULTS: dict[str, Any] = {"read_pack": ""}


class Run:
    """Drives an orchestrator whose activities all succeed; `actions` holds what each orchestration asked for."""

    def __init__(self, results: dict[str, Any]) -> None:
        self.results = {**RESULTS, **results}
        self.actions: list[list[tuple[str, Any]]] = []

    def of(self, name: str, input_: Any) -> Any:
        asked: list[tuple[str, Any]] = []
        self.actions.append(asked)
        context = Context(input_, asked)
        steps: Generator[Any, Any, Any] = ORCHESTRATORS[name]._function._func.orchestrator_function(context)
        answer = None
        while True:
            try:
                answer = self.answer(steps.send(answer))
            except StopIteration as end:
                return end.value

    def answer(self, task: Any) -> Any:
        if isinstance(task, list):
            return [self.answer(each) for each in task]
        name, input_ = task
        return self.of(name, input_) if name in ORCHESTRATORS else self.results.get(name)


class Context:
    """What an orchestrator may ask of the platform."""

    def __init__(self, input_: Any, asked: list[tuple[str, Any]]) -> None:
        self.input, self.asked = input_, asked

    def get_input(self) -> Any:
        return self.input

    def call_activity(self, name: str, input_: Any) -> tuple[str, Any]:
        self.asked.append((name, input_))
        return name, input_

    call_sub_orchestrator = call_activity

    def task_all(self, tasks: list[Any]) -> list[Any]:
        return tasks


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200, 1999])
def test_every_batch_of_a_document_is_done_once_in_short_histories(count: int) -> None:
    run = Run({"parse_document": count})
    run.of("ingest_document", JOB)
    for step in ("embed_chunks", "extract_graph"):
        done = [input_["batch"] for asked in run.actions for name, input_ in asked if name == step]
        assert done == list(range(count))
    assert max(map(len, run.actions)) <= MOST_ACTIONS


@pytest.mark.parametrize("count", [0, 1, 4, 5, 100, 101, 999])
def test_every_pack_is_read_once_in_short_histories(count: int) -> None:
    run = Run({"plan_packs": {"plan": "p" * 32, "packs": count, "reason": ""}, "read_pack": "the model was silent"})
    run.of("read_with_model", {"tenant": "t", "knowledge_base": "b"})
    assert [input_["pack"] for asked in run.actions for name, input_ in asked if name == "read_pack"] == [*range(count)]
    assert max(map(len, run.actions)) <= MOST_ACTIONS
    applied = next(input_ for name, input_ in run.actions[0] if name == "apply_readings")
    assert applied["reasons"] == (["the model was silent"] if count else [])


@pytest.mark.parametrize("count", [0, 1, 100, 101, 1999])
def test_every_batch_of_a_base_is_read_once_in_short_histories(count: int) -> None:
    run = Run({"plan_reindex": count, "reindex_jobs": [JOB] * 4, "parse_document": 0})
    run.of("reindex_documents", {"tenant": "t", "knowledge_base": "b", "only_outdated": False})
    asked = [input_["batch"] for asked in run.actions for name, input_ in asked if name == "reindex_jobs"]
    assert asked == [*range(count)]
    assert max(map(len, run.actions)) <= MOST_ACTIONS


def test_a_history_holds_names_and_numbers_alone() -> None:
    run = Run({"parse_document": 1999})
    run.of("ingest_document", JOB)
    inputs = [json.dumps(input_) for asked in run.actions for _, input_ in asked]
    assert max(map(len, inputs)) <= MOST_BYTES
    assert max(sum(len(json.dumps(each)) for each in asked) for asked in run.actions) <= MOST_ACTIONS * MOST_BYTES
