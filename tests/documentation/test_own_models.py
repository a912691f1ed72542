"""The settings of the guide to models of one's own start the house, and its commands run, beside servers of models."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.command_line.uploading import followed
from shared.domain.errors import BadSetting
from shared.settings import Settings, read_settings
from tests.architecture.source import ROOT
from tests.documentation.pages import HOUSE, Snippet, replaced, run, snippets
from tests.fakes.loopback import LoopbackServer
from tests.fakes.own_models import WHOLE_WINDOW, AzureDeployments, Ollama, OwnModels, Vllm
from tests.functions.conftest import put, served
from tests.parts.running import free_port, running

PAGES = ("docs/own-models.md", "docs/own-models.zh-CN.md")
QUESTION = {"kb_id": "lights", "query": "Who built the Skerry lighthouse?", "use_cache": False}
KEYS = ("KEY-OF-VLLM", "KEY-OF-AZURE")

PROBE, OLLAMA, ASK_VLLM, VLLM, ASK_AZURE, AZURE, TRY, PRICES, CHANGE, REINDEX = range(10)
"""The blocks of the guide in order."""

EMBEDDERS = {"nomic-embed-text:latest": 768, "mxbai-embed-large:latest": 1024}
OLLAMA_ADDRESS, AZURE_ADDRESS = "http://127.0.0.1:11434", "https://NAME.openai.azure.com"


def ollama() -> dict[str, OwnModels]:
    """An Ollama with three models, where the guide says that it listens."""
    return {OLLAMA_ADDRESS: Ollama(chat=("llama3.1:8b",), embedding=EMBEDDERS)}


def vllm() -> dict[str, OwnModels]:
    """Three vLLM, each with one model."""
    return {
        "http://127.0.0.1:8000": Vllm(chat=("Qwen/Qwen3-8B",), key=KEYS[0], window=8192),
        "http://127.0.0.1:8001": Vllm(embedding={"BAAI/bge-m3": 1024}, key=KEYS[0]),
        "http://127.0.0.1:8002": Vllm(rerank=("BAAI/bge-reranker-v2-m3",), key=KEYS[0]),
    }


def azure() -> dict[str, OwnModels]:
    """A resource of Azure OpenAI with two deployments, one of them of a model that reasons."""
    deployments = AzureDeployments(
        chat=("chat-large",), embedding={"embedding-large": 3072}, key=KEYS[1], prefix="/openai/v1"
    )
    return {AZURE_ADDRESS: deployments}


@dataclass
class Neighbourhood:
    """The servers of models, the house beside them, and where each of them really listens."""

    servers: Mapping[str, OwnModels]
    folder: Path
    addresses: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def house(self, settings: str) -> Iterator[httpx.Client]:
        """Serve in a folder whose `.env` holds settings of the guide, as `make serve` does; yields a client."""
        (self.folder / ".env").write_text(replaced(settings, self.addresses), encoding="utf-8")
        given = {"PORT": str(free_port()), "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT), "NO_PROXY": "*"}
        command = (sys.executable, "-m", "infra.local.command_line", "serve")
        with running(command, self.folder, r"Serving on (http://[\d.:]+)", given, seconds=110) as announced:
            self.addresses[HOUSE] = announced[1]
            with httpx.Client(base_url=f"{announced[1]}/api/v1/", trust_env=False, timeout=60) as client:
                yield client


@contextmanager
def neighbourhood(servers: Mapping[str, OwnModels], folder: Path) -> Iterator[Neighbourhood]:
    """Let the servers listen while the block runs."""
    with ExitStack() as stack:
        real = {shown: stack.enter_context(LoopbackServer(each.app())).address for shown, each in servers.items()}
        yield Neighbourhood(servers, folder, dict(real))


def of(page: str) -> list[Snippet]:
    """Return the blocks of a page; each place of the list above has to be one."""
    found = snippets(page)
    assert len(found) == REINDEX + 1
    return found


SERVERS = {"ollama": (ollama, PROBE, OLLAMA), "vllm": (vllm, ASK_VLLM, VLLM), "azure": (azure, ASK_AZURE, AZURE)}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("server", SERVERS)
def test_the_settings_of_the_guide_put_each_server_to_work(server: str, tmp_path: Path) -> None:
    servers, probe, settings = SERVERS[server]
    blocks = of(PAGES[0])
    with neighbourhood(servers(), tmp_path) as near:
        run(blocks[probe], tmp_path, near.addresses, {})
        with near.house(blocks[settings].text) as api:
            said = run(blocks[TRY], tmp_path, near.addresses, {})
            answer = api.post("rag/query", json=QUESTION | {"use_rerank": True}).json()
            stats = {row["id"]: row for row in api.get("models/stats").json()["items"]}
            assert api.get("ready").status_code == 200
        written = settings_of(blocks[settings].text)
        assert written["CHAT_MODEL"] in said
        assert answer["model_used"] == written["CHAT_MODEL"]
        assert not {"degraded"} & set(answer["features_used"])
        assert "Ada Quill" in answer["answer"]
        for job in ("CHAT_MODEL", "EMBEDDING_MODEL"):
            row = next(row for name, row in stats.items() if name.split("@")[0] == written[job])
            assert row["calls"] > 0
            assert row["errors"] == {}


def settings_of(text: str) -> dict[str, str]:
    """Return the settings of a block."""
    return dict(line.split("=", 1) for line in text.splitlines())


@pytest.mark.timeout(600)
def test_after_a_change_of_embedder_words_find_until_documents_are_read_anew(tmp_path: Path) -> None:
    blocks = of(PAGES[0])
    before = blocks[OLLAMA].text
    changed = "".join(
        f"{name}={value}\n" for name, value in (settings_of(before) | settings_of(blocks[CHANGE].text)).items()
    )
    search = {"kb_id": "lights", "query": "beacon", "search_type": "vector"}
    with neighbourhood(ollama(), tmp_path) as near:
        with near.house(before) as api:
            run(blocks[TRY], tmp_path, near.addresses, {})
            assert api.post("search/graph", json=search).json()["results"]
        with near.house(changed + blocks[PRICES].text) as api:
            assert api.post("search/graph", json=search).json()["results"] == []
            assert "Ada Quill" in api.post("rag/query", json=QUESTION).json()["answer"]
            prices = {row["id"]: row["price"] for row in api.get("models").json()["data"] if "price" in row}
            assert prices["llama3.1:8b"]["input"] == 0.05
            run(blocks[REINDEX], tmp_path, near.addresses, {})
            assert api.post("search/graph", json=search).json()["results"]
            assert api.get("usage").json()["own"][0]["spent_usd"] > 0


REFUSES = "refuses the key, the model or the address"
WRONG = {
    "vllm-key": (vllm, VLLM, {"CHAT_API_KEY": "another"}, f"{REFUSES}: HTTP 401"),
    "vllm-model": (vllm, VLLM, {"CHAT_MODEL": "Qwen/Qwen3-32B"}, f"{REFUSES}: HTTP 404"),
    "vllm-window": (vllm, VLLM, {"window": "100"}, "answered with HTTP 400"),
    "ollama-model": (ollama, OLLAMA, {"CHAT_MODEL": "llama3.1"}, f"{REFUSES}: HTTP 404"),
    "ollama-address": (ollama, OLLAMA, {"CHAT_BASE_URL": OLLAMA_ADDRESS}, f"{REFUSES}: HTTP 404"),
    "azure-deployment": (azure, AZURE, {"CHAT_MODEL": "gpt-4.1"}, f"{REFUSES}: HTTP 404"),
    "azure-key": (azure, AZURE, {"CHAT_API_KEY": "another"}, f"{REFUSES}: HTTP 401"),
}


def settings_for(written: Mapping[str, str], folder: Path) -> Settings:
    """Return the settings that a block makes, for a house in this process."""
    return read_settings({**written, "DATA_DIR": str(folder / "house")})


@pytest.mark.parametrize("case", WRONG)
async def test_what_goes_wrong_is_in_the_log_in_the_words_of_the_table(
    case: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    servers, block, changes, says = WRONG[case]
    made = servers()
    written = settings_of(of(PAGES[0])[block].text) | changes | {"EMBEDDING_BASE_URL": "", "EMBEDDER": "none"}
    next(iter(made.values())).window = int(written.pop("window", WHOLE_WINDOW))
    written = {name: KEYS[1] if value == "secret:AZURE_KEY" else value for name, value in written.items()}
    with neighbourhood(made, tmp_path) as near:
        given = {name: replaced(value, near.addresses) for name, value in written.items() if name != "AZURE_KEY"}
        async with served(settings_for(given, tmp_path)) as api:
            await filled(api)
            answer = (await api.post("rag/query", json=QUESTION)).json()
            stats = (await api.get("models/stats")).json()["items"]
    assert "degraded" in answer["features_used"]
    assert next(row["errors"] for row in stats if row["calls"]) == {"model_unavailable": 1}
    assert says in caplog.text
    for page in PAGES:
        assert says.replace(f"{REFUSES}: ", "") in (ROOT / page).read_text(encoding="utf-8")
        assert REFUSES in (ROOT / page).read_text(encoding="utf-8")


async def filled(api: httpx.AsyncClient) -> dict[str, Any]:
    """Put the document of the guide into its base, and return where it stands in the end."""
    await api.post("knowledge/bases", json={"id": "lights", "name": "Lights"})
    return await put(api, "skerry.md", "# Skerry\n\nAda Quill built the Skerry lighthouse in 1911.\n", "lights")


async def test_a_wrong_length_of_vectors_fails_a_document_and_says_which_is_right(tmp_path: Path) -> None:
    written = settings_of(of(PAGES[0])[OLLAMA].text) | {"EMBEDDING_DIMENSIONS": "1536"}
    with neighbourhood(ollama(), tmp_path) as near:
        given = {name: replaced(value, near.addresses) for name, value in written.items()}
        async with served(settings_for(given, tmp_path)) as api:
            row = await filled(api)
        reason = "the embedder's vectors have 768 numbers; 1536 are expected"
        assert (row["status"], reason in row["reason"]) == ("failed", True)
        async with served(settings_for({**given, "EMBEDDING_DIMENSIONS": "768"}, tmp_path)) as api:
            assert (await api.post(f"knowledge/documents/{row['document_id']}/retry")).status_code == 202
            assert (await followed(api, row["document_id"]))["status"] == "ready"
    assert all(reason in (ROOT / page).read_text(encoding="utf-8") for page in PAGES)


async def test_the_settings_of_vllm_put_its_reranker_to_work(tmp_path: Path) -> None:
    servers = vllm()
    written = settings_of(of(PAGES[0])[VLLM].text)
    with neighbourhood(servers, tmp_path) as near:
        given = {name: replaced(value, near.addresses) for name, value in written.items()}
        async with served(settings_for(given, tmp_path)) as api:
            await filled(api)
            await put(api, "tarn.md", "# Tarn\n\nBen Stone keeps the Skerry lighthouse and its lamp.\n", "lights")
            answer = (await api.post("rag/query", json=QUESTION | {"use_rerank": True})).json()
    assert "rerank" in answer["features_used"]
    assert len(servers["http://127.0.0.1:8002"].asked) == 1


async def test_where_nothing_reranks_the_order_of_the_search_stays(tmp_path: Path) -> None:
    written = settings_of(of(PAGES[0])[OLLAMA].text) | {
        "RERANK_MODEL": "llama3.1:8b",
        "RERANK_BASE_URL": f"{OLLAMA_ADDRESS}/v1",
    }
    with neighbourhood(ollama(), tmp_path) as near:
        given = {name: replaced(value, near.addresses) for name, value in written.items()}
        async with served(settings_for(given, tmp_path)) as api:
            await filled(api)
            answer = (await api.post("rag/query", json=QUESTION | {"use_rerank": True})).json()
    assert "rerank" not in answer["features_used"]
    assert "Ada Quill" in answer["answer"]


def test_what_has_no_model_does_not_start() -> None:
    with pytest.raises(BadSetting, match="CHAT_MODEL"):
        read_settings({"CHAT_BASE_URL": "http://127.0.0.1:11434/v1"})
    with pytest.raises(BadSetting, match="EMBEDDING_MODEL"):
        read_settings({"EMBEDDING_BASE_URL": "http://127.0.0.1:11434/v1"})


def test_both_pages_have_the_same_blocks_so_that_one_stands_for_both() -> None:
    english, chinese = map(of, PAGES)
    assert english == chinese
