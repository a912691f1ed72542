"""What the house stands on with PROFILE=azure in tests: real parts where there are some, strict stand-ins else."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.azure.key_vault import KeyVaultSecrets
from shared.settings import Settings, read_settings
from tests.azure import AZURE_ENVIRONMENT
from tests.fakes import content_safety, document_intelligence, key_vault
from tests.fakes.azure_search import KEY as SEARCH_KEY
from tests.fakes.azure_search import SearchServer
from tests.fakes.certificates import loopback_certificate
from tests.fakes.content_safety import ContentSafety
from tests.fakes.cosmos.server import CosmosServer
from tests.fakes.cosmos.signature import KEY as COSMOS_KEY
from tests.fakes.cosmos_gremlin import KEY as GREMLIN_KEY
from tests.fakes.cosmos_gremlin import CosmosGremlin
from tests.fakes.document_intelligence import DocumentIntelligence
from tests.fakes.key_vault import KeyVault
from tests.fakes.loopback import LoopbackServer
from tests.fakes.openai_server import KEY as OPENAI_KEY
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.tokens import FixedToken
from tests.parts.azurite import RunningAzurite
from tests.parts.fixtures import blob_service, gremlin

__all__ = ["Services", "azure", "blob_service", "gremlin", "settings"]

TOKEN = "the-key-of-the-first-administrator-of-tests"
KEPT_KEY = "openai-key"
"""The secret that holds the key of the models."""


@dataclass(frozen=True)
class Services:
    """What the house stands on; `places` are the addresses of those that have no address of their own."""

    models: OpenAIServer
    search: SearchServer
    state: CosmosServer
    graph: CosmosGremlin
    files: RunningAzurite
    reader: DocumentIntelligence
    shield: ContentSafety
    vault: KeyVault
    places: dict[str, str]


@pytest.fixture
def azure(
    blob_service: RunningAzurite, gremlin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    """Every service that the settings may name, running."""
    reader, shield, vault = DocumentIntelligence(), ContentSafety(), KeyVault()
    vault.secrets[KEPT_KEY] = OPENAI_KEY
    certificate = loopback_certificate(tmp_path)
    trust_the_vault(monkeypatch, certificate[0])
    with ExitStack() as started:
        served = {
            "reader": LoopbackServer(reader.app),
            "shield": LoopbackServer(shield.app),
            "vault": LoopbackServer(vault.app, certificate),
        }
        yield Services(
            started.enter_context(OpenAIServer("The Skerry lighthouse was built by Ada Quill [1].")),
            started.enter_context(SearchServer()),
            started.enter_context(CosmosServer()),
            started.enter_context(CosmosGremlin(gremlin, "g0")),
            blob_service,
            reader,
            shield,
            vault,
            {name: started.enter_context(server).address for name, server in served.items()},
        )


def trust_the_vault(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> None:
    """Let the SDK take a vault under a certificate of its own, whose name is none of Azure's, and a token for it."""
    from azure.keyvault.secrets.aio import SecretClient

    def opened(secrets: KeyVaultSecrets) -> SecretClient:
        return SecretClient(
            secrets.endpoint, FixedToken(key_vault.TOKEN), verify_challenge_resource=False,
            connection_verify=str(certificate), retry_total=0, read_timeout=secrets.read_seconds,
        )  # fmt: skip

    monkeypatch.setattr(KeyVaultSecrets, "_open", opened)


@pytest.fixture
def settings(azure: Services, tmp_path: Path) -> Settings:
    """Settings that name all of them."""
    return read_settings(
        {
            **AZURE_ENVIRONMENT,
            "ADMIN_KEY": TOKEN,
            "KNOWLEDGE_RAG_TOKEN": TOKEN,
            "DATA_DIR": str(tmp_path),
            "EMBEDDING_DIMENSIONS": "4",
            "AZURE_KEY_VAULT_ENDPOINT": azure.places["vault"],
            "AZURE_OPENAI_ENDPOINT": azure.models.endpoint,
            "AZURE_OPENAI_API_KEY": f"secret:{KEPT_KEY}",
            "AZURE_SEARCH_ENDPOINT": azure.search.endpoint,
            "AZURE_SEARCH_KEY": SEARCH_KEY,
            "AZURE_COSMOS_ENDPOINT": azure.state.endpoint,
            "AZURE_COSMOS_KEY": COSMOS_KEY,
            "AZURE_GREMLIN_ENDPOINT": azure.graph.endpoint,
            "AZURE_GREMLIN_KEY": GREMLIN_KEY,
            "AZURE_STORAGE_BLOB_ENDPOINT": azure.files.endpoint,
            "AZURE_STORAGE_KEY": azure.files.key,
            "AZURE_DOCUMENT_INTELLIGENCE_ENDPOINT": azure.places["reader"],
            "AZURE_DOCUMENT_INTELLIGENCE_KEY": document_intelligence.KEY,
            "AZURE_DOCUMENT_INTELLIGENCE_PRICE": "10",
            "AZURE_CONTENT_SAFETY_ENDPOINT": azure.places["shield"],
            "AZURE_CONTENT_SAFETY_KEY": content_safety.KEY,
            "AZURE_CONTENT_SAFETY_PRICE": "0.38",
        }
    )
