"""A served house that asks for sign-in, and people who sign in to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import inf
from pathlib import Path
from typing import Any

import httpx

from shared.settings import Settings
from tests.functions.conftest import served

ADMIN_KEY = "the-key-of-the-first-administrator-of-tests"
SIGNING_KEYS = "2026-11:a-key-of-tests-that-signs-nothing-real"
PASSWORD = "correct horse battery"


def guarded(folder: Path, **changes: Any) -> Settings:
    """Return the settings of a house that asks for sign-in, where newcomers are guests, and nobody comes too fast."""
    rates = dict.fromkeys(("rate_per_minute", "address_rate_per_minute", "sign_in_rate_per_minute"), inf)
    settings = {"sign_in": "on", "sign_up": "guest", "signing_keys": SIGNING_KEYS, "admin_key": ADMIN_KEY, **rates}
    return Settings(data_dir=folder / "house", embedder="none", scan_seconds=0.05, **{**settings, **changes})


@asynccontextmanager
async def guarded_house(folder: Path, **changes: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Serve such a house; the client is nobody yet."""
    async with served(guarded(folder, **changes)) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"authorization": f"Bearer {token}"}


ADMIN = bearer(ADMIN_KEY)


async def signed_in(api: httpx.AsyncClient, name: str = "ada") -> dict[str, Any]:
    """Register somebody where they are new, sign in, and return the tokens."""
    credentials = {"email": f"{name}@heron.example", "password": PASSWORD}
    await api.post("auth/register", json=credentials)
    answer = await api.post("auth/login", json=credentials)
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


async def header_of(api: httpx.AsyncClient, name: str = "ada") -> dict[str, str]:
    """Sign somebody in and return their header."""
    return bearer((await signed_in(api, name))["access_token"])
