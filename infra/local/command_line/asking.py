"""Ask a question and show the answer as it is written."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
from rich.console import Console

from infra.local.command_line.connection import checked
from shared.domain.errors import KnowledgeError


async def events(client: httpx.AsyncClient, body: dict[str, Any]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Ask, and read the server-sent events one by one."""
    async with client.stream("POST", "chat/stream", json=body) as response:
        if not response.is_success:
            await response.aread()
        checked(response)
        name = ""
        async for line in response.aiter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))


async def ask(client: httpx.AsyncClient, base: str, question: str, top_k: int, console: Console) -> None:
    """Print the answer while it comes, then what it cites and what it took. Raises KnowledgeError on an error event."""
    body = {"kb_id": base, "top_k": top_k, "messages": [{"role": "user", "content": question}]}
    async for name, value in events(client, body):
        match name:
            case "delta":
                console.print(value["text"], end="", markup=False, highlight=False, soft_wrap=True)
            case "refs":
                print_sources(value["sources"], console)
            case "error":
                raise KnowledgeError(value["message"])
            case "done":
                print_metrics(value, console)


def print_sources(sources: list[dict[str, Any]], console: Console) -> None:
    """Print the cited passages, one line each."""
    console.print("\n")
    for source in sources:
        where = f"[{source['number']}] {source['title']}, page {source['page']}"
        console.print(where, style="cyan", markup=False, highlight=False)
        console.print(
            f"    “{' '.join(source['quote'].split())}”", style="dim", markup=False, highlight=False, soft_wrap=True
        )


def print_metrics(value: dict[str, Any], console: Console) -> None:
    """Print times, model and cost in one line."""
    metrics = value["metrics"]
    parts = (
        f"retrieval {metrics['retrieval_latency']:.1f} ms",
        f"answer {metrics['generation_latency']:.1f} ms",
        f"total {metrics['total_latency']:.1f} ms",
        f"model {value['model_used']}",
        f"{metrics['tokens_used']} tokens",
        f"${metrics['cost_usd']:.6f}",
        f"confidence {value['confidence']:.2f}",
    )
    console.print(" · ".join(parts), style="green", markup=False, highlight=False, soft_wrap=True)
