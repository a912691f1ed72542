"""What the code reads is what the template sets, and the other way round."""

import json
import re

from shared.azure_settings import AzureSettings
from shared.setting_fields import declared
from shared.settings import Settings, read_settings
from tests.bicep.plot import FOLDER, ROOT, template, value_at

LEFT_OUT = {
    "PORT": "the local host alone listens",
    "DATA_DIR": "embedded parts alone keep a folder",
    "EMBEDDER": "embedded parts alone choose it",
    "SCAN_SECONDS": "the local host alone watches a folder",
    "DRAIN_SECONDS": "the local host alone drains",
    "CHAT_BASE_URL": "Azure OpenAI is named instead",
    "CHAT_API_KEY": "as above",
    "CHAT_MODEL": "as above",
    "CHAT_SMALL_MODEL": "as above",
    "CHAT_SMALL_INPUT_PRICE": "the small deployment is priced by EXTRACTION_..._PRICE",
    "CHAT_SMALL_CACHED_PRICE": "as above",
    "CHAT_SMALL_OUTPUT_PRICE": "as above",
    "CHAT_HEDGE_MILLISECONDS": "an operator sets it to whom a second call is worth a shorter wait",
    "CHAT_FURTHER_MODELS": "an operator names them who has deployed more models",
    "EXTRACTION_MODEL": "Azure OpenAI is named instead",
    "EMBEDDING_BASE_URL": "as above",
    "EMBEDDING_API_KEY": "as above",
    "EMBEDDING_MODEL": "as above",
    "RERANK_BASE_URL": "sentences decide until an operator names a server",
    "RERANK_API_KEY": "as above",
    "RERANK_MODEL": "as above",
    "RERANK_PRICE": "as above",
    "PRICES": "the prices of the deployments are stated",
    "USER_DAILY_BUDGET_USD": "an operator who wants a cap sets it",
    "USER_MONTHLY_BUDGET_USD": "as above",
    "TENANT_DAILY_BUDGET_USD": "as above",
    "TENANT_MONTHLY_BUDGET_USD": "as above",
    "UPLOAD_HOSTS": "nothing is fetched until an operator names hosts",
    "MODEL_RATES": "the deployments refuse by themselves what is beyond their capacity",
    "RATE_PER_MINUTE": "the default holds until an operator knows better",
    "RATE_BURST": "as above",
    "ADDRESS_RATE_PER_MINUTE": "as above",
    "ADDRESS_RATE_BURST": "as above",
    "SIGN_IN_RATE_PER_MINUTE": "as above",
    "SIGN_IN_RATE_BURST": "as above",
    "REQUEST_SIGNING_KEYS": "an operator whose callers can sign sets it",
    "SIGN_UP": "nobody registers until an operator lets them",
    "ENTRA_TENANT_ID": "an operator who registered an application sets it",
    "ENTRA_AUDIENCE": "as above",
    "ENTRA_AUTHORITY": "as above",
    "KNOWLEDGE_RAG_TOKEN": "the command line alone signs in",
    "HOME_TENANT": "one name is as good as another",
    "ALERT_WEBHOOK_URL": "Azure Monitor alerts at 80 and 100 % without one",
    "ALERT_WEBHOOK_SECRET": "as above",
    "AZURE_OPENAI_API_KEY": "the identity signs in",
    "AZURE_SEARCH_KEY": "the identity signs in",
    "AZURE_COSMOS_KEY": "the identity signs in",
    "AZURE_STORAGE_KEY": "the identity signs in",
    "AZURE_DOCUMENT_INTELLIGENCE_KEY": "the identity signs in",
    "AZURE_CONTENT_SAFETY_KEY": "the identity signs in",
}
"""Settings of the code that the template does not set, each with the reason."""

OF_THE_PLATFORM = {
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    "AzureWebJobsDisableHomepage",
    "AzureWebJobsStorage__blobServiceUri",
    "AzureWebJobsStorage__clientId",
    "AzureWebJobsStorage__credential",
    "AzureWebJobsStorage__queueServiceUri",
    "AzureWebJobsStorage__tableServiceUri",
    "PYTHON_ENABLE_INIT_INDEXING",
    "PYTHON_ENABLE_OPENTELEMETRY",
}
"""Settings that the Functions host reads itself."""

KNOWN = {name: each for part in (Settings, AzureSettings) for name, each in declared(part)}


def emitted() -> dict[str, object]:
    main, functions = template(FOLDER / "main.bicep"), template(FOLDER / "modules/functions.bicep")
    product = value_at(main.modules["functions"]["config"], "params.settings")
    host = functions.declared["variables"]["hostSettings"]["value"]
    return {**product, **host}


def named_by_the_host() -> set[str]:
    host = (ROOT / "host.json").read_text(encoding="utf-8")
    names = set(re.findall(r"%(\w+)%", host))
    provider = json.loads(host)["extensions"]["durableTask"].get("storageProvider", {})
    return names | {provider[key] for key in provider if key.endswith("Name")}


def test_every_setting_of_the_code_is_set_or_left_out_for_a_reason() -> None:
    assert set(KNOWN) - set(emitted()) == set(LEFT_OUT)


def test_every_setting_of_the_template_is_read_by_somebody() -> None:
    assert set(emitted()) - set(KNOWN) == OF_THE_PLATFORM | named_by_the_host()


def test_a_plain_value_of_the_template_is_the_default_of_the_code() -> None:
    defaults = Settings()
    plain = {name: value for name, value in emitted().items() if isinstance(value, str) and value.isascii()}
    seconds = "CHAT_TIMEOUT_SECONDS REQUEST_SECONDS CACHE_SECONDS"
    for name in f"{seconds} CONTEXT_TOKENS MAX_UPLOAD_MB CACHE_ENTRIES CACHE_POPULAR CONVERSATION_DAYS".split():
        assert float(plain[name]) == getattr(defaults, name.lower())
    assert plain["LOG_LEVEL"] == defaults.log_level
    assert plain["CACHE_ALIKE"] == defaults.cache_alike
    assert plain["AZURE_SEARCH_INDEX"] == defaults.azure.search_index


def test_the_code_starts_with_what_the_template_sets() -> None:
    endpoints = {
        "AZURE_GREMLIN_ENDPOINT": "wss://graph.example:443/",
        "APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=00000000-0000-0000-0000-000000000000",
    }
    numbers = {"DAILY_BUDGET_USD": "50", "MONTHLY_BUDGET_USD": "500", "EMBEDDING_DIMENSIONS": "1536"}
    prices = {name: "1.0" for name in KNOWN if name.endswith("_PRICE") and name in emitted()}
    environment = {
        name: value if isinstance(value, str) and "$" not in value and name in KNOWN else "https://service.example/"
        for name, value in emitted().items()
        if name in KNOWN
    }
    environment |= endpoints | numbers | prices | {"EXTRACTION": "model", "AZURE_GREMLIN_KEY": "secret:gremlin-key"}
    settings = read_settings(environment)
    assert settings.profile == "azure"
    assert settings.azure.openai_small_deployment == "small"
