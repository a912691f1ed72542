"""An OpenAI-compatible server on 127.0.0.1 that answers at once, in every system's format, and counts."""

import base64
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from shared.text.tokens import count_tokens
from tests.fakes.openai_schemas import held_to, schema_of
from tests.peers.replies import reply
from tests.peers.vectors import vector

PATIENCE_SECONDS = 10


class CountingServer:
    """Counts calls, tokens of prompts and completions, embedding requests and texts, for whoever calls."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.app = Starlette(
            routes=[
                Route("/v1/chat/completions", self.chat, methods=["POST"]),
                Route("/v1/embeddings", self.embeddings, methods=["POST"]),
                Route("/v1/models", self.models, methods=["GET"]),
                Route("/counts", self.show, methods=["GET"]),
            ]
        )

    async def chat(self, request: Request) -> Response:
        """Answer a conversation, whole or as a stream of one piece."""
        body = await request.json()
        messages = [text_of(each["content"]) for each in body["messages"]]
        form = body.get("response_format")
        answer = reply(messages)
        text = held_to(form, answer.text)
        usage = used(sum(map(count_tokens, [*messages, schema_of(form)])), count_tokens(text))
        self.kinds[answer.kind] += 1
        self.counts.update(calls=1, prompt_tokens=usage["prompt_tokens"], completion_tokens=usage["completion_tokens"])
        head = {"id": "c1", "created": int(time.time()), "model": body["model"]}
        if body.get("stream"):
            return StreamingResponse(streamed(head, text, usage), media_type="text/event-stream")
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return JSONResponse({**head, "object": "chat.completion", "choices": [choice], "usage": usage})

    async def embeddings(self, request: Request) -> Response:
        """Embed one text or several, as numbers or in base64."""
        body = await request.json()
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        self.counts.update(embedding_requests=1, embedded_texts=len(texts))
        packed = body.get("encoding_format") == "base64"
        rows = [
            {"object": "embedding", "index": place, "embedding": written(text, packed=packed)}
            for place, text in enumerate(texts)
        ]
        usage = used(sum(map(count_tokens, texts)), 0)
        return JSONResponse({"object": "list", "data": rows, "model": body["model"], "usage": usage})

    async def models(self, request: Request) -> Response:
        """Show that somebody is there."""
        model = {"id": "counting", "object": "model", "created": 1, "owned_by": "tests"}
        return JSONResponse({"object": "list", "data": [model]})

    async def show(self, request: Request) -> Response:
        """Say what was counted so far."""
        return JSONResponse({"counts": self.counts, "kinds": self.kinds})


@contextmanager
def counting() -> Iterator[str]:
    """Serve on a free port of 127.0.0.1 until the block ends; yields the address without a path."""
    config = uvicorn.Config(CountingServer().app, host="127.0.0.1", port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.005)
        if not thread.is_alive():
            raise RuntimeError("the loopback server did not start")
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join(PATIENCE_SECONDS)


def text_of(content: Any) -> str:
    """Return the text of a message, which may come in parts."""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def used(prompt: int, completion: int) -> dict[str, int]:
    """Return a usage as the API writes it."""
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def streamed(head: dict[str, Any], text: str, usage: dict[str, int]) -> Iterator[str]:
    """Return the events of a stream."""
    piece = {**head, "object": "chat.completion.chunk"}
    delta = {"role": "assistant", "content": text}
    choices = ([{"index": 0, "delta": delta}], [{"index": 0, "delta": {}, "finish_reason": "stop"}])
    for each in choices:
        yield f"data: {json.dumps({**piece, 'choices': each})}\n\n"
    yield f"data: {json.dumps({**piece, 'choices': [], 'usage': usage})}\n\n"
    yield "data: [DONE]\n\n"


def written(text: str, *, packed: bool) -> str | list[float]:
    """Write the vector of a text."""
    row = vector(text)
    return base64.b64encode(row.astype("<f4").tobytes()).decode() if packed else row.tolist()
