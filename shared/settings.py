"""Every setting of the product, read once from the environment; nothing else reads it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from shared.azure_settings import AzureSettings
from shared.domain.errors import BadSetting
from shared.domain.rates import ModelRate
from shared.money.price_table import PriceTable
from shared.setting_checks import (
    check_alerts,
    check_connection_string,
    check_endpoint,
    check_hosts,
    check_server,
    model_rates_of,
    one_of,
    table_of,
)
from shared.setting_fields import KEPT_ELSEWHERE, key, present_environment, setting, values_of

DATA_DIR = Path("data")

SHORTEST_SECRET = 32
"""Characters of a secret that nobody is to guess."""


@dataclass(frozen=True)
class Settings:
    """The settings, named in the environment by their upper-case names."""

    PREFIX: ClassVar[str] = ""

    profile: str = setting("local", "Which ground the house stands on: `local` or `azure`.")
    port: int = setting(7071, "Port of the local host on 127.0.0.1.", least=0, most=65535)
    data_dir: Path = setting(DATA_DIR, "Folder for documents, index, graph, ledger and runs.")
    embedder: str = setting("minilm", "Embedder without a server: `minilm`, or `none` for words and graph alone.")
    chat_base_url: str = setting("", "OpenAI-compatible server that writes the answers; empty: extractive answers.")
    chat_api_key: str = key("Key for that server; leave empty where it asks for none.")
    chat_model: str = setting("", "Model to ask there; needed with `CHAT_BASE_URL`.")
    chat_input_price: float = setting(0.0, "Per million input tokens, US dollars; 0: `PRICES`.", least=0, most=10_000)
    chat_cached_price: float = setting(0.0, "US dollars per million cached input tokens.", least=0, most=10_000)
    chat_output_price: float = setting(0.0, "US dollars per million output tokens.", least=0, most=10_000)
    chat_small_model: str = setting("", "Cheaper model on that server, for questions with a `priority`; empty: none.")
    chat_small_input_price: float = setting(0.0, "Its price, like the three above; 0: theirs.", least=0, most=10_000)
    chat_small_cached_price: float = setting(0.0, "US dollars per million cached input tokens.", least=0, most=10_000)
    chat_small_output_price: float = setting(0.0, "US dollars per million output tokens.", least=0, most=10_000)
    chat_further_models: str = setting("", "More models on that server that an administrator may switch to.")
    extraction: str = setting("rules", "Who reads documents for the graph: `rules`, or `model` after them.")
    extraction_model: str = setting(
        "", "Model for that and for community reports, on the chat server; empty: `CHAT_MODEL`."
    )
    extraction_input_price: float = setting(0.0, "Its price, like the three above; 0: theirs.", least=0, most=10_000)
    extraction_cached_price: float = setting(0.0, "US dollars per million cached input tokens.", least=0, most=10_000)
    extraction_output_price: float = setting(0.0, "US dollars per million output tokens.", least=0, most=10_000)
    chat_timeout_seconds: float = setting(60.0, "Longest wait for a model's next sign of life.", least=1, most=600)
    chat_hedge_milliseconds: int = setting(
        0, "Silence of a chat model after which the other one is asked too; 0: never.", least=0, most=600_000
    )
    request_seconds: float = setting(200.0, "Longest a request may take, its model calls included.", least=1, most=3600)
    embedding_base_url: str = setting("", "OpenAI-compatible server that embeds; empty: the embedder above.")
    embedding_api_key: str = key("Key for that server; leave empty where it asks for none.")
    embedding_model: str = setting("", "Model to embed with; needed with `EMBEDDING_BASE_URL`.")
    embedding_dimensions: int = setting(1536, "Length of that model's vectors.", least=1, most=4096)
    embedding_price: float = setting(0.0, "US dollars per million embedded tokens.", least=0, most=10_000)
    rerank_base_url: str = setting("", "Server with a `/rerank` route behind this address; empty: sentences decide.")
    rerank_api_key: str = key("Key for that server; leave empty where it asks for none.")
    rerank_model: str = setting("", "Model to rerank with; needed with `RERANK_BASE_URL`.")
    rerank_price: float = setting(0.0, "US dollars per million tokens that it reads.", least=0, most=10_000)
    prices: str = setting("", "File with the table of prices, or the table as JSON; empty: [this one](docs/costs.md).")
    daily_budget_usd: float = setting(5.0, "Most that model calls may cost in a UTC day, everybody together.", least=0)
    monthly_budget_usd: float = setting(50.0, "Most that model calls may cost in a UTC month.", least=0)
    user_daily_budget_usd: float = setting(
        math.inf, "Most that one user's calls may cost in a UTC day; `inf`: no cap.", least=0
    )
    user_monthly_budget_usd: float = setting(math.inf, "Most that one user's calls may cost in a UTC month.", least=0)
    tenant_daily_budget_usd: float = setting(
        math.inf, "Most that the calls of one tenant may cost in a UTC day.", least=0
    )
    tenant_monthly_budget_usd: float = setting(math.inf, "Most that they may cost in a UTC month.", least=0)
    alert_webhook_url: str = key("Address that alerts are posted to, or `secret:NAME`; empty: the log alone.")
    alert_webhook_secret: str = key("Secret that signs them, or `secret:NAME`; needed with that address.")
    model_rates: str = setting(
        "", "Most that models take in a minute: `MODEL=REQUESTS/TOKENS`, several with blanks between; empty: any."
    )
    context_tokens: int = setting(4000, "Most tokens of passages shown to a model.", least=200, most=100_000)
    max_upload_mb: int = setting(100, "Largest upload in megabytes.", least=1, most=2000)
    upload_hosts: str = setting(
        "", "Hosts that documents may be fetched from, with blanks between; `*.` before all below; empty: none."
    )
    cache_seconds: int = setting(3600, "How long an answer may be given again.", least=0, most=604_800)
    cache_entries: int = setting(10_000, "How many answers are kept for that.", least=0, most=1_000_000)
    conversation_days: int = setting(90, "How many days a message of a conversation is kept.", least=1, most=3650)
    cache_alike: str = setting("on", "Whether an answer serves a question in other words too: `on` or `off`.")
    cache_popular: int = setting(
        20, "How many popular questions of a base are answered ahead once it changed; 0: none.", least=0, most=200
    )
    scan_seconds: float = setting(0.5, "How often the documents folder is looked at.", least=0.05, most=3600)
    drain_seconds: float = setting(10.0, "How long a stopping host waits for work under way.", least=0, most=600)
    sign_in: str = setting("off", "Whether callers must sign in: `off` or `on`; with `PROFILE=azure` only `on`.")
    sign_up: str = setting("none", "Role of whoever registers: `guest` or `user`; `none`: nobody may.")
    rate_per_minute: float = setting(600.0, "Requests a minute of one principal; `inf`: any.", least=0.01)
    rate_burst: int = setting(200, "Requests of one principal at once.", least=1, most=1_000_000)
    address_rate_per_minute: float = setting(1200.0, "Requests a minute from one address; `inf`: any.", least=0.01)
    address_rate_burst: int = setting(400, "Requests from one address at once.", least=1, most=1_000_000)
    sign_in_rate_per_minute: float = setting(10.0, "Sign-ins a minute from one address; `inf`: any.", least=0.01)
    sign_in_rate_burst: int = setting(20, "Sign-ins from one address at once.", least=1, most=1_000_000)
    proxies: int = setting(0, "Proxies of one's own that add to `X-Forwarded-For`; 0: it is not read.", least=0, most=9)
    signing_keys: str = key(
        "Keys of access tokens: `KID:KEY`, several with blanks between, the last signs; or `secret:NAME`."
    )
    request_signing_keys: str = key(
        "Keys that requests have to be signed with, written like those, or `secret:NAME`; empty: none has to be."
    )
    admin_key: str = key("Bearer token of the first administrator, or `secret:NAME`; empty: none is taken.")
    home_tenant: str = setting("local", "Tenant of those who register, and of everybody without sign-in.")
    entra_tenant_id: str = setting("", "Tenant of Microsoft Entra ID whose tokens are taken too; empty: none are.")
    entra_audience: str = setting("", "Client id that those tokens are for; needed with `ENTRA_TENANT_ID`.")
    entra_authority: str = setting("https://login.microsoftonline.com", "Where Entra ID publishes its keys.")
    knowledge_rag_token: str = key("Token that the command line signs in with; the service does not read it.")
    applicationinsights_connection_string: str = setting(
        "", "Connection string of Application Insights; empty: spans and metrics are not exported."
    )
    log_level: str = setting("WARNING", "`DEBUG`, `INFO`, `WARNING` or `ERROR`.")

    azure: AzureSettings = AzureSettings()

    def __post_init__(self) -> None:
        one_of(self.profile, "PROFILE", ("local", "azure"))
        one_of(self.embedder, "EMBEDDER", ("minilm", "none"))
        one_of(self.log_level, "LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"))
        one_of(self.cache_alike, "CACHE_ALIKE", ("on", "off"))
        one_of(self.sign_in, "SIGN_IN", ("off", "on"))
        one_of(self.sign_up, "SIGN_UP", ("guest", "user", "none"))
        self._check_sign_in()
        check_connection_string(self.applicationinsights_connection_string)
        one_of(self.extraction, "EXTRACTION", ("rules", "model"))
        check_server("CHAT", self.chat_base_url, self.chat_model)
        check_server("EMBEDDING", self.embedding_base_url, self.embedding_model)
        check_server("RERANK", self.rerank_base_url, self.rerank_model)
        check_alerts(self.alert_webhook_url, self.alert_webhook_secret, KEPT_ELSEWHERE)
        check_hosts(self.upload_hosts)
        self.rates_of_models()
        table = self.price_table()
        if self.chat_small_model and not self.chat_base_url and self.profile == "local":
            raise BadSetting("CHAT_SMALL_MODEL needs a chat server; set CHAT_BASE_URL")
        self._check_further_models(table)
        self._check_hedge()
        if self.profile == "azure":
            self._check_azure(table)
        elif self.extraction == "model" and not self.chat_base_url:
            raise BadSetting("EXTRACTION=model needs a chat server; set CHAT_BASE_URL")

    def price_table(self) -> PriceTable:
        """Read the table of prices. Raises BadSetting naming what is wrong with it."""
        return table_of(self.prices)

    def rates_of_models(self) -> dict[str, ModelRate]:
        """Read what each model takes in a minute. Raises BadSetting naming what is wrong with it."""
        return model_rates_of(self.model_rates)

    def _check_further_models(self, table: PriceTable) -> None:
        if self.chat_further_models and not self.pays_for_chat:
            raise BadSetting("CHAT_FURTHER_MODELS needs a chat server; set CHAT_BASE_URL")
        is_priced = self.chat_input_price or self.chat_output_price or table.of(self.chat_model, 0)
        for name in self.chat_further_models.split() if is_priced or self.profile == "azure" else ():
            # A model without a price would answer past every budget.
            if table.of(name, 0) is None:
                raise BadSetting(f"CHAT_FURTHER_MODELS names {name!r}, which has no price; add it to PRICES")

    def _check_hedge(self) -> None:
        on_azure = self.profile == "azure"
        second = self.azure.openai_small_deployment if on_azure else self.chat_small_model
        if self.chat_hedge_milliseconds and not second:
            place = "AZURE_OPENAI_SMALL_DEPLOYMENT" if on_azure else "CHAT_SMALL_MODEL"
            raise BadSetting(f"CHAT_HEDGE_MILLISECONDS needs a second chat model; set {place}")

    def _check_sign_in(self) -> None:
        if self.sign_in == "on" and not self.signing_keys:
            raise BadSetting("SIGNING_KEYS must hold a key with SIGN_IN=on")
        if self.sign_in == "off" and self.request_signing_keys:
            raise BadSetting("REQUEST_SIGNING_KEYS needs SIGN_IN=on")
        if self.admin_key and not self.admin_key.startswith(KEPT_ELSEWHERE) and len(self.admin_key) < SHORTEST_SECRET:
            raise BadSetting(f"ADMIN_KEY must have at least {SHORTEST_SECRET} characters")
        if bool(self.entra_tenant_id) != bool(self.entra_audience):
            raise BadSetting("ENTRA_TENANT_ID and ENTRA_AUDIENCE go together: set both, or neither")
        if self.entra_tenant_id:
            check_endpoint("ENTRA_AUTHORITY", self.entra_authority, "https")

    def _check_azure(self, table: PriceTable) -> None:
        if self.sign_in == "off":
            raise BadSetting("SIGN_IN must be on with PROFILE=azure")
        signing = (self.signing_keys, self.request_signing_keys)
        alerting = (self.alert_webhook_url, self.alert_webhook_secret)
        self.azure.check(self.rerank_api_key, *signing, self.admin_key, *alerting)
        for name in ("CHAT_BASE_URL", "CHAT_SMALL_MODEL", "EMBEDDING_BASE_URL", "EXTRACTION_MODEL"):
            if getattr(self, name.lower()):
                raise BadSetting(f"{name} must be empty with PROFILE=azure, where AZURE_OPENAI_... names the models")
        # Without prices the budgets would hold nothing back.
        of_chat, of_embeddings = self.azure.openai_chat_deployment, self.azure.openai_embedding_deployment
        for name, deployment in (
            ("CHAT_INPUT_PRICE", of_chat),
            ("CHAT_OUTPUT_PRICE", of_chat),
            ("EMBEDDING_PRICE", of_embeddings),
        ):
            if not getattr(self, name.lower()) and table.of(deployment, 0) is None:
                raise BadSetting(f"{name} must be the deployment's price with PROFILE=azure, unless PRICES knows it")

    @property
    def pays_for_chat(self) -> bool:
        """Whether answers are written by a server that may ask for money."""
        return self.profile == "azure" or bool(self.chat_base_url)

    @property
    def pays_for_embeddings(self) -> bool:
        """Whether texts are embedded by a server that may ask for money."""
        return self.profile == "azure" or bool(self.embedding_base_url)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment, or from the one given. Raises BadSetting naming what is wrong.

    A file `.env` in the working folder fills in what the environment leaves open.
    """
    if environment is None:
        environment = present_environment()
    return Settings(**values_of(Settings, environment), azure=AzureSettings(**values_of(AzureSettings, environment)))
