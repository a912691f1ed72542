"""The commands that talk to a service: each returns an exit code."""

import json
from argparse import Namespace
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from infra.local.command_line import asking, uploading
from infra.local.command_line.connection import checked, connected, translated
from infra.local.command_line.evaluating import evaluate
from infra.local.command_line.smoke import smoke
from shared.domain.errors import NotFound
from shared.settings import Settings

DONE, FAILED = 0, 1
output = Console()
notes = Console(stderr=True)


async def ingest(arguments: Namespace, settings: Settings) -> int:
    """Put files into a base; fails when one of them did."""
    files = uploading.sources(arguments.paths)
    async with translated(), connected(arguments.url, settings) as client:
        documents = await uploading.ingest(client, arguments.kb, files, notes)
    failed = [each for each in documents if each["status"] == "failed"]
    if arguments.json:
        write_json(documents)
    else:
        output.print(f"{len(documents) - len(failed)} ready, {len(failed)} failed")
        for each in failed:
            output.print(f"  {each['name']}: {each['reason']}", markup=False, highlight=False)
    return FAILED if failed else DONE


async def ask(arguments: Namespace, settings: Settings) -> int:
    """Answer a question."""
    async with translated(), connected(arguments.url, settings) as client:
        if not arguments.json:
            await asking.ask(client, arguments.kb, arguments.question, arguments.top_k, output)
            return DONE
        body = {"query": arguments.question, "kb_id": arguments.kb, "top_k": arguments.top_k}
        write_json(checked(await client.post("rag/query", json=body)).json())
    return DONE


async def search(arguments: Namespace, settings: Settings) -> int:
    """Show passages, entities and relations."""
    body = {
        "query": arguments.question,
        "kb_id": arguments.kb,
        "top_k": arguments.top_k,
        "search_type": arguments.type,
    }
    async with translated(), connected(arguments.url, settings) as client:
        found = checked(await client.post("search/graph", json=body)).json()
    if arguments.json:
        write_json(found)
        return DONE
    for hit in found["results"]:
        output.print(f"{hit['score']:.3f}  {hit['title']}, page {hit['page']}", style="cyan", markup=False)
        output.print(f"       {' '.join(hit['content'].split())[:300]}", markup=False, highlight=False)
    names = {each["id"]: each["name"] for each in found["graph_context"]["entities"]}
    for each in found["graph_context"]["relations"]:
        source, target = names.get(each["source"]), names.get(each["target"])
        if source and target:
            output.print(f"{source} -{each['type']}-> {target}  ({each['confidence']:.2f})", markup=False)
    return DONE


async def status(arguments: Namespace, settings: Settings) -> int:
    """Show one document, or all of a base."""
    async with translated(), connected(arguments.url, settings) as client:
        if arguments.document:
            found = [await named(client, arguments.kb, arguments.document)]
        else:
            found = [each async for each in uploading.documents(client, arguments.kb)]
    if arguments.json:
        write_json(found)
        return DONE
    table = Table("document", "status", "pages", "chunks", "entities", "seconds", "reason", box=None)
    for each in found:
        counts = [str(each[name]) for name in ("pages", "chunk_count", "entity_count")]
        table.add_row(each["name"], each["status"], *counts, f"{each['processing_time']:.2f}", each["reason"])
    output.print(table)
    return DONE


async def delete(arguments: Namespace, settings: Settings) -> int:
    """Delete documents."""
    async with translated(), connected(arguments.url, settings) as client:
        for wanted in arguments.documents:
            document = await named(client, arguments.kb, wanted)
            checked(await client.delete(f"knowledge/documents/{document['document_id']}"))
            if not arguments.json:
                output.print(f"deleted {document['name']}", markup=False, highlight=False)
    if arguments.json:
        write_json({"deleted": arguments.documents})
    return DONE


async def named(client: httpx.AsyncClient, base: str, wanted: str) -> dict[str, Any]:
    """Find a document by its id or its name. Raises NotFound."""
    async for each in uploading.documents(client, base):
        if wanted in (each["document_id"], each["name"]):
            return each
    raise NotFound(f"there is no document {wanted!r} in the knowledge base {base!r}")


def write_json(value: object) -> None:
    """Print a value as JSON."""
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201


COMMANDS: dict[str, Callable[[Namespace, Settings], Coroutine[Any, Any, int]]] = {
    "ingest": ingest,
    "ask": ask,
    "search": search,
    "status": status,
    "delete": delete,
    "smoke": smoke,
    "eval": evaluate,
}
