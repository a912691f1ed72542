"""A sample app on a local host that really listens on a loopback port."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.host import HostSettings, LocalHost
from tests.functions.local_host.sample_app import Seen, make_app


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def host_settings(tmp_path: Path) -> HostSettings:
    return HostSettings(
        port=0,
        documents_folder=tmp_path / "documents",
        runs_database=tmp_path / "runs.db",
        scan_seconds=0.02,
        drain_seconds=2,
    )


@pytest.fixture
def host(seen: Seen, host_settings: HostSettings) -> LocalHost:
    return LocalHost(make_app(seen), settings=host_settings)


@pytest.fixture
def threads_in_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do at once what would run on a thread, so that a test under a virtual clock never waits for one."""

    async def to_thread(work: Callable[..., Any], *arguments: Any) -> Any:
        return work(*arguments)

    monkeypatch.setattr(asyncio, "to_thread", to_thread)


@pytest.fixture
async def client(host: LocalHost) -> AsyncIterator[httpx.AsyncClient]:
    async with host.serving() as base_url, httpx.AsyncClient(base_url=base_url, timeout=20) as client:
        yield client
