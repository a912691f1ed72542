"""The settings of the Azure ground."""

from dataclasses import dataclass
from typing import ClassVar

from shared.domain.errors import BadSetting
from shared.setting_checks import check_endpoint
from shared.setting_fields import KEPT_ELSEWHERE, key, setting


@dataclass(frozen=True)
class AzureSettings:
    """The settings of `PROFILE=azure`, named in the environment by their upper-case names after `AZURE_`."""

    PREFIX: ClassVar[str] = "AZURE_"

    client_id: str = setting("", "Client id of the user-assigned identity that services are called with.")
    openai_endpoint: str = setting("", "Azure OpenAI, as `https://NAME.openai.azure.com/`.")
    openai_api_key: str = key("Key for it, or `secret:NAME`; empty: the identity.")
    openai_chat_deployment: str = setting("", "Deployment that writes the answers.")
    openai_small_deployment: str = setting("", "Deployment that reads for the graph; empty: the one above.")
    openai_embedding_deployment: str = setting("", "Deployment that embeds, with `EMBEDDING_DIMENSIONS` numbers.")
    search_endpoint: str = setting("", "AI Search, as `https://NAME.search.windows.net`.")
    search_key: str = key("Admin key for it; empty: the identity.")
    search_index: str = setting("chunks", "Name of the index there.")
    cosmos_endpoint: str = setting("", "Cosmos DB for NoSQL, as `https://NAME.documents.azure.com:443/`.")
    cosmos_key: str = key("Key for it; empty: the identity.")
    cosmos_database: str = setting("knowledge", "Name of the database there.")
    gremlin_endpoint: str = setting("", "Cosmos DB for Gremlin, as `wss://NAME.gremlin.cosmos.azure.com:443/`.")
    gremlin_key: str = key("Key for it, or `secret:NAME`; empty: the identity.")
    gremlin_database: str = setting("knowledge", "Name of the database there.")
    gremlin_graph: str = setting("graph", "Name of the graph there.")
    storage_blob_endpoint: str = setting("", "Blob Storage, as `https://NAME.blob.core.windows.net`.")
    storage_key: str = key("Key for it; empty: the identity.")
    key_vault_endpoint: str = setting("", "Key Vault, as `https://NAME.vault.azure.net`; needed for `secret:NAME`.")

    document_intelligence_endpoint: str = setting(
        "", "Document Intelligence, as `https://NAME.cognitiveservices.azure.com/`; empty: parsers of our own."
    )
    document_intelligence_key: str = key("Key for it; empty: the identity.")
    document_intelligence_price: float = setting(0.0, "US dollars per thousand pages there.", least=0, most=10_000)
    content_safety_endpoint: str = setting(
        "", "Content Safety, as `https://NAME.cognitiveservices.azure.com/`; empty: no shield but our own screens."
    )
    content_safety_key: str = key("Key for it; empty: the identity.")
    content_safety_price: float = setting(0.0, "US dollars per thousand records of text there.", least=0, most=10_000)

    def check(self, *others: str) -> None:
        """Raise BadSetting, naming the setting, unless a house can stand on these; `others` are keys as settings."""
        for name in ("openai", "search", "cosmos", "storage_blob"):
            check_endpoint(f"AZURE_{name.upper()}_ENDPOINT", getattr(self, f"{name}_endpoint"), "https")
        check_endpoint("AZURE_GREMLIN_ENDPOINT", self.gremlin_endpoint, "wss")
        for role in ("chat", "embedding"):
            if not getattr(self, f"openai_{role}_deployment"):
                raise BadSetting(f"AZURE_OPENAI_{role.upper()}_DEPLOYMENT must name a deployment with PROFILE=azure")
        for name in ("document_intelligence", "content_safety"):
            self._check_by_the_piece(name)
        for name in ("search_key", "cosmos_key", "storage_key", "document_intelligence_key", "content_safety_key"):
            if getattr(self, name).startswith(KEPT_ELSEWHERE):
                raise BadSetting(f"AZURE_{name.upper()} cannot be kept in Key Vault; leave it empty for the identity")
        keys = (self.openai_api_key, self.gremlin_key, *others)
        if self.key_vault_endpoint or any(key.startswith(KEPT_ELSEWHERE) for key in keys):
            check_endpoint("AZURE_KEY_VAULT_ENDPOINT", self.key_vault_endpoint, "https")

    def _check_by_the_piece(self, name: str) -> None:
        """Raise BadSetting unless a service that may be left out is, or has an address and a price."""
        if address := getattr(self, f"{name}_endpoint"):
            check_endpoint(f"AZURE_{name.upper()}_ENDPOINT", address, "https")
            if not getattr(self, f"{name}_price"):
                raise BadSetting(f"AZURE_{name.upper()}_PRICE must be the service's price with its endpoint")
