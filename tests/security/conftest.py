"""A house with a public and a secret document about the same things."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.domain.access import BaseKey
from tests.security.archive import SECRET, Archive, archive

PUBLIC_TEXT = "# Skerry lighthouse\n\nThe Skerry lighthouse was built by Ada Quill. Ada Quill works for Heron Works.\n"
SECRET_TEXT = (
    "# Project Falcon\n\nProject Falcon moves the Skerry lighthouse.\n\n"
    "Ada Quill and Victor Sable lead Project Falcon.\n\n"
    "Victor Sable works for Nightjar Holdings. Nightjar Holdings (NH) is located in Port Raven.\n"
)
FOREIGN_TEXT = SECRET_TEXT.replace("Falcon", "Condor").replace("Sable", "Umber")
HIDDEN_WORDS = ("Falcon", "Sable", "Nightjar", "Raven", "Condor", "Umber")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Archive]:
    async with archive(tmp_path / "house") as opened:
        await opened.add("public.md", PUBLIC_TEXT)
        await opened.add("secret.md", SECRET_TEXT, SECRET)
        await opened.add("foreign.md", FOREIGN_TEXT, base=BaseKey("stork", "handbook"))
        yield opened
