"""The stand-in for Key Vault refuses what the service refuses."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.fakes.certificates import loopback_certificate
from tests.fakes.key_vault import TOKEN, KeyVault
from tests.fakes.loopback import LoopbackServer

LET_IN = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def vault() -> KeyVault:
    vault = KeyVault()
    vault.secrets["the-key"] = "one"
    return vault


@pytest.fixture
def client(vault: KeyVault, tmp_path: Path) -> Iterator[httpx.Client]:
    import ssl

    certificate = loopback_certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    with (
        LoopbackServer(vault.app, certificate) as server,
        httpx.Client(base_url=server.address, verify=trusting, trust_env=False) as client,
    ):
        yield client


def asked(client: httpx.Client, name: str = "the-key", version: str = "7.6", **headers: str) -> httpx.Response:
    return client.get(f"/secrets/{name}/", params={"api-version": version}, headers=headers)


def test_a_secret_is_given_to_who_shows_the_token(client: httpx.Client) -> None:
    assert asked(client, **LET_IN).json()["value"] == "one"


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer another"}])
def test_whoever_shows_no_token_is_challenged(client: httpx.Client, vault: KeyVault, headers: dict[str, str]) -> None:
    response = asked(client, **headers)
    assert response.status_code == 401
    assert "resource=" in response.headers["www-authenticate"]
    assert vault.requests == 0


def test_a_secret_that_is_not_there_is_404(client: httpx.Client) -> None:
    response = asked(client, "absent", **LET_IN)
    assert (response.status_code, response.json()["error"]["code"]) == (404, "SecretNotFound")


@pytest.mark.parametrize(
    ("name", "version"), [("the_key", "7.6"), ("a" * 128, "7.6"), ("the-key", "1.0"), ("the-key", "")]
)
def test_a_name_or_a_version_that_there_cannot_be_is_400(client: httpx.Client, name: str, version: str) -> None:
    assert asked(client, name, version, **LET_IN).status_code == 400
