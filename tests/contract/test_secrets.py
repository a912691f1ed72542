"""The contract of the port Secrets, over the environment and over Key Vault."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from infra.azure.attempts import Attempts
from infra.azure.key_vault import KeyVaultSecrets
from infra.local.secrets import EnvironmentSecrets
from shared.domain.errors import BadSetting, StoreUnavailable
from shared.ports.secrets import Secrets
from shared.setting_fields import present_environment
from tests.fakes.certificates import loopback_certificate
from tests.fakes.key_vault import TOKEN, KeyVault
from tests.fakes.loopback import LoopbackServer
from tests.fakes.tokens import FixedToken


async def at_once(seconds: float) -> None:
    """Wait for nothing."""


def vault_of(address: str, certificate: Path, token: str | None = TOKEN) -> KeyVaultSecrets:
    """Reach a vault whose name is no name of Azure's, under a certificate of its own."""
    from azure.keyvault.secrets.aio import SecretClient

    credential = FixedToken(token)
    secrets = KeyVaultSecrets(address, credential, attempts=Attempts("the key vault", 10.0, at_once))
    secrets._client = SecretClient(
        address, credential, verify_challenge_resource=False, connection_verify=str(certificate), retry_total=0,
        read_timeout=1.0,
    )  # fmt: skip
    return secrets


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return loopback_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(params=["environment", "key vault"])
async def kept(
    request: pytest.FixtureRequest, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Secrets, dict[str, str]]]:
    """A ground, and what may be changed beneath it."""
    if request.param == "environment":
        variables: dict[str, str] = {}
        yield EnvironmentSecrets(lambda: variables), variables
        return
    vault = KeyVault()
    with LoopbackServer(vault.app, certificate) as server:
        secrets = vault_of(server.address, certificate[0])
        yield secrets, vault.secrets
        await secrets.close()


async def test_a_secret_is_returned_as_it_is_now(kept: tuple[Secrets, dict[str, str]]) -> None:
    secrets, below = kept
    for value in ("one", "two = ; ' \" 密"):
        below["the-key"] = value
        assert await secrets.secret("the-key") == value


@pytest.mark.parametrize("name", ["absent", "the-ke", "the-key-2"])
async def test_a_secret_that_is_not_there_is_a_bad_setting_that_names_it(
    kept: tuple[Secrets, dict[str, str]], name: str
) -> None:
    secrets, below = kept
    below["the-key"] = "one"
    with pytest.raises(BadSetting, match=f"'{name}'"):
        await secrets.secret(name)


async def test_a_secret_in_the_env_file_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    secrets = EnvironmentSecrets(present_environment)
    for value in ("one", "two"):
        (tmp_path / ".env").write_text(f"THE_KEY={value}\n", encoding="utf-8")
        assert await secrets.secret("THE_KEY") == value


async def test_a_vault_that_does_not_know_the_identity_is_store_unavailable(certificate: tuple[Path, Path]) -> None:
    with LoopbackServer(KeyVault().app, certificate) as server:
        for token in ("another", None):
            secrets = vault_of(server.address, certificate[0], token)
            with pytest.raises(StoreUnavailable, match="the key or the identity is refused"):
                await secrets.secret("the-key")
            await secrets.close()


async def test_a_vault_without_tls_gets_no_token() -> None:
    credential = FixedToken(TOKEN)
    with LoopbackServer(KeyVault().app) as server:
        secrets = KeyVaultSecrets(server.address, credential, attempts=Attempts("the key vault", 10.0, at_once))
        with pytest.raises(StoreUnavailable):
            await secrets.secret("the-key")
        await secrets.close()
    assert credential.scopes == []
