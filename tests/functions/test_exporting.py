"""Exporting to Application Insights over a real socket: what arrives, and that a broken one costs telemetry alone."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.loopback import LoopbackServer
from tests.fakes.telemetry_ingestion import KEY, TelemetryIngestion

ROOT = Path(__file__).resolve().parents[2]
QUIET = {"APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true", "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED": "true"}
"""The SDK tells its maker of itself, on the internet, unless told not to."""


def answered(address: str, **environment: str) -> tuple[int, str]:
    """Ask a house that exports to the address; it has ended when this returns."""
    connection = f"InstrumentationKey={KEY};IngestionEndpoint={address}"
    variables = {**os.environ, **QUIET, "EMBEDDER": "none", **environment}
    done = subprocess.run(
        [sys.executable, "-m", "tests.functions.exporting_house"],
        cwd=ROOT,
        env={**variables, "APPLICATIONINSIGHTS_CONNECTION_STRING": connection},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    status, answer = json.loads(done.stdout.splitlines()[-1])
    return status, answer


@pytest.fixture(scope="module")
def received() -> Iterator[TelemetryIngestion]:
    ingestion = TelemetryIngestion()
    with LoopbackServer(ingestion.app) as server:
        status, answer = answered(server.address)
        assert (status, "Ada Quill" in answer) == (200, True)
        yield ingestion


def test_the_spans_of_a_question_arrive_once_and_under_one_trace(received: TelemetryIngestion) -> None:
    names = [each["name"] for each in received.of("RemoteDependencyData")]
    assert sorted(names) == ["answer", "chat extractive", "retrieval"]
    chat = next(each for each in received.of("RemoteDependencyData") if each["name"] == "chat extractive")
    assert chat["properties"]["gen_ai.operation.name"] == "chat"


def test_a_request_is_told_by_the_functions_host_alone(received: TelemetryIngestion) -> None:
    assert received.of("RequestData") == []


def test_metrics_arrive_under_the_names_that_alerts_ask_for(received: TelemetryIngestion) -> None:
    metrics = received.metrics()
    (answers,) = metrics["knowledge_rag.answers"]
    assert (answers["value"], answers["properties"]) == (1, {"cache_hit": "false", "grounded": "true"})
    (ready,) = metrics["knowledge_rag.ingestions"]
    assert (ready["value"], ready["properties"]["state"]) == (1, "ready")


def test_our_records_arrive_and_no_others(received: TelemetryIngestion) -> None:
    assert [each["message"] for each in received.of("MessageData")] == ["a record of ours"]


def test_nothing_that_arrives_holds_the_text_of_a_document_or_a_question(received: TelemetryIngestion) -> None:
    told = str(received.taken)
    assert [text for text in ("Skerry", "Ada Quill", "skerry.md") if text in told] == []


def refusing() -> Any:
    """An address where nobody listens."""

    @contextmanager
    def held() -> Iterator[str]:
        with socket.socket() as bound:
            bound.bind(("127.0.0.1", 0))
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"

    return held()


def silent() -> Any:
    """An address that takes everything and answers nothing."""

    async def wait(request: Request) -> Response:
        await asyncio.Event().wait()
        raise AssertionError("it waits for ever")

    @contextmanager
    def held() -> Iterator[str]:
        with LoopbackServer(Starlette(routes=[Route("/{path:path}", wait, methods=["POST"])])) as server:
            yield server.address

    return held()


@pytest.mark.parametrize("place", [refusing, silent])
def test_an_address_that_is_down_costs_telemetry_and_no_answer(place: Callable[[], Any]) -> None:
    with place() as address:
        status, answer = answered(address)
    assert (status, "Ada Quill" in answer) == (200, True)
