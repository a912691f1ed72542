"""A house in a process of its own, since exporting is set up once for a process; prints what its question got."""

import asyncio
import json
import logging
import tempfile
from pathlib import Path

from shared.settings import read_settings
from tests.functions.conftest import put, served, with_settings

QUESTION = {"kb_id": "default", "query": "Who built the Skerry?"}


async def asked() -> tuple[int, str]:
    """Serve, take a document in, and ask about it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = with_settings(read_settings(), data_dir=Path(folder), scan_seconds=0.05)
        async with served(settings) as api:
            await api.post("knowledge/bases", json={"name": "Default"})
            await put(api, "skerry.md", "# Skerry\n\nBuilt by Ada Quill.")
            logging.getLogger("functions.asking").warning("a record of ours")
            response = await api.post("rag/query", json=QUESTION)
            return response.status_code, response.json()["answer"]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(asked())))  # noqa: T201
