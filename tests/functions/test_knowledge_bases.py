"""Knowledge bases, and the functions for those who operate the service."""

import json
import re
from pathlib import Path

import httpx
import pytest

from shared.settings import Settings
from tests.functions.conftest import put, served

WORDS = Path(__file__).resolve().parents[2] / "web" / "words"


async def test_a_base_can_be_created_listed_opened_and_deleted(api: httpx.AsyncClient) -> None:
    created = await api.post("knowledge/bases", json={"name": "Field Handbook (2026)", "description": "for the crew"})
    assert created.status_code == 201
    assert created.json()["id"] == "field-handbook-2026"
    assert (await api.get("knowledge/bases/field-handbook-2026")).json() == created.json()
    assert [each["id"] for each in (await api.get("knowledge/bases")).json()["items"]] == [
        "default",
        "field-handbook-2026",
    ]
    assert (await api.delete("knowledge/bases/field-handbook-2026")).status_code == 204
    assert (await api.get("knowledge/bases/field-handbook-2026")).status_code == 404


async def test_a_chinese_name_gives_a_chinese_id(api: httpx.AsyncClient) -> None:
    assert (await api.post("knowledge/bases", json={"name": "员工 手册"})).json()["id"] == "员工-手册"
    assert (await api.get("knowledge/bases/员工-手册")).status_code == 200


async def test_a_name_that_is_taken_is_refused(api: httpx.AsyncClient) -> None:
    response = await api.post("knowledge/bases", json={"name": "default"})
    assert (response.status_code, response.json()["error"]["code"]) == (409, "conflict")


@pytest.mark.parametrize("name", ["", "---", "x" * 101])
async def test_a_name_without_an_id_is_refused(api: httpx.AsyncClient, name: str) -> None:
    assert (await api.post("knowledge/bases", json={"name": name})).status_code == 400


async def test_a_deleted_base_takes_its_documents_along(api: httpx.AsyncClient, settings: Settings) -> None:
    document = await put(api, "skerry.md", "# Skerry\n\nBuilt by Ada Quill.")
    assert (await api.delete("knowledge/bases/default")).status_code == 204
    assert (await api.get(f"knowledge/documents/{document['document_id']}/status")).status_code == 404
    assert list((settings.data_dir / "documents").rglob("*.md")) == []


async def test_bases_are_listed_page_by_page(api: httpx.AsyncClient) -> None:
    for name in ("alpha", "beta"):
        await api.post("knowledge/bases", json={"name": name})
    first = (await api.get("knowledge/bases", params={"limit": 2})).json()
    second = (await api.get("knowledge/bases", params={"limit": 2, "after": first["next"]})).json()
    assert [each["id"] for each in first["items"] + second["items"]] == ["alpha", "beta", "default"]
    assert second["next"] == ""


@pytest.mark.parametrize(("limit", "status"), [("0", 400), ("1", 200), ("200", 200), ("201", 400), ("x", 400)])
async def test_a_page_has_bounds(api: httpx.AsyncClient, limit: str, status: int) -> None:
    assert (await api.get("knowledge/bases", params={"limit": limit})).status_code == status


async def test_readiness_names_every_port(api: httpx.AsyncClient) -> None:
    answer = await api.get("ready")
    assert answer.status_code == 200
    assert answer.json()["dependencies"] == dict.fromkeys(
        [
            "catalog",
            "files",
            "chunk_index",
            "embedding_store",
            "extraction_store",
            "extraction_queue",
            "graph_store",
            "resolutions",
            "ledger",
            "tally",
            "answer_cache",
            "conversations",
            "feedback",
            "rateable_answers",
            "popular",
            "measurements",
            "document_parser",
            "prompt_shield",
            "embedder",
            "reranker",
            "chat_model",
        ],
        "ok",
    )
    for language in ("en", "zh"):
        words = json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))
        assert {f"port.{name}" for name in answer.json()["dependencies"]} <= words.keys()


async def test_startup_and_health_answer(api: httpx.AsyncClient) -> None:
    assert (await api.get("startup")).json()["profile"] == "local"
    assert (await api.get("health")).json()["status"] == "ok"


async def test_metrics_count_what_happened(api: httpx.AsyncClient) -> None:
    await put(api, "skerry.md", "# Skerry\n\nBuilt by Ada Quill.")
    await api.post("rag/query", json={"kb_id": "default", "query": "Who built the Skerry?"})
    text = (await api.get("metrics")).text
    assert (
        'http_server_request_duration_seconds_count{http_request_method="POST",http_response_status_code="200",http_route="/api/v1/rag/query"}'
        in text
    )
    assert 'knowledge_rag_ingestions_total{state="ready"}' in text


async def test_the_description_names_every_route_that_is_served(api: httpx.AsyncClient) -> None:
    document = (await api.get("openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    for path, operations in document["paths"].items():
        for method in operations:
            address = re.sub(r"\{\w+\}", "none", path.removeprefix("/api/v1/"))
            response = await api.request(method, address)
            assert response.status_code != 405, (method, path)
            missed = response.json()["error"]["details"].values() if response.status_code == 404 else ["none"]
            assert "none" in missed, (method, path)


async def test_an_unknown_route_and_a_wrong_method_answer_in_the_form_of_errors(api: httpx.AsyncClient) -> None:
    unknown, wrong = await api.get("nothing/here"), await api.get("rag/query")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "method_not_allowed")


async def test_a_second_house_starts_empty(settings: Settings) -> None:
    async with served(settings) as api:
        assert (await api.get("knowledge/bases")).json() == {"items": [], "next": ""}
