"""Answers per second of one process, kept ones and written ones, and what it adds before the first word of a stream.

The model is a server in another process that answers at once; the load comes from a third one.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import uvloop

from infra.openai_compatible.connection import Connection
from infra.openai_compatible.patience import Patience
from tests.bench import gateway
from tests.bench.figures import Figure, show
from tests.bench.load import Load, Seen, seen
from tests.bench.service import PATIENCE_SECONDS, serving

TEXT = b"# Pumps\n\nThe feed pump runs at 40 bar. Ada Quill checks it every Monday.\n"
QUESTION = "At how many bar does the feed pump run?"
MESSAGES = [{"role": "user", "content": QUESTION}]
KEPT = {"kb_id": "default", "query": QUESTION}
WRITTEN = {**KEPT, "use_cache": False}
STREAMED = {"kb_id": "default", "messages": MESSAGES, "use_cache": False}
ASKED = {"model": gateway.MODEL, "messages": MESSAGES}
REQUESTS = 2_000
AT_ONCE = 8
CLIENTS = (1, 50)


def measure() -> Iterator[Figure]:
    """Ask the service, the model itself and, where it could be installed, a gateway over the same model."""
    with TemporaryDirectory(prefix="bench-") as folder, instant_model() as model:
        of_house = {"CHAT_BASE_URL": f"http://127.0.0.1:{model}/v1", "CHAT_MODEL": gateway.MODEL}
        with serving(Path(folder), "none", **of_house) as service:
            prepare(service.client)
            port = service.client.base_url.port
            assert port
            started = service.processor_seconds()
            kept = asked(port, "/api/v1/rag/query", KEPT, requests=4 * REQUESTS)
            processor = 1000 * (service.processor_seconds() - started) / (4 * REQUESTS)
            yield Figure(
                "kept_answers", kept.per_second, "answers/s", {"connections": AT_ONCE, "processor_ms": processor}
            )
            written = asked(port, "/api/v1/rag/query", WRITTEN)
            yield from first_words(port, model)
        yield from beside_the_gateway(written, model)


def first_words(port: int, model: int) -> Iterator[Figure]:
    """Compare the time to the first words with that of the model, asked by as many clients at once."""
    for clients in CLIENTS:
        alone = asked(model, "/v1/chat/completions", {**ASKED, "stream": True}, clients)
        through = asked(port, "/api/v1/chat/stream", STREAMED, clients)
        added = through.first_p95 - alone.first_p95
        details = {"clients": clients, "service_p95": through.first_p95, "model_p95": alone.first_p95}
        yield Figure(f"first_words_added_p95_{clients}", added, "ms", {**details, "service_p50": through.first_p50})


def beside_the_gateway(written: Seen, model: int) -> Iterator[Figure]:
    """Compare answers that the model wrote with what a gateway passes on from it; ours searched and kept account."""
    details: dict[str, object] = {"connections": AT_ONCE, "sdk_alone": uvloop.run(by_the_sdk_alone(model))}
    with gateway.serving(model) as (port, trouble):
        if port:
            passed = asked(port, "/v1/chat/completions", ASKED, requests=REQUESTS // 4)
            details |= {"litellm": passed.per_second, "times_litellm": written.per_second / passed.per_second}
        else:
            details["litellm"] = trouble
    yield Figure("written_answers", written.per_second, "answers/s", details)


async def by_the_sdk_alone(model: int) -> float:
    """Return the streamed answers per second that the openai package reads in a process that does nothing else."""
    connection = Connection(f"http://127.0.0.1:{model}/v1", "", Patience(PATIENCE_SECONDS))
    client = await connection.client()

    async def ask() -> None:
        for _ in range(REQUESTS // AT_ONCE):
            stream = await client.chat.completions.create(**ASKED, stream=True)  # type: ignore[call-overload]
            async for _ in stream:
                pass

    started = time.perf_counter()
    await asyncio.gather(*(ask() for _ in range(AT_ONCE)))
    seconds = time.perf_counter() - started
    await connection.close()
    return REQUESTS / seconds


def asked(port: int, path: str, body: dict[str, Any], connections: int = AT_ONCE, requests: int = REQUESTS) -> Seen:
    """Warm up and put the load."""
    seen(Load(port, path, 2 * connections, connections, body))
    return seen(Load(port, path, requests, connections, body))


def prepare(client: httpx.Client) -> None:
    """Take a document in."""
    client.post("knowledge/bases", json={"name": "Default"}).raise_for_status()
    document = client.post("knowledge/bases/default/documents", files={"file": ("pumps.md", TEXT)}).raise_for_status()
    status = f"knowledge/documents/{document.json()['document_id']}/status"
    while client.get(status).raise_for_status().json()["status"] != "ready":
        pass


@contextmanager
def instant_model() -> Iterator[int]:
    """Start the model and yield its port."""
    command = [sys.executable, "-m", "tests.bench.instant_model"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        try:
            yield int(child.stdout.readline())
        finally:
            child.terminate()


if __name__ == "__main__":
    show(measure())
