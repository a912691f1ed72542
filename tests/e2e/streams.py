"""Answers as streams of events, written as the service writes them: whole ones, and one that never ends."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\nconnection: close\r\n\r\n"

METRICS = {
    "retrieval_latency": 12.0,
    "rerank_latency": 0.0,
    "generation_latency": 800.0,
    "total_latency": 812.0,
    "tokens_used": 420,
    "cost_usd": 0.00042,
    "cache_hit": False,
}


def event(name: str, value: object) -> str:
    """Write one event."""
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"


def answer(pieces: Iterable[str], sources: list[dict[str, Any]], **more: Any) -> str:
    """Write a whole answer."""
    done = {
        "finish_reason": "stop",
        "answer": "".join(pieces),
        "metrics": METRICS,
        "confidence": 0.8,
        "features_used": [],
        "query_classifier": {"type": "factual", "complexity": "simple", "strategy": "local"},
        "model_used": "a-model",
        **more,
    }
    deltas = "".join(event("delta", {"text": each}) for each in pieces)
    return ": open\n\n" + deltas + event("refs", {"sources": sources}) + event("done", done)


def source(number: int, title: str, content: str, quote: str) -> dict[str, Any]:
    """Write one source."""
    return {"number": number, "document_id": "d", "chunk_id": "c", "title": title, "content": content, "quote": quote,
            "score": 1.0, "page": 1, "start": 0, "end": len(content)}  # fmt: skip


@dataclass
class Endless:
    """A server whose answers begin and never end; `left` is set when the one who asked goes away."""

    address: str
    left: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def endless(text: str) -> AsyncIterator[Endless]:
    """Serve the beginning of an answer, for as long as the block runs."""
    started = Endless("")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b": open\n\n" + event("delta", {"text": text}).encode())
        await writer.drain()
        while await reader.read(4096):
            pass
        started.left.set()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    started.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield started
