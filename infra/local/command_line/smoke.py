"""Try a running service once from end to end: what a deployment is judged by before people are let in."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import perf_counter
from uuid import uuid4

import httpx
from rich.console import Console

from infra.local.command_line.asking import events
from infra.local.command_line.connection import checked, connected, translated
from infra.local.command_line.uploading import followed
from shared.domain.errors import KnowledgeError, Unavailable
from shared.settings import Settings

DONE, FAILED = 0, 1
NAME = "lighthouse.md"
TEXT = "# Skerry\n\nThe Skerry lighthouse was built by Ada Quill in 1911. Its keeper in 1923 was Tom Brand.\n"
QUESTION, EXPECTED = "Who built the Skerry lighthouse?", "Ada Quill"
output = Console(soft_wrap=True, highlight=False)


async def smoke(arguments: Namespace, settings: Settings) -> int:
    """Run every check in order, say how each ended, and leave nothing behind; stop at the first that fails."""
    async with translated(), connected(arguments.url, settings) as client, base_for_now(client) as base:
        checks: tuple[tuple[str, Callable[[], Awaitable[None]]], ...] = (
            ("the service is alive", lambda: alive(client)),
            ("every dependency is ready", lambda: ready(client)),
            ("a document is read", lambda: document_read(client, base, arguments.patience)),
            ("a question is answered with a citation", lambda: answered(client, base)),
            ("an answer is streamed", lambda: streamed(client, base)),
        )
        for name, check in checks:
            started = perf_counter()
            try:
                await check()
            except KnowledgeError as error:
                output.print(f"failed  {name}: {error.message}", style="red", markup=False)
                return FAILED
            output.print(f"ok      {name} ({(perf_counter() - started) * 1000:.0f} ms)", markup=False)
    return DONE


@asynccontextmanager
async def base_for_now(client: httpx.AsyncClient) -> AsyncIterator[str]:
    """Give the name of a knowledge base that is gone afterwards, whatever happens."""
    base = f"smoke-{uuid4().hex[:12]}"
    try:
        yield base
    finally:
        await client.delete(f"knowledge/bases/{base}")


async def alive(client: httpx.AsyncClient) -> None:
    """Raise KnowledgeError unless the process answers."""
    checked(await client.get("health"))


async def ready(client: httpx.AsyncClient) -> None:
    """Raise Unavailable with the names of the dependencies that are down, or KnowledgeError where nobody may ask."""
    response = await client.get("ready")
    if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
        checked(response)
    else:
        down = {name: state for name, state in response.json().get("dependencies", {}).items() if state != "ok"}
        raise Unavailable("; ".join(f"{name}: {state}" for name, state in down.items()) or "the service is not ready")


async def document_read(client: httpx.AsyncClient, base: str, patience: float) -> None:
    """Upload a document and wait until it is ready. Raises KnowledgeError where that fails or takes too long."""
    checked(await client.post("knowledge/bases", json={"name": base}))
    files = {"file": (NAME, TEXT.encode(), "text/markdown")}
    received = checked(await client.post(f"knowledge/bases/{base}/documents", files=files)).json()
    try:
        document = await asyncio.wait_for(followed(client, received["document_id"]), patience)
    except TimeoutError:
        raise Unavailable(f"the document is not ready after {patience:g} s") from None
    if document["status"] != "ready":
        raise KnowledgeError(f"the document is {document['status']}: {document['reason']}")


async def answered(client: httpx.AsyncClient, base: str) -> None:
    """Raise KnowledgeError unless the answer says what the document says, and cites it."""
    body = {"query": QUESTION, "kb_id": base, "use_cache": False}
    answer = checked(await client.post("rag/query", json=body)).json()
    if EXPECTED not in answer["answer"]:
        raise KnowledgeError(f"the answer lacks {EXPECTED!r}: {answer['answer'][:200]!r}")
    if [each["title"] for each in answer["sources"]][:1] != [NAME]:
        raise KnowledgeError("the answer does not cite the document")


async def streamed(client: httpx.AsyncClient, base: str) -> None:
    """Raise KnowledgeError unless a stream brings text, references and its end."""
    body = {"kb_id": base, "messages": [{"role": "user", "content": QUESTION}], "use_cache": False}
    seen = [name async for name, _ in events(client, body)]
    missing = {"delta", "refs", "done"} - set(seen)
    if missing:
        raise KnowledgeError(f"the stream lacks {', '.join(sorted(missing))}")
