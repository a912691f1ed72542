"""What the settings accept, and what they say of what they do not."""

from collections.abc import Mapping

import pytest

from shared.azure_settings import AzureSettings
from shared.domain.errors import BadSetting
from shared.setting_fields import declared
from shared.settings import Settings, read_settings
from tests.azure import AZURE_ENVIRONMENT


def changed(**changes: str) -> Mapping[str, str]:
    return {**AZURE_ENVIRONMENT, **changes}


def test_the_azure_profile_reads_its_settings_by_the_names_of_the_services() -> None:
    settings = read_settings(AZURE_ENVIRONMENT)
    assert settings.profile == "azure"
    assert settings.azure.search_endpoint == AZURE_ENVIRONMENT["AZURE_SEARCH_ENDPOINT"]
    assert settings.azure.search_index == "chunks"


@pytest.mark.parametrize("name", [name for name in AZURE_ENVIRONMENT if name != "PROFILE"])
def test_a_setting_that_the_azure_profile_lacks_is_named(name: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read_settings(changed(**{name: ""}))


@pytest.mark.parametrize("name", [name for name, _ in declared(AzureSettings) if name.endswith("_ENDPOINT")])
@pytest.mark.parametrize("address", ["ftp://here", "not an address", "http://elsewhere.example", "https://"])
def test_an_endpoint_of_the_wrong_kind_is_named(name: str, address: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read_settings(changed(**{name: address}))


def test_on_the_loopback_an_endpoint_may_do_without_encryption() -> None:
    settings = read_settings(
        changed(AZURE_GREMLIN_ENDPOINT="ws://127.0.0.1:8182", AZURE_COSMOS_ENDPOINT="http://localhost:1")
    )
    assert settings.azure.gremlin_endpoint == "ws://127.0.0.1:8182"


@pytest.mark.parametrize("name", ["AZURE_OPENAI_API_KEY", "AZURE_GREMLIN_KEY"])
def test_a_key_in_the_vault_needs_the_vault(name: str) -> None:
    kept = {name: "secret:the-key"}
    with pytest.raises(BadSetting, match="AZURE_KEY_VAULT_ENDPOINT"):
        read_settings(changed(**kept))
    assert read_settings(changed(**kept, AZURE_KEY_VAULT_ENDPOINT="https://v.example")).azure.key_vault_endpoint


WHOLE_KEYS = ["SEARCH", "COSMOS", "STORAGE", "DOCUMENT_INTELLIGENCE", "CONTENT_SAFETY"]


@pytest.mark.parametrize("name", [f"AZURE_{service}_KEY" for service in WHOLE_KEYS])
def test_a_key_that_cannot_be_fetched_for_each_call_may_not_be_kept_in_the_vault(name: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read_settings(changed(**{name: "secret:the-key"}))


@pytest.mark.parametrize("name", ["AZURE_SEARCH_KEY", "CHAT_API_KEY", "DATA_DIR", "PORT"])
def test_a_reference_that_the_platform_did_not_resolve_is_named(name: str) -> None:
    reference = "@Microsoft.KeyVault(SecretUri=https://v.example/secrets/the-key)"
    with pytest.raises(BadSetting, match=f"{name} is still a reference"):
        read_settings(changed(**{name: reference}))


def test_a_small_model_needs_the_chat_server_and_on_azure_has_a_place_of_its_own() -> None:
    with pytest.raises(BadSetting, match="CHAT_SMALL_MODEL"):
        read_settings({"CHAT_SMALL_MODEL": "small"})
    with pytest.raises(BadSetting, match="CHAT_SMALL_MODEL"):
        read_settings(changed(CHAT_SMALL_MODEL="small"))
    served = {"CHAT_BASE_URL": "http://127.0.0.1:1/v1", "CHAT_MODEL": "large", "CHAT_SMALL_MODEL": "small"}
    assert read_settings(served).chat_small_model == "small"


def test_a_second_model_is_asked_beside_a_silent_one_only_where_there_is_one() -> None:
    one = {"CHAT_BASE_URL": "http://127.0.0.1:1/v1", "CHAT_MODEL": "large", "CHAT_HEDGE_MILLISECONDS": "800"}
    with pytest.raises(BadSetting, match="CHAT_HEDGE_MILLISECONDS needs a second chat model; set CHAT_SMALL_MODEL"):
        read_settings(one)
    assert read_settings({**one, "CHAT_SMALL_MODEL": "small"}).chat_hedge_milliseconds == 800
    with pytest.raises(BadSetting, match="set AZURE_OPENAI_SMALL_DEPLOYMENT"):
        read_settings(changed(CHAT_HEDGE_MILLISECONDS="800", AZURE_OPENAI_SMALL_DEPLOYMENT=""))
    both = changed(CHAT_HEDGE_MILLISECONDS="800", AZURE_OPENAI_SMALL_DEPLOYMENT="small")
    assert read_settings(both).chat_hedge_milliseconds == 800
    for wrong in ("-1", "600001", "soon"):
        with pytest.raises(BadSetting, match="CHAT_HEDGE_MILLISECONDS"):
            read_settings({**one, "CHAT_SMALL_MODEL": "small", "CHAT_HEDGE_MILLISECONDS": wrong})


@pytest.mark.parametrize("name", ["CHAT_BASE_URL", "EMBEDDING_BASE_URL"])
def test_the_azure_profile_has_one_place_for_its_models(name: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read_settings(changed(**{name: "http://127.0.0.1:1/v1"}, CHAT_MODEL="m", EMBEDDING_MODEL="m"))


@pytest.mark.parametrize("service", ["AZURE_DOCUMENT_INTELLIGENCE", "AZURE_CONTENT_SAFETY"])
def test_a_service_that_may_be_left_out_has_a_price_where_it_is_not(service: str) -> None:
    named = {f"{service}_ENDPOINT": "https://service.example"}
    with pytest.raises(BadSetting, match=f"{service}_PRICE"):
        read_settings(changed(**named))
    assert read_settings(changed(**named, **{f"{service}_PRICE": "1.5"})).profile == "azure"


@pytest.mark.parametrize("profile", ["", "local"])
def test_the_local_profile_asks_for_nothing_of_azure(profile: str) -> None:
    assert read_settings({"PROFILE": profile}) == Settings()


def test_a_profile_that_is_none_is_named() -> None:
    with pytest.raises(BadSetting, match="PROFILE must be one of local, azure"):
        read_settings({"PROFILE": "cloud"})


def test_no_setting_has_two_names() -> None:
    names = [name for part in (Settings, AzureSettings) for name, _ in declared(part)]
    assert len(names) == len(set(names))


def test_no_key_shows_in_a_log_or_a_traceback() -> None:
    ends = ("_KEY", "_KEYS", "_TOKEN")
    keys = [name for part in (Settings, AzureSettings) for name, _ in declared(part) if name.endswith(ends)]
    assert len(keys) > 5
    settings = read_settings(changed(**dict.fromkeys(keys, "hush" * 8)))
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    "text", ["true", "InstrumentationKey=", "InstrumentationKey=short;IngestionEndpoint=https://x"]
)
def test_what_is_no_connection_string_of_application_insights_is_named(text: str) -> None:
    with pytest.raises(BadSetting, match="APPLICATIONINSIGHTS_CONNECTION_STRING"):
        read_settings({"APPLICATIONINSIGHTS_CONNECTION_STRING": text})


def test_a_connection_string_may_hold_its_key_anywhere() -> None:
    text = "IngestionEndpoint=https://x.example/;InstrumentationKey=00000000-0000-4000-8000-000000000001"
    settings = read_settings({"APPLICATIONINSIGHTS_CONNECTION_STRING": text})
    assert settings.applicationinsights_connection_string == text


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SIGN_IN": "on"}, "SIGNING_KEYS"),
        ({"SIGN_IN": "maybe"}, "SIGN_IN"),
        ({"SIGN_UP": "admin"}, "SIGN_UP"),
        ({"ADMIN_KEY": "k" * 31}, "ADMIN_KEY"),
        ({"ENTRA_TENANT_ID": "t"}, "ENTRA_AUDIENCE"),
        ({"ENTRA_TENANT_ID": "t", "ENTRA_AUDIENCE": "a", "ENTRA_AUTHORITY": "http://e.example"}, "ENTRA_AUTHORITY"),
    ],
)
def test_a_setting_of_sign_in_that_does_not_fit_is_named(changes: dict[str, str], named: str) -> None:
    with pytest.raises(BadSetting, match=named):
        read_settings(changes)
    assert read_settings({"ADMIN_KEY": "k" * 32}).admin_key == "k" * 32


def test_on_azure_callers_sign_in_or_nothing_starts() -> None:
    with pytest.raises(BadSetting, match="SIGN_IN must be on with PROFILE=azure"):
        read_settings(changed(SIGN_IN="off"))


def test_further_models_need_a_chat_server_and_where_the_first_has_a_price_one_too() -> None:
    server = {"CHAT_BASE_URL": "http://127.0.0.1:9/v1", "CHAT_MODEL": "large"}
    assert read_settings({**server, "CHAT_FURTHER_MODELS": "one two"}).chat_further_models == "one two"
    with pytest.raises(BadSetting, match="needs a chat server"):
        read_settings({"CHAT_FURTHER_MODELS": "one"})
    with pytest.raises(BadSetting, match="names 'one', which has no price"):
        read_settings({**server, "CHAT_INPUT_PRICE": "1", "CHAT_FURTHER_MODELS": "one"})
