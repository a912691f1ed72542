"""The real functions on the real local host, over a socket."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.command_line.connection import client_of
from infra.local.command_line.uploading import followed
from shared.settings import Settings
from tests.fakes.openai_server import OpenAIServer

Serve = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "house", embedder="none", scan_seconds=0.05)


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    """A chat server, which embeds and reranks too."""
    with OpenAIServer() as running:
        yield running


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the functions on a free port with these settings."""
    from infra.local.command_line.serving import local_host

    host = local_host(settings)
    async with host.serving(port=0) as address, client_of(address, settings.knowledge_rag_token) as client:
        yield client


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with served(settings) as client:
        await client.post("knowledge/bases", json={"name": "Default"})
        yield client


async def put(api: httpx.AsyncClient, name: str, content: str | bytes, base: str = "default") -> dict[str, Any]:
    """Upload a document and wait until it is ready or failed."""
    content = content.encode() if isinstance(content, str) else content
    response = await api.post(f"knowledge/bases/{base}/documents", files={"file": (name, content)})
    assert response.status_code == 202, response.text
    return await followed(api, response.json()["document_id"])


def with_settings(settings: Settings, **changes: Any) -> Settings:
    """Return settings with changes."""
    return replace(settings, **changes)
