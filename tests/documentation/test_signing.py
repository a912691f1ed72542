"""The ways to sign a request that the documentation shows are good."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.architecture.source import ROOT
from tests.functions.signing_in import ADMIN_KEY, guarded_house

KID, KEY = "gateway", "a-key-of-tests-that-guards-nothing-real"


def shown(language: str) -> str:
    """Return the block of a language in the section on signatures."""
    section = (ROOT / "docs/access.md").read_text(encoding="utf-8").split("## Signed requests")[1]
    block = re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)
    assert block
    return block[1]


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """Where a house listens that asks for signatures, and has no base of the name that is asked for."""
    async with guarded_house(tmp_path, request_signing_keys=f"{KID}:{KEY}") as client:
        yield str(client.base_url).removesuffix("/api/v1/")


async def test_python_signs(address: str) -> None:
    written: dict[str, Any] = {}
    exec(shown("python"), written)  # noqa: S102
    headers = {"authorization": f"Bearer {ADMIN_KEY}", **written["signed"]("GET", "/api/v1/me", "", b"", KID, KEY)}
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{address}/api/v1/me", headers=headers)).status_code == 200
    with pytest.raises(OSError, match="404"):
        await asyncio.to_thread(written["ask"], address, ADMIN_KEY, KID, KEY, "Who leads the plant?")


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="needs curl and openssl")
async def test_curl_signs_with_openssl(address: str) -> None:
    given = {"KID": KID, "KEY": KEY, "TOKEN": ADMIN_KEY, "ADDRESS": address, "PATH": "/usr/bin:/bin:/usr/local/bin"}
    command = await asyncio.create_subprocess_exec(
        "bash", "-euc", shown("bash"), env={**given, "NO_PROXY": "*"}, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(command.communicate(), 60)
    assert b'"code":"not_found"' in output.replace(b" ", b"")
