"""The summary of what was measured, over the real functions and over a restart."""

from typing import Any

import httpx
import pytest

from shared.settings import Settings
from tests.functions.conftest import put, served

LIGHTS = "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n"
QUERY = "POST /api/v1/rag/query"


async def ask(api: httpx.AsyncClient) -> None:
    await api.post("rag/query", json={"kb_id": "default", "query": "Who built the Skerry lighthouse?"})


async def summary(api: httpx.AsyncClient, hours: int = 1) -> dict[str, Any]:
    shown: dict[str, Any] = (await api.get("performance/summary", params={"hours": hours})).json()
    return shown


def of(shown: dict[str, Any], endpoint: str) -> dict[str, Any]:
    return next(each for each in shown["endpoints"] if each["endpoint"] == endpoint)


async def test_requests_and_answers_are_told_by_endpoint_and_model(api: httpx.AsyncClient) -> None:
    await put(api, "skerry.md", LIGHTS)
    for _ in range(4):
        await ask(api)
    shown = await summary(api)
    query = of(shown, QUERY)
    assert query["requests"] == 4
    assert 0 < query["p50_ms"] <= query["p95_ms"] <= query["p99_ms"]
    assert (shown["cache_hit_rate"], shown["error_rate"], shown["hours"]) == (0.75, 0, 1)
    assert [(each["requests"], each["cache_hit_rate"]) for each in shown["models"]] == [(4, 0.75)]
    assert shown["requests"] == sum(each["requests"] for each in shown["endpoints"])
    assert set(shown["slowest"]) <= {each["endpoint"] for each in shown["endpoints"]}


async def test_what_was_summed_up_before_a_restart_is_there_behind_it(settings: Settings) -> None:
    async with served(settings) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        await ask(api)
        await summary(api)
    async with served(settings) as api:
        await ask(api)
        assert of(await summary(api), QUERY)["requests"] == 2


@pytest.mark.parametrize(("hours", "status"), [("0", 400), ("1", 200), ("168", 200), ("169", 400), ("x", 400)])
async def test_hours_have_bounds(api: httpx.AsyncClient, hours: str, status: int) -> None:
    assert (await api.get("performance/summary", params={"hours": hours})).status_code == status
