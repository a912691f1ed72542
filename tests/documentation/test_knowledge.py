"""Every command of the pages about knowledge bases runs, against a house that is served anew for each page."""

import asyncio
import re
from pathlib import Path

import pytest

from shared.settings import Settings
from tests.architecture.source import ROOT
from tests.functions.conftest import served

HERE = "http://127.0.0.1:7071/api/v1"
PAGES = ("docs/knowledge.md", "docs/knowledge.zh-CN.md")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[str]:
    """Return the commands of a page in order."""
    blocks = BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert {kind for kind, _ in blocks} == {"bash"}
    return [text for _, text in blocks]


async def run(script: str, folder: Path) -> str:
    """Run a script as a reader does, and return what it prints; it fails with its first command that fails."""
    process = await asyncio.create_subprocess_exec(
        "bash", "-euo", "pipefail", "-c", script, cwd=folder,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    async with asyncio.timeout(100):
        output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()


@pytest.mark.parametrize("page", PAGES)
async def test_what_the_page_says_is_what_happens(page: str, tmp_path: Path) -> None:
    async with served(Settings(data_dir=tmp_path / "house", embedder="none")) as api:
        script = "".join(commands(page)).replace(HERE, str(api.base_url).rstrip("/"))
        assert script.count(HERE) == 0
        output = await run(script, tmp_path)
        left = (await api.get("knowledge/bases/lamps/documents")).json()["items"]
    assert output.count('"status":"received"') == 2
    assert '"outdated_documents":1' in output
    assert len(left) == 1


def test_both_pages_give_the_same_commands() -> None:
    english, chinese = map(commands, PAGES)
    plain = [re.sub(r"printf .*\n|python3 .*\n", "", "".join(each)) for each in (english, chinese)]
    assert plain[0] == plain[1]


async def test_the_pages_name_every_route_of_documents(tmp_path: Path) -> None:
    async with served(Settings(data_dir=tmp_path / "house", embedder="none")) as api:
        paths: dict[str, object] = (await api.get("openapi.json")).json()["paths"]
    ours = {
        path.removeprefix("/api/v1") for path in paths if re.search("/(documents|upload|urls|events|reindex)", path)
    }
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        assert {each for each in ours if each not in text} <= {"/knowledge/documents/{id}"}
