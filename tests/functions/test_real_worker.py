"""The app on the real Python worker library of the platform."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("azure_functions_runtime", reason="the worker library of the platform needs Python 3.13")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("worker")
    environment = {**os.environ, "DATA_DIR": str(folder), "EMBEDDER": "none", "AzureWebJobsStorage": "none"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.functions.worker.scenario"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def trigger(seen: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in seen["functions"][name] if each["type"].lower().endswith("trigger"))


def test_the_worker_indexes_every_function(seen: dict[str, Any]) -> None:
    kinds = [trigger(seen, name)["type"] for name in seen["functions"]]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "httpTrigger": 17,
        "blobTrigger": 1,
        "eventGridTrigger": 1,
        "orchestrationTrigger": 3,
        "activityTrigger": 11,
        "timerTrigger": 4,
    }


def test_the_blob_trigger_listens_to_event_grid(seen: dict[str, Any]) -> None:
    blob = trigger(seen, "document_arrived")
    assert (blob["path"], blob["source"]) == ("documents/{tenant}/{knowledge_base}/{name}", "EventGrid")


def test_no_http_function_asks_for_a_function_key(seen: dict[str, Any]) -> None:
    levels = {each["authLevel"] for each in (trigger(seen, name) for name in seen["functions"]) if "authLevel" in each}
    assert levels == {"ANONYMOUS"}


def test_the_worker_answers_http(seen: dict[str, Any]) -> None:
    assert seen["health"]["status"] == "ok"
    assert seen["created"][0] == 201
    assert seen["created"][1]["id"] == "lights"


def test_a_document_that_went_through_the_activities_is_cited(seen: dict[str, Any]) -> None:
    assert "Ada Quill" in seen["answer"]["answer"]
    assert seen["answer"]["sources"][0]["title"] == "skerry.md"


def test_the_worker_streams_events(seen: dict[str, Any]) -> None:
    kind, text = seen["stream"]
    assert kind.startswith("text/event-stream")
    assert [line for line in text.splitlines() if line.startswith("event: ")][-2:] == ["event: refs", "event: done"]


def test_an_error_keeps_its_form_on_the_worker(seen: dict[str, Any]) -> None:
    status, body = seen["missing"]
    assert (status, body["error"]["code"]) == (404, "not_found")


def test_the_orchestrator_begins_with_the_parser(seen: dict[str, Any]) -> None:
    action = seen["episode"]["actions"][0][0]
    assert action["functionName"] == "parse_document"
    assert json.loads(action["input"]) == seen["job"]


def test_the_blob_trigger_leaves_a_file_alone_that_is_gone_again(seen: dict[str, Any]) -> None:
    assert seen["blob"] == 1
