"""The command line `llm`, which knows nothing of this service, asks a knowledge base as a model."""

import asyncio
import os
from pathlib import Path

import httpx
import pytest

from tests.documentation.pages import HOUSE, snippets
from tests.functions.conftest import put
from tests.parts.fixtures import there
from tests.parts.llm import LLM, PYTHON

pytestmark = pytest.mark.timeout(400)
SECONDS = 100
"""Longest time for one command; it imports for seconds on a busy machine."""

MODELS = next(each.text for each in snippets("docs/api.md") if each.language == "yaml")
"""What the page about the API tells the users of this client to write."""


@pytest.fixture
async def folder(api: httpx.AsyncClient, tmp_path: Path) -> Path:
    """A house with a document, and the folder in which the client finds its models."""
    there(LLM)
    await api.post("knowledge/bases", json={"name": "Lights"})
    await put(api, "skerry.md", "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911.\n", "lights")
    models = tmp_path / "llm"
    models.mkdir()
    here = str(api.base_url).removesuffix("/api/v1/")
    (models / "extra-openai-models.yaml").write_text(MODELS.replace(HOUSE, here), encoding="utf-8")
    return models


async def said(folder: Path, *arguments: str) -> str:
    """Run the command, and return what it wrote."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LLM_USER_PATH": str(folder), "NO_PROXY": "*"}
    process = await asyncio.create_subprocess_exec(
        PYTHON, "-m", "llm", *arguments, env=environment, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        out, errors = await asyncio.wait_for(process.communicate(), SECONDS)
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode == 0, errors.decode()
    return out.decode()


async def test_the_client_asks_in_one_piece_and_as_a_stream(folder: Path) -> None:
    question = "Who built the Skerry lighthouse?"
    whole = await said(folder, "prompt", "-m", "lights", "--no-stream", question)
    streamed = await said(folder, "prompt", "-m", "lights", question)
    assert whole == streamed
    assert "built by Ada Quill in 1911. [1]" in whole
    assert "Sources:\n\n- [1] skerry.md, p. 1" in whole


async def test_the_client_goes_on_with_its_conversation(folder: Path) -> None:
    await said(folder, "prompt", "-m", "lights", "Who built the Skerry lighthouse?")
    assert "Ada Quill" in await said(folder, "prompt", "-c", "-m", "lights", "and when?", "-o", "temperature", "0.5")
