"""A strict OpenAI-compatible server on the loopback, with faults on demand."""

import asyncio
import base64
import json
import struct
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable
from enum import StrEnum
from types import TracebackType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.fakes.openai_requests import CHAT, EMBEDDINGS, complaint
from tests.fakes.vocabulary import vocabulary_tokens

KEY = "sk-loopback"
Writer = Callable[[dict[str, Any]], str]
"""Makes a text of the body of a request."""

USAGE = {
    "prompt_tokens": 120,
    "completion_tokens": 30,
    "total_tokens": 150,
    "prompt_tokens_details": {"cached_tokens": 20},
    "completion_tokens_details": {"reasoning_tokens": 10},
}


class Fault(StrEnum):
    """What goes wrong with one request."""

    RATE_LIMITED = "429"
    BROKEN = "500"
    SLOW = "slow"  # no byte until the client leaves
    STALLED = "stalled"  # a stream that stops in the middle until the client leaves
    RESET = "reset"  # the connection is torn down without an answer
    TRUNCATED = "truncated"  # a stream that ends in the middle
    CUT_OFF = "cut off"  # a stream whose connection is torn down in the middle
    BAD_JSON = "bad json"
    FILTERED = "content filter"
    FILTERED_LATER = "content filter in the stream"
    NO_USAGE = "no usage"
    WRONG_DIMENSION = "wrong dimension"
    ROW_MISSING = "row missing"
    NOT_A_NUMBER = "nan"
    ZEROS = "zeros"
    OLD_TOKEN_LIMIT = "max_completion_tokens"  # knows max_tokens alone
    NO_LIST_OF_MODELS = "models"
    FIXED_TEMPERATURE = "temperature"  # takes none


class OpenAIServer:
    """Answers chat, chat streams and embeddings; every request that is not exactly right gets a 4xx.

    `faults` are used up one per request, but for those that describe the server itself (`traits`). `requests` keeps
    the bodies that were accepted, and `left` is set when a client leaves before its answer is complete.
    """

    def __init__(self, answer: str | Writer = "The pump runs at 40 bar [1].", dimensions: int = 4) -> None:
        """Answer every chat with the text, or with what a writer makes of the request, and embeddings with numbers."""
        self.answer, self.dimensions = answer, dimensions
        self.usages: list[dict[str, Any]] = []
        self.faults: deque[Fault] = deque()
        self.traits: set[Fault] = set()
        self.requests: list[dict[str, Any]] = []
        self.left = threading.Event()
        routes = [
            Route("/v1/chat/completions", self._chat, methods=["POST"]),
            Route("/v1/models", self._models, methods=["GET"]),
            Route("/v1/embeddings", self._embeddings, methods=["POST"]),
        ]
        self._app = Starlette(routes=routes)
        config = uvicorn.Config(
            self._serve, host="127.0.0.1", port=0, log_level="critical", http="h11", lifespan="off", interface="asgi3"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def base_url(self) -> str:
        """Where the API starts."""
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}/v1"

    def __enter__(self) -> "OpenAIServer":
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.005)
            if not self._thread.is_alive():
                raise RuntimeError("the loopback server did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(10)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The connection itself, so that a handler can tear it down as a failing network would.
        scope["connection"] = getattr(send, "__self__").transport  # noqa: B009
        await self._app(scope, receive, send)

    async def _chat(self, request: Request) -> Response:
        body, refusal = await self._accepted(request, "chat", CHAT)
        if refusal is not None:
            return refusal
        fault = self.faults.popleft() if self.faults else None
        if fault in EARLY:
            return await self._fail(request, fault)
        if body.get("stream"):
            return StreamingResponse(self._stream(request, body, fault), media_type="text/event-stream")
        text, usage = self._written(body)
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
        return JSONResponse({"id": "c1", "object": "chat.completion", "choices": [choice], "usage": usage})

    def _written(self, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if isinstance(self.answer, str):
            return self.answer, USAGE
        text = self.answer(body)
        read = sum(vocabulary_tokens(message["content"]) for message in body["messages"])
        written = vocabulary_tokens(text)
        usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
        self.usages.append(usage)
        return text, usage

    async def _stream(self, request: Request, body: dict[str, Any], fault: Fault | None) -> AsyncIterator[str]:
        complete = False
        try:
            yield event({"choices": [], "prompt_filter_results": []})
            text, usage = self._written(body)
            words = text.split(" ")
            for place, word in enumerate(words):
                if place == len(words) // 2 and fault in MIDDLE:
                    async for piece in self._interrupt(request, fault):
                        yield piece
                    return
                yield event(delta({"content": word if place == 0 else f" {word}"}))
            yield event(delta({}, "content_filter" if fault is Fault.FILTERED_LATER else "stop"))
            if body.get("stream_options") and fault is not Fault.NO_USAGE:
                yield event({"choices": [], "usage": usage})
            yield "data: [DONE]\n\n"
            complete = True
        finally:
            if not complete:
                self.left.set()

    async def _interrupt(self, request: Request, fault: Fault) -> AsyncIterator[str]:
        if fault is Fault.STALLED:
            await asyncio.Event().wait()
        if fault is Fault.CUT_OFF:
            request.scope["connection"].abort()
        if fault is Fault.BAD_JSON:
            yield "data: {not json\n\n"

    async def _models(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return refusal(401, "invalid_api_key", "the key is wrong or missing")
        if Fault.NO_LIST_OF_MODELS in self.traits:
            return refusal(404, "not_found", "no such route")
        model = {"id": "loopback", "object": "model", "created": 1, "owned_by": "tests"}
        return JSONResponse({"object": "list", "data": [model]})

    async def _embeddings(self, request: Request) -> Response:
        body, refusal = await self._accepted(request, "embeddings", EMBEDDINGS)
        if refusal is not None:
            return refusal
        fault = self.faults.popleft() if self.faults else None
        if fault in EARLY:
            return await self._fail(request, fault)
        vectors = [self._vector(text, fault) for text in body["input"]]
        if fault is Fault.ROW_MISSING:
            vectors.pop()
        written = [base64_of(each) if body.get("encoding_format") == "base64" else each for each in vectors]
        rows = [{"object": "embedding", "index": place, "embedding": each} for place, each in enumerate(written)]
        usage = {"prompt_tokens": len(body["input"]), "total_tokens": len(body["input"])}
        return JSONResponse({"object": "list", "data": rows, "model": body["model"], "usage": usage})

    def _vector(self, text: str, fault: Fault | None) -> list[float]:
        length = self.dimensions + (fault is Fault.WRONG_DIMENSION)
        if fault is Fault.ZEROS:
            return [0.0] * length
        vector = [float(len(text) + place) for place in range(length)]
        return [float("nan"), *vector[1:]] if fault is Fault.NOT_A_NUMBER else vector

    async def _accepted(self, request: Request, kind: str, rules: Any) -> tuple[dict[str, Any], Response | None]:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return {}, refusal(401, "invalid_api_key", "the key is wrong or missing")
        if request.headers.get("content-type") != "application/json":
            return {}, refusal(415, "unsupported_media_type", "send application/json")
        body = json.loads(await request.body())
        wrong = complaint(kind, rules, body)
        if wrong is not None:
            return {}, refusal(400, "invalid_request_error", f"{wrong[0]}: {wrong[1]}", param=wrong[0])
        for trait in self.traits:
            if trait.value in body:
                code = "unsupported_value" if trait is Fault.FIXED_TEMPERATURE else "unsupported_parameter"
                return {}, refusal(400, code, f"Unsupported parameter: '{trait.value}'", param=trait.value)
        self.requests.append(body)
        return body, None

    async def _fail(self, request: Request, fault: Fault) -> Response:
        if fault is Fault.RATE_LIMITED:
            return refusal(429, "rate_limit_exceeded", "slow down", headers={"retry-after": "7"})
        if fault is Fault.FILTERED:
            return refusal(400, "content_filter", "the prompt was filtered")
        if fault is Fault.SLOW:
            while (await request.receive())["type"] != "http.disconnect":
                continue
            self.left.set()
        if fault is Fault.RESET:
            request.scope["connection"].abort()
        return refusal(500, "server_error", "something broke")


EARLY = (Fault.RATE_LIMITED, Fault.BROKEN, Fault.SLOW, Fault.RESET, Fault.FILTERED)
MIDDLE = (Fault.STALLED, Fault.TRUNCATED, Fault.CUT_OFF, Fault.BAD_JSON)


def event(chunk: dict[str, Any]) -> str:
    """Return a chunk of a chat stream as a server-sent event."""
    return f"data: {json.dumps({'id': 'c1', 'object': 'chat.completion.chunk', 'model': 'loopback', **chunk})}\n\n"


def delta(content: dict[str, str], finish_reason: str | None = None) -> dict[str, Any]:
    """Return the body of a chunk with one choice."""
    return {"choices": [{"index": 0, "delta": content, "finish_reason": finish_reason}]}


def refusal(
    status: int, code: str, message: str, param: str | None = None, headers: dict[str, str] | None = None
) -> Response:
    """Return an error in the form of the API."""
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return JSONResponse({"error": error}, status, headers)


def base64_of(vector: list[float]) -> str:
    """Return a vector as the API writes it in base64: little-endian 32-bit floats."""
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
