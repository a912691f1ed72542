"""Readiness on the Azure profile: which dependency is down, for each of them, within a bounded time."""

import asyncio
from collections.abc import Callable
from dataclasses import fields, replace
from urllib.parse import urlsplit, urlunsplit

import pytest

from functions.ground import Ground
from functions.health import probed
from functions.identity_ground import IdentityGround, IdentityStores
from functions.personal_ground import PersonalGround
from shared.settings import Settings
from tests.fakes.cosmos_gremlin import Fault as GremlinFault
from tests.fakes.faults import Fault, FaultyProxy, refusing
from tests.functions.azure_house import Services, azure, blob_service, gremlin, settings
from tests.functions.conftest import served

__all__ = ["azure", "blob_service", "gremlin", "settings"]

STATE = (
    "catalog", "embedding_store", "extraction_store", "extraction_queue", "ledger", "answer_cache", "conversations",
    "feedback", "rateable_answers", "popular", "measurements", "tally", "users", "sessions", "audit_trail",
    "service_keys",
)  # fmt: skip
"""What Cosmos DB for NoSQL keeps; the graph asks it which version of the index is the present one."""

GRAPH = ("graph_store", "resolutions")

STANDING_ON = {
    "cosmos_endpoint": {*STATE, *GRAPH},
    "search_endpoint": {"chunk_index", *GRAPH, "reranker"},
    "gremlin_endpoint": {*GRAPH},
    "storage_blob_endpoint": {"files"},
    "openai_endpoint": {"embedder", "chat_model"},
    "document_intelligence_endpoint": {"document_parser"},
    "content_safety_endpoint": {"prompt_shield"},
    "key_vault_endpoint": {"secrets", "embedder", "chat_model"},
}
"""What is down with each service; the key of the models is kept in the vault."""

EVERY = set(STATE).union(*STANDING_ON.values())
SILENT = "gave no answer within 3 s"
HUNG = 90.0
"""Seconds after which an answer counts as hung, far above the bound of a probe."""

PROBED_AS = {
    "index": "chunk_index",
    "embeddings": "embedding_store",
    "graph": "graph_store",
    "writings": "extraction_store",
    "queue": "extraction_queue",
    "cache": "answer_cache",
    "parser": "document_parser",
    "shield": "prompt_shield",
    "audit": "audit_trail",
}
"""The names of ports whose field of the ground is called otherwise."""

UNPROBED = {
    "small_model": "the same server as the chat model",
    "task_model": "the same server as the chat model",
    "personal": "its stores are probed one by one",
    "further_models": "the same server as the chat model",
    "further_task_models": "the same server as the chat model",
    "signatures": "works here; its keys come from the secrets",
    "identity": "its stores are probed one by one",
    "web": "the hosts of the settings are others' business",
    "alerts": "nobody can be asked without being alarmed",
    "prepare": "a start, no dependency",
    "close": "an end, no dependency",
    "passwords": "works here",
    "tokens": "works here; its keys come from the secrets",
    "admin_key": "comes from the secrets",
    "stores": "probed one by one",
}


@pytest.fixture(autouse=True)
def on_a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a probe take its time; what is silent is told apart by a bound of its own."""
    monkeypatch.setattr("functions.health.PROBE_SECONDS", 60.0)


def moved(settings: Settings, service: str, address: str) -> Settings:
    """Look for a service elsewhere on this machine."""
    known = urlsplit(getattr(settings.azure, service))
    there = urlunsplit(known._replace(netloc=urlsplit(address).netloc))
    return replace(settings, azure=replace(settings.azure, **{service: there}))


async def down(settings: Settings, meanwhile: Callable[[], None] = lambda: None) -> dict[str, str]:
    """Return what readiness says is wrong, once the house has been set up as far as it could be."""
    async with served(settings) as api, asyncio.timeout(HUNG):
        await api.get("startup")
        meanwhile()
        response = await api.get("ready")
        found = response.json()
    assert set(found["dependencies"]) == EVERY
    problems = {name: state for name, state in found["dependencies"].items() if state != "ok"}
    assert (response.status_code, found["status"]) == ((503, "unavailable") if problems else (200, "ready"))
    return problems


async def test_every_dependency_is_well(settings: Settings, azure: Services) -> None:
    assert await down(settings) == {}
    assert (azure.reader.taken_on, azure.shield.shielded, azure.shield.analysed) == ([], [], [])


@pytest.mark.parametrize("service", STANDING_ON)
async def test_a_service_that_is_away_is_named_and_the_others_are_well(settings: Settings, service: str) -> None:
    with refusing() as address:
        problems = await down(moved(settings, service, address))
    assert set(problems) == STANDING_ON[service]


@pytest.mark.parametrize("service", [name for name in STANDING_ON if name != "gremlin_endpoint"])
async def test_a_service_that_is_silent_is_named_in_time(
    settings: Settings, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.health.PROBE_SECONDS", 3.0)
    with FaultyProxy(getattr(settings.azure, service)) as proxy:

        def fall_silent() -> None:
            proxy.lasting = Fault.SILENT

        problems = await down(moved(settings, service, proxy.address), fall_silent)
    assert {problems[name] for name in STANDING_ON[service]} == {SILENT}


async def test_a_silent_graph_database_is_named_in_time(
    settings: Settings, azure: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.health.PROBE_SECONDS", 3.0)

    def fall_silent() -> None:
        azure.graph.lasting = GremlinFault.SILENT

    assert (await down(settings, fall_silent))["graph_store"] == SILENT


def test_every_port_of_the_ground_is_probed() -> None:
    ports = {each.name for group in (Ground, PersonalGround, IdentityGround, IdentityStores) for each in fields(group)}
    assert {PROBED_AS.get(each, each) for each in ports} == {*EVERY, "directory", *UNPROBED}


async def test_a_probe_that_fails_unforeseen_hides_no_other() -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    assert await probed(fail) == "cannot be asked: ZeroDivisionError"
