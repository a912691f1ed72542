"""The stand-in for Application Insights takes what the service takes, and nothing else."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.fakes.loopback import LoopbackServer
from tests.fakes.telemetry_ingestion import KEY, TelemetryIngestion

METRIC = {"name": "m", "time": "now", "iKey": KEY, "data": {"baseType": "MetricData", "baseData": {"metrics": []}}}


@pytest.fixture
def ingestion() -> TelemetryIngestion:
    return TelemetryIngestion("token-1")


@pytest.fixture
def client(ingestion: TelemetryIngestion) -> Iterator[httpx.Client]:
    with LoopbackServer(ingestion.app) as server, httpx.Client(base_url=server.address) as client:
        client.headers["authorization"] = "Bearer token-1"
        yield client


def sent(client: httpx.Client, *envelopes: dict[str, Any], **headers: str) -> tuple[int, int]:
    body = json.dumps(envelopes).encode()
    packed = gzip.compress(body) if headers.get("content-encoding") == "gzip" else body
    response = client.post("/v2.1/track", content=packed, headers=headers)
    return response.status_code, response.json()["itemsAccepted"]


def test_an_envelope_is_taken_packed_or_not(client: httpx.Client, ingestion: TelemetryIngestion) -> None:
    assert sent(client, METRIC) == (200, 1)
    assert sent(client, METRIC, **{"content-encoding": "gzip"}) == (200, 1)
    assert len(ingestion.of("MetricData")) == 2


@pytest.mark.parametrize("change", [{"iKey": "another"}, {"name": ""}, {"time": ""}, {"data": {"baseType": "Odd"}}])
def test_what_is_no_envelope_is_refused_beside_one_that_is(
    client: httpx.Client, ingestion: TelemetryIngestion, change: dict[str, Any]
) -> None:
    assert sent(client, METRIC, {**METRIC, **change}) == (206, 1)
    assert len(ingestion.taken) == 1


def test_without_the_token_nothing_is_taken(client: httpx.Client, ingestion: TelemetryIngestion) -> None:
    assert sent(client, METRIC, authorization="Bearer another") == (401, 0)
    assert ingestion.taken == []
