"""The stand-in for Document Intelligence refuses what the service refuses."""

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.fakes.document_intelligence import API_VERSION, KEY, TOKEN, DocumentIntelligence
from tests.fakes.loopback import LoopbackServer

BYTES = {"content-type": "application/octet-stream"}
WITH_KEY = {"ocp-apim-subscription-key": KEY, **BYTES}


@pytest.fixture
def service() -> DocumentIntelligence:
    service = DocumentIntelligence(most_bytes=100)
    service.pages[b"known"] = ["# One", "two"]
    return service


@pytest.fixture
def client(service: DocumentIntelligence) -> Iterator[httpx.Client]:
    with LoopbackServer(service.app) as server, httpx.Client(base_url=server.address) as client:
        yield client


def sent(
    client: httpx.Client, content: bytes = b"known", model: str = "prebuilt-layout", **more: Any
) -> httpx.Response:
    parameters = {"api-version": API_VERSION, "outputContentFormat": "markdown", **more.pop("parameters", {})}
    path = f"/documentintelligence/documentModels/{model}:analyze"
    return client.post(path, params=parameters, content=content, headers=more.pop("headers", WITH_KEY))


def inner(response: httpx.Response) -> str:
    return str(response.json()["error"]["innererror"]["code"])


def test_a_document_is_taken_on_and_read_later(client: httpx.Client, service: DocumentIntelligence) -> None:
    service.looks = 2
    taken = sent(client)
    assert taken.status_code == 202
    looks = [client.get(taken.headers["operation-location"], headers=WITH_KEY).json() for _ in range(2)]
    assert [each["status"] for each in looks] == ["running", "succeeded"]
    assert looks[1]["analyzeResult"]["content"] == "# One\n\n<!-- PageBreak -->\n\ntwo"
    assert len(looks[1]["analyzeResult"]["pages"]) == 2
    assert service.taken_on == [b"known"]


def test_the_service_says_how_many_models_it_keeps(client: httpx.Client) -> None:
    path, version = "/documentintelligence/info", {"api-version": API_VERSION}
    assert client.get(path, params=version, headers=WITH_KEY).json()["customDocumentModels"]["count"] == 0
    assert client.get(path, params={"api-version": "2023-07-31"}, headers=WITH_KEY).status_code == 404
    assert client.get(path, params={**version, "more": "1"}, headers=WITH_KEY).status_code == 400
    assert client.get(path, params=version).status_code == 401


def test_a_document_may_come_as_json_with_one_field(client: httpx.Client) -> None:
    as_json = {**WITH_KEY, "content-type": "application/json"}
    encoded = base64.b64encode(b"known").decode()
    assert sent(client, f'{{"base64Source": "{encoded}"}}'.encode(), headers=as_json).status_code == 202
    assert sent(client, f'{{"base64Source": "{encoded}", "more": 1}}'.encode(), headers=as_json).status_code == 400
    assert sent(client, b"{", headers=as_json).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (BYTES, 401),
        ({**BYTES, "ocp-apim-subscription-key": "another"}, 401),
        ({**BYTES, "authorization": "Bearer another"}, 401),
        ({**BYTES, "authorization": f"Bearer {TOKEN}"}, 202),
        ({"ocp-apim-subscription-key": KEY, "content-type": "application/pdf+xml"}, 415),
    ],
)
def test_a_key_or_a_token_and_a_known_kind_of_body_are_needed(
    client: httpx.Client, headers: dict[str, str], status: int
) -> None:
    assert sent(client, headers=headers).status_code == status


def test_another_version_model_parameter_or_format_is_refused(
    client: httpx.Client, service: DocumentIntelligence
) -> None:
    assert sent(client, parameters={"api-version": "2023-07-31"}).status_code == 404
    assert inner(sent(client, model="prebuilt-lay-out")) == "ModelNotFound"
    assert sent(client, parameters={"pagez": "1"}).status_code == 400
    assert sent(client, parameters={"outputContentFormat": "html"}).status_code == 400
    assert service.taken_on == []


def test_what_is_broken_or_too_large_is_refused(client: httpx.Client) -> None:
    assert inner(sent(client, b"never heard of")) == "InvalidContent"
    assert inner(sent(client, b"x" * 101)) == "InvalidContentLength"


def test_an_operation_may_fail_and_an_unknown_one_is_not_there(
    client: httpx.Client, service: DocumentIntelligence
) -> None:
    service.failures[b"late"] = {"code": "InternalServerError", "message": "no"}
    taken = sent(client, b"late")
    assert client.get(taken.headers["operation-location"], headers=WITH_KEY).json()["status"] == "failed"
    elsewhere = taken.headers["operation-location"].replace("/0?", "/7?")
    assert client.get(elsewhere, headers=WITH_KEY).status_code == 404


def test_refusals_are_used_up_one_by_one(client: httpx.Client, service: DocumentIntelligence) -> None:
    service.refusals.append((429, {"retry-after": "3"}))
    first, second = sent(client), sent(client)
    assert (first.status_code, first.headers["retry-after"], second.status_code) == (429, "3", 202)
