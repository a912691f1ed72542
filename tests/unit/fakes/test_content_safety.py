"""The stand-in for Content Safety refuses what the service refuses."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.fakes.content_safety import ATTACK, KEY, TOKEN, ContentSafety
from tests.fakes.loopback import LoopbackServer

SHIELD, ANALYSIS = "/contentsafety/text:shieldPrompt", "/contentsafety/text:analyze"
WITH_KEY = {"ocp-apim-subscription-key": KEY}


@pytest.fixture
def service() -> ContentSafety:
    return ContentSafety()


@pytest.fixture
def client(service: ContentSafety) -> Iterator[httpx.Client]:
    with LoopbackServer(service.app) as server, httpx.Client(base_url=server.address) as client:
        yield client


def sent(client: httpx.Client, body: Any, path: str = SHIELD, version: str = "2024-09-01") -> httpx.Response:
    return client.post(path, params={"api-version": version}, json=body, headers=WITH_KEY)


def test_an_attack_is_found_in_the_prompt_and_in_each_document(client: httpx.Client) -> None:
    answer = sent(client, {"userPrompt": f"please {ATTACK}", "documents": ["fair", f"so {ATTACK}"]}).json()
    assert answer["userPromptAnalysis"] == {"attackDetected": True}
    assert answer["documentsAnalysis"] == [{"attackDetected": False}, {"attackDetected": True}]


def test_harm_has_a_category_and_a_severity(client: httpx.Client, service: ContentSafety) -> None:
    service.harm["stab"] = 4
    found = sent(client, {"text": "how to stab"}, ANALYSIS).json()["categoriesAnalysis"]
    assert {each["category"]: each["severity"] for each in found} == {
        "Hate": 0, "SelfHarm": 0, "Sexual": 0, "Violence": 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"userPrompt": "a" * 10_000}, 200),
        ({"userPrompt": "a" * 10_001}, 400),
        ({"documents": ["a" * 2_000] * 5}, 200),
        ({"documents": ["a" * 2_000] * 4 + ["a" * 2_001]}, 400),
        ({"documents": ["a"] * 6}, 400),
        ({"documents": [" "]}, 400),
        ({"documents": "a"}, 400),
        ({"userPrompt": 1}, 400),
        ({"userPrompt": "a", "more": 1}, 400),
        ({}, 400),
        ([], 400),
    ],
)
def test_a_request_to_the_shield_holds_what_the_service_takes(client: httpx.Client, body: Any, status: int) -> None:
    assert sent(client, body).status_code == status


@pytest.mark.parametrize(
    ("body", "status"),
    [({"text": "a" * 10_000}, 200), ({"text": "a" * 10_001}, 400), ({"text": ""}, 400), ({"text": "a", "b": 1}, 400)],
)
def test_a_request_for_an_analysis_holds_what_the_service_takes(client: httpx.Client, body: Any, status: int) -> None:
    assert sent(client, body, ANALYSIS).status_code == status


def test_another_version_of_the_api_has_no_shield(client: httpx.Client) -> None:
    assert sent(client, {"userPrompt": "a"}, version="2023-10-01").status_code == 400
    assert sent(client, {"text": "a"}, ANALYSIS, version="2023-10-01").status_code == 200
    assert sent(client, {"text": "a"}, ANALYSIS, version="2022-01-01").status_code == 400


def test_block_lists_are_listed_under_a_version_and_a_key(client: httpx.Client) -> None:
    path = "/contentsafety/text/blocklists"
    assert client.get(path, params={"api-version": "2024-09-01"}, headers=WITH_KEY).json() == {"value": []}
    assert client.get(path, params={"api-version": "2022-01-01"}, headers=WITH_KEY).status_code == 400
    assert client.get(path, params={"api-version": "2024-09-01"}).status_code == 401


def test_a_key_or_a_token_is_needed(client: httpx.Client) -> None:
    path = f"{SHIELD}?api-version=2024-09-01"
    assert client.post(path, json={"userPrompt": "a"}).status_code == 401
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert client.post(path, json={"userPrompt": "a"}, headers=bearer).status_code == 200
    assert client.post(path, content=b"{}", headers=bearer).status_code == 415
    assert client.post(path, content=b"{", headers={**bearer, "content-type": "application/json"}).status_code == 400


def test_refusals_are_used_up_one_by_one(client: httpx.Client, service: ContentSafety) -> None:
    service.refusals.append((429, {"retry-after": "3"}))
    first, second = sent(client, {"userPrompt": "a"}), sent(client, {"userPrompt": "a"})
    assert (first.status_code, first.headers["retry-after"], second.status_code) == (429, "3", 200)
