"""What the answer cache shows of itself, how it is cleared, and what is left of it after a restart."""

from typing import Any

import httpx
import pytest

from shared.settings import Settings
from tests.functions.conftest import put, served

LIGHTS = "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n"


async def level(api: httpx.AsyncClient) -> str:
    """Ask, and return where the answer was kept."""
    response = await api.post("rag/query", json={"kb_id": "default", "query": "Who built the Skerry lighthouse?"})
    return str(response.json()["metrics"]["cache_level"])


async def asked(api: httpx.AsyncClient, base: str = "default") -> bool:
    """Ask a base, and say whether the answer was kept."""
    response = await api.post("rag/query", json={"kb_id": base, "query": "Who built the Skerry lighthouse?"})
    return bool(response.json()["metrics"]["cache_hit"])


async def figures(api: httpx.AsyncClient) -> dict[str, Any]:
    shown: dict[str, Any] = (await api.get("cache")).json()
    return shown


async def test_hits_misses_entries_and_bytes_are_told_by_level(api: httpx.AsyncClient) -> None:
    await put(api, "skerry.md", LIGHTS)
    assert [await asked(api) for _ in range(3)] == [False, True, True]
    shown = await figures(api)
    assert [(each["level"], each["hits"], each["entries"]) for each in shown["levels"]] == [
        ("memory", 2, 1),
        ("shared", 0, 1),
    ]
    assert all(each["bytes"] > 0 for each in shown["levels"])
    assert (shown["misses"], shown["hit_rate"]) == (1, 0.6667)


async def test_an_answer_is_kept_over_a_restart(settings: Settings) -> None:
    async with served(settings) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        await put(api, "skerry.md", LIGHTS)
        await asked(api)
    async with served(settings) as api:
        assert await asked(api)
        assert [each["hits"] for each in (await figures(api))["levels"]] == [0, 1]


async def test_an_answer_says_where_it_was_kept(settings: Settings) -> None:
    async with served(settings) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        await put(api, "skerry.md", LIGHTS)
        assert [await level(api) for _ in range(2)] == ["", "memory"]
    async with served(settings) as api:
        assert [await level(api) for _ in range(2)] == ["shared", "memory"]


@pytest.mark.parametrize(
    ("pattern", "cleared"),
    [("default", ["default"]), ("d*", ["default"]), ("*", ["default", "other"]), ("o?her", ["other"]), ("x", [])],
)
async def test_a_pattern_clears_the_bases_it_names(api: httpx.AsyncClient, pattern: str, cleared: list[str]) -> None:
    await api.post("knowledge/bases", json={"name": "Other"})
    for base in ("default", "other"):
        await put(api, "skerry.md", LIGHTS, base)
        await asked(api, base)
    response = await api.delete("cache", params={"pattern": pattern})
    assert response.json() == {"cleared": cleared}
    assert [await asked(api, base) for base in ("default", "other")] == [
        "default" not in cleared,
        "other" not in cleared,
    ]


@pytest.mark.parametrize("query", ["", "?pattern=", "?pattern=" + "x" * 201])
async def test_nothing_is_cleared_without_a_pattern(api: httpx.AsyncClient, query: str) -> None:
    assert (await api.delete("cache" + query)).status_code == 400
