"""The app on the real Python worker library of the platform."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import function_app
from infra.local.host.functions import SERVED_TRIGGERS, registered_functions
from infra.local.host.schedule import schedule_of
from tests.azure import AZURE_ENVIRONMENT
from tests.functions.signing_in import ADMIN_KEY, SIGNING_KEYS

pytest.importorskip("azure_functions_runtime", reason="the worker library of the platform needs Python 3.13")

ROOT = Path(__file__).resolve().parents[2]


IN, OUT = "IN", "OUT"


def child(module: str, settings: dict[str, str], folder: Path) -> Any:
    """Run a module of tests/functions/worker with some settings, and return what it printed."""
    environment = {**os.environ, "DATA_DIR": str(folder), "AzureWebJobsStorage": "none", **settings}
    command = [sys.executable, "-m", f"tests.functions.worker.{module}"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    result: dict[str, Any] = child("scenario", {"EMBEDDER": "none"}, tmp_path_factory.mktemp("worker"))
    return result


@pytest.fixture(scope="module")
def on_azure(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """The bindings of each function as the worker indexes the Azure profile."""
    indexed: dict[str, list[dict[str, Any]]] = child("indexing", AZURE_ENVIRONMENT, tmp_path_factory.mktemp("azure"))
    return indexed


def trigger(seen: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in seen["functions"][name] if each["type"].lower().endswith("trigger"))


def test_the_worker_indexes_every_function(seen: dict[str, Any]) -> None:
    registered = {each.name: each.kind for each in registered_functions(function_app.app)}
    assert {name: trigger(seen, name)["type"] for name in seen["functions"]} == registered
    assert set(registered.values()) == set(SERVED_TRIGGERS)


def test_the_worker_takes_signed_requests_once_and_knows_who_asked_the_front_end(tmp_path: Path) -> None:
    settings = {
        "EMBEDDER": "none",
        "SIGN_IN": "on",
        "SIGNING_KEYS": SIGNING_KEYS,
        "ADMIN_KEY": ADMIN_KEY,
        "REQUEST_SIGNING_KEYS": "gateway:a-key-of-tests-that-guards-nothing-real",
        "PROXIES": "1",
        "ADDRESS_RATE_BURST": "4",
        "ADDRESS_RATE_PER_MINUTE": "0.01",
        "RATE_PER_MINUTE": "inf",
    }
    answered = child("guarded", settings, tmp_path)
    # Not signed, with another body, with a nonce that this used up, and twice as it should be.
    assert [status for status, _ in answered] == [401, 401, 401, 201, 200]
    # The first came from nowhere that the front end named, so the others share a bucket that is not its own.
    left = [standing.split(";")[1] for _, standing in answered]
    assert left == ["r=3", "r=3", "r=2", "r=1", "r=0"]


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


def test_the_worker_gives_out_the_page(seen: dict[str, Any]) -> None:
    kind, text, script = seen["page"]
    assert (kind, script) == ("text/html; charset=utf-8", "text/javascript; charset=utf-8")
    assert '<script type="module" src="/web/app.js"></script>' in text


def test_the_orchestrator_begins_with_the_parser(seen: dict[str, Any]) -> None:
    action = seen["episode"]["actions"][0][0]
    assert action["functionName"] == "parse_document"
    assert json.loads(action["input"]) == seen["job"]


def test_the_blob_trigger_leaves_a_file_alone_that_is_gone_again(seen: dict[str, Any]) -> None:
    assert seen["blob"] == 1


def test_the_azure_profile_indexes_the_same_functions(
    seen: dict[str, Any], on_azure: dict[str, list[dict[str, Any]]]
) -> None:
    assert on_azure == seen["functions"]


def test_each_binding_is_one_that_the_platform_knows(on_azure: dict[str, list[dict[str, Any]]]) -> None:
    wrong = [(name, each) for name, bindings in on_azure.items() for each in bindings if not is_known(each)]
    assert wrong == []
    assert [name for name, bindings in on_azure.items() if sum(is_trigger(each) for each in bindings) != 1] == []


def test_a_function_that_answers_http_says_so_and_no_other_does(on_azure: dict[str, list[dict[str, Any]]]) -> None:
    kinds = {name: {each["type"] for each in bindings} for name, bindings in on_azure.items()}
    assert [name for name, types in kinds.items() if ("httpTrigger" in types) != ("http" in types)] == []


def is_trigger(binding: dict[str, Any]) -> bool:
    return str(binding["type"]).lower().endswith("trigger")


def is_place(route: str) -> bool:
    return route.startswith("api/v1/") or route in ("{view:alpha?}", "web/{*file}")


def is_known(binding: dict[str, Any]) -> bool:
    """Say whether a binding has a name, its direction and what its type needs."""
    needs = {
        "httpTrigger": lambda b: is_place(b["route"]) and b["methods"] and b["authLevel"] == "ANONYMOUS",
        "http": lambda b: b["name"] == "$return",
        "timerTrigger": lambda b: schedule_of(b["schedule"]) is not None,
        "blobTrigger": lambda b: (b["connection"], b["source"]) == ("AzureWebJobsStorage", "EventGrid"),
        "eventGridTrigger": lambda b: True,
        "orchestrationTrigger": lambda b: True,
        "activityTrigger": lambda b: True,
        "durableClient": lambda b: True,
    }
    direction = OUT if binding["type"] == "http" else IN
    return bool(binding["name"]) and binding["direction"] == direction and bool(needs[binding["type"]](binding))
