"""The commands of the READMEs and of the pages on access, deployment and the first ten minutes run as they stand."""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.architecture.source import ROOT
from tests.documentation.pages import HOUSE, Snippet, run, snippets
from tests.fakes.azure_commands import install
from tests.fakes.loopback import LoopbackServer
from tests.fakes.own_models import Ollama
from tests.functions.signing_in import ADMIN_KEY
from tests.parts.running import free_port, running

LANGUAGES = ("", ".zh-CN")
OLLAMA = "http://127.0.0.1:11434"
SERVING = r"Serving on (http://[\d.:]+)"
COMMAND_LINE = ".venv/bin/knowledge-rag"

NAMES = ("README", "docs/access", "docs/deploy", "docs/first-ten-minutes")
PAGES = [f"{name}{language}.md" for name in NAMES for language in LANGUAGES]
TRIED = (
    "make run", COMMAND_LINE, "curl -s", "CHAT_BASE_URL", "make smoke", "azd", "az keyvault", "SIGN_IN=on",
    "curl -X PATCH", "RateLimit-Policy",
)  # fmt: skip
"""How the blocks begin that the tests here run."""

SIGNED = ("import base64, hashlib", "path=/api/v1/rag/query")
"""How those begin that test_signing.py runs."""

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(not all(map(shutil.which, ("make", "curl", "openssl"))), reason="needs make, curl and openssl"),
]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What `make` finds after an installation: an environment that is up to date, and a port of its own."""
    (tmp_path / "environment").mkdir()
    (tmp_path / "environment/bin").symlink_to(Path(sys.prefix) / "bin")
    (tmp_path / "environment/local").touch()
    given = {"VENV": str(tmp_path / "environment"), "DATA_DIR": str(tmp_path / "house"), "PORT": str(free_port())}
    return given | {"EMBEDDER": "none", "PYTHONUNBUFFERED": "1", "NO_PROXY": "*"}


@contextmanager
def house(command: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Start a service with a command of a page, and yield where it listens."""
    shell = ("bash", "-euc", command.replace("make ", "exec make ", 1))
    with running(shell, ROOT, SERVING, environment, seconds=110) as announced:
        yield announced[1]


def starting(page: str, words: str) -> Snippet:
    """Return the one block of a page that starts with the words."""
    (found,) = (each for each in snippets(page) if each.text.startswith(words))
    return found


def addresses(address: str) -> dict[str, str]:
    """Return the addresses of the pages with those that hold here."""
    return {
        HOUSE: address,
        "localhost:7071": address.removeprefix("http://"),
        "https://NAME.azurewebsites.net": address,
    }


@pytest.mark.parametrize("page", PAGES)
def test_no_block_of_the_pages_is_left_out(page: str) -> None:
    blocks = [each.text for each in snippets(page) if each.language not in ("mermaid", "text")]
    assert blocks
    assert [each for each in blocks if not each.startswith((*TRIED, *SIGNED))] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["README", "docs/first-ten-minutes"])
def test_the_first_command_answers_two_questions_and_serves(
    page: str, language: str, environment: dict[str, str]
) -> None:
    first, *others = starting(f"{page}{language}.md", "make run").text.splitlines()
    assert [each.split("#")[0].split() for each in others] in ([], [["make", "test"]])  # which runs this test
    with house(first, environment) as address:
        assert httpx.get(f"{address}/api/v1/ready", trust_env=False).status_code == 200


@pytest.mark.parametrize("page", [f"README{language}.md" for language in LANGUAGES])
def test_the_commands_of_the_readme_read_and_ask(page: str, environment: dict[str, str]) -> None:
    with house("make serve", environment) as address:
        commands = starting(page, COMMAND_LINE)
        text = commands.text.replace(COMMAND_LINE, f"{sys.executable} -m infra.local.command_line")
        said = run(Snippet("bash", text, "[1]"), ROOT, {}, environment)
        assert "usage: knowledge-rag" in said
        run(Snippet("bash", starting(page, "curl -s").text, "event: done"), ROOT, addresses(address), environment)


@pytest.mark.parametrize("page", [f"README{language}.md" for language in LANGUAGES])
def test_a_model_is_plugged_in_by_two_settings(page: str, environment: dict[str, str]) -> None:
    model = Ollama(chat=("qwen3:latest",))
    with LoopbackServer(model.app()) as server:
        command = starting(page, "CHAT_BASE_URL").text.replace(OLLAMA, server.address)
        with house(command, environment) as address:
            tried = starting("docs/deploy.md", "make smoke")
            run(Snippet("bash", tried.text, "an answer is streamed"), ROOT, addresses(address), environment)
    assert model.asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_service_is_tried_from_end_to_end(language: str, environment: dict[str, str]) -> None:
    with house("make serve", environment) as address:
        tried = starting(f"docs/deploy{language}.md", "make smoke")
        run(Snippet("bash", tried.text, "an answer is streamed"), ROOT, addresses(address), environment)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_commands_for_azure_are_such_as_these_take(
    language: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    calls = install(tmp_path / "bin")
    path = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    run(starting(f"docs/deploy{language}.md", "azd"), tmp_path, {}, environment | path)
    run(starting(f"docs/access{language}.md", "az keyvault"), tmp_path, {}, environment | path)
    made = [json.loads(line) for line in calls.read_text(encoding="utf-8").splitlines()]
    assert [each[:2] for each in made[:4]] == [["azd", "auth"], ["azd", "env"], ["azd", "env"], ["azd", "up"]]
    keys, admin = ({"signing-keys": None, "admin-key": None} | {each[7]: each[9]} for each in made[4:])
    assert re.fullmatch(r"\d{4}-\d\d:[0-9a-f]{64}", str(keys["signing-keys"]))
    assert re.fullmatch("[0-9a-f]{64}", str(admin["admin-key"]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_sign_in_after_the_command_of_the_page(language: str, environment: dict[str, str]) -> None:
    with house(starting(f"docs/access{language}.md", "SIGN_IN=on").text, environment) as address:
        assert httpx.get(f"{address}/api/v1/me", trust_env=False).status_code == 401
        someone = {"email": "ada@example.org", "password": "a long enough passphrase"}
        registered = httpx.post(f"{address}/api/v1/auth/register", json=someone, trust_env=False)
        assert registered.status_code == 201
        signed_in = httpx.post(f"{address}/api/v1/auth/login", json=someone, trust_env=False)
        token = {"authorization": f"Bearer {signed_in.json()['access_token']}"}
        assert httpx.get(f"{address}/api/v1/me", headers=token, trust_env=False).json()["role"] == "guest"


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_changed_by_the_commands_of_the_page(
    language: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    page = f"docs/access{language}.md"
    of_base, of_document = (each for each in snippets(page) if each.text.startswith("curl -X PATCH"))
    with (
        house("make serve", environment) as address,
        httpx.Client(base_url=f"{address}/api/v1/knowledge/", trust_env=False, timeout=60) as client,
    ):
        made = client.post("bases", json={"id": "handbook", "name": "Handbook"})
        uploaded = client.post("bases/handbook/documents", files={"file": ("a.md", b"# A\n\nThe lamp is lit.\n")})
        filled = {'"ETAG"': made.headers["etag"], "documents/ID": f"documents/{uploaded.json()['document_id']}"}
        for each, label in ((of_base, "group:crew"), (of_document, "group:board")):
            run(Snippet("bash", each.text, label), tmp_path, addresses(address) | filled, environment)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_buckets_stand_as_the_page_shows(language: str, environment: dict[str, str]) -> None:
    shown = starting(f"docs/access{language}.md", "RateLimit-Policy").text
    with house(
        "make serve", environment | {"SIGN_IN": "on", "SIGNING_KEYS": f"k:{'0' * 64}", "ADMIN_KEY": ADMIN_KEY}
    ) as address:
        answer = httpx.get(f"{address}/api/v1/me", headers={"authorization": f"Bearer {ADMIN_KEY}"}, trust_env=False)
    for line in shown.splitlines():
        name, value = line.split(": ", 1)
        assert answer.headers[name] == value
