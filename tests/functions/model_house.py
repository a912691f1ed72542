"""A house with the chat server plugged in, and what its ledger holds."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import httpx

from shared.settings import Settings
from tests.fakes.openai_server import KEY, OpenAIServer
from tests.functions.conftest import put, served, with_settings

TEXT = "# Pumps\n\nThe feed pump runs at 40 bar. Ada Quill checks it every Monday.\n"
QUESTION = "At how many bar does the feed pump run?"
STREAM = {"kb_id": "default", "messages": [{"role": "user", "content": QUESTION}]}
REPEATED = 3
"""A call that fails before its first byte is tried three times by the adapter."""


@asynccontextmanager
async def house(settings: Settings, server: OpenAIServer, **changes: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Serve with the chat server plugged in at a price, and with one document."""
    model = {"chat_base_url": server.base_url, "chat_api_key": KEY, "chat_model": "loopback"}
    prices = {"chat_input_price": 1.0, "chat_output_price": 2.0, "chat_timeout_seconds": 2.0}
    async with served(with_settings(settings, **{**model, **prices, **changes})) as api:
        await api.post("knowledge/bases", json={"name": "Default"})
        assert (await put(api, "pumps.md", TEXT))["status"] == "ready"
        yield api


def calls(settings: Settings) -> list[tuple[str, int, int, int]]:
    """Every booked call: state, cost, input and output tokens."""
    with closing(sqlite3.connect(settings.data_dir / "ledger.sqlite")) as connection:
        return connection.execute("SELECT state, cost, input, output FROM calls ORDER BY reserved_at").fetchall()


def reserved(settings: Settings) -> int:
    """What is still held on any account."""
    with closing(sqlite3.connect(settings.data_dir / "ledger.sqlite")) as connection:
        (held,) = connection.execute("SELECT COALESCE(SUM(reserved), 0) FROM counters").fetchone()
    return int(held)


def events(text: str) -> list[tuple[str, Any]]:
    """The events of a stream by name and value."""
    blocks = [block.split("\n") for block in text.strip().split("\n\n") if block.startswith("event: ")]
    return [(name.removeprefix("event: "), json.loads(value.removeprefix("data: "))) for name, value in blocks]
