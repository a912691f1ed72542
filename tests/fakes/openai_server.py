"""A strict OpenAI-compatible server on the loopback, which reranks too as vLLM does, with faults on demand."""

import asyncio
import base64
import json
import struct
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable
from enum import StrEnum
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from tests.fakes.loopback import LoopbackServer
from tests.fakes.openai_requests import CHAT, EMBEDDINGS, RERANK, complaint
from tests.fakes.openai_schemas import held_to, schema_of
from tests.fakes.vocabulary import vocabulary_tokens
from tests.workflow.polling import until

KEY = "sk-loopback"
LONGEST_HOLD = 60.0
"""Seconds after which a held answer that nobody releases ends in an error."""

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
    HELD = "held"  # no byte until `released` is set
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
    OUT_OF_RANGE = "index out of range"
    TWICE = "an index twice"
    NOT_JSON = "an answer that is no JSON"
    PROSE = "an answer of another shape"
    OLD_TOKEN_LIMIT = "max_completion_tokens"  # knows max_tokens alone
    NO_LIST_OF_MODELS = "models"
    FIXED_TEMPERATURE = "temperature"  # takes none
    NO_SCHEMAS = "response_format"  # knows no forms of answers
    NAMELESS = "param"  # says of a field that it does not take in words alone
    HEEDLESS = "no notice"  # takes forms of answers and pays no heed to them
    REFUSED = "refusal"  # a model that is held to a schema says why it does not keep to it


class OpenAIServer(LoopbackServer):
    """Answers chat, chat streams, embeddings and rerank; every request that is not exactly right gets a 4xx.

    `refusals` are statuses with headers, used up before the `faults`. These are used up one per request, None for one
    that goes well, but for those that describe the server itself (`traits`); `faults_of` are those of one chat model.
    `requests` keeps the bodies that were accepted, `refused` counts those with a field that a trait does not take, and
    `left` is set when a client leaves before its answer is complete. What is held is answered once `released` is set.
    """

    def __init__(self, answer: str | Writer = "The pump runs at 40 bar [1].", dimensions: int = 4) -> None:
        """Answer every chat with the text, or with what a writer makes of the request, and embeddings with numbers."""
        self.answer, self.dimensions = answer, dimensions
        self.usages: list[dict[str, Any]] = []
        self.refusals: deque[tuple[int, dict[str, str]]] = deque()
        self.faults: deque[Fault | None] = deque()
        self.faults_of: dict[str, deque[Fault | None]] = {}
        self.traits: set[Fault] = set()
        self.key = KEY
        self.requests: list[dict[str, Any]] = []
        self.refused = 0
        self.left = threading.Event()
        self.released = threading.Event()
        routes = [
            Route("/v1/chat/completions", self._chat, methods=["POST"]),
            Route("/v1/models", self._models, methods=["GET"]),
            Route("/v1/embeddings", self._embeddings, methods=["POST"]),
            Route("/v1/rerank", self._rerank, methods=["POST"]),
        ]
        # Azure OpenAI has the same API under a path of its own.
        self._app = Starlette(routes=[*routes, Mount("/openai", routes=routes)])
        super().__init__(self._serve)

    @property
    def endpoint(self) -> str:
        """Where Azure OpenAI's resource would be."""
        return self.address

    @property
    def base_url(self) -> str:
        """Where the API starts."""
        return f"{self.endpoint}/v1"

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The connection itself, so that a handler can tear it down as a failing network would.
        scope["connection"] = getattr(send, "__self__").transport  # noqa: B009
        await self._app(scope, receive, send)

    async def _chat(self, request: Request) -> Response:
        body, refusal = await self._accepted(request, "chat", CHAT)
        if refusal is not None:
            return refusal
        faults = self.faults_of.get(body["model"]) or self.faults
        fault = faults.popleft() if faults else None
        if fault in EARLY:
            return await self._fail(request, fault)
        if fault is Fault.HELD:
            await until(self.released.is_set, LONGEST_HOLD)
        if body.get("stream"):
            return StreamingResponse(self._stream(request, body, fault), media_type="text/event-stream")
        text, usage = self._written(body)
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
        return JSONResponse({"id": "c1", "object": "chat.completion", "choices": [choice], "usage": usage})

    def _written(self, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        form = None if Fault.HEEDLESS in self.traits else body.get("response_format")
        if isinstance(self.answer, str):
            return held_to(form, self.answer), USAGE
        text = held_to(form, self.answer(body))
        read = sum(vocabulary_tokens(message["content"]) for message in body["messages"])
        # The model reads the schema too, and who asks pays for that.
        read += vocabulary_tokens(schema_of(form))
        written = vocabulary_tokens(text)
        usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
        self.usages.append(usage)
        return text, usage

    async def _stream(self, request: Request, body: dict[str, Any], fault: Fault | None) -> AsyncIterator[str]:
        complete = False
        try:
            yield event({"choices": [], "prompt_filter_results": []})
            text, usage = self._written(body)
            if fault is Fault.REFUSED:
                text = ""
                yield event(delta({"refusal": "I cannot help with that."}))
            words = text.split(" ")
            for place, word in enumerate(words):
                if place == len(words) // 2 and fault in MIDDLE:
                    async for piece in self._interrupt(request, fault):
                        yield piece
                    return
                yield event(delta({"content": word if place == 0 else f" {word}"}))
            yield event(delta({}, "content_filter" if fault is Fault.FILTERED_LATER else "stop"))
            if body.get("stream_options") and fault is not Fault.NO_USAGE:
                yield event({"choices": [], "usage": usage, "model": f"{body['model']}-2026-01-01"})
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
        if request.headers.get("authorization") != f"Bearer {self.key}":
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

    async def _rerank(self, request: Request) -> Response:
        body, refusal = await self._accepted(request, "rerank", RERANK)
        if refusal is not None:
            return refusal
        fault = self.faults.popleft() if self.faults else None
        if fault in EARLY:
            return await self._fail(request, fault)
        if fault in (Fault.NOT_JSON, Fault.PROSE):
            return Response("{not json" if fault is Fault.NOT_JSON else '["fine"]', media_type="application/json")
        results = ranked(body, fault)
        # NaN is no JSON, but Python's servers write it.
        answer = json.dumps({"id": "r1", "results": results, "usage": {"total_tokens": 7 * len(body["documents"])}})
        return Response(answer, media_type="application/json")

    async def _accepted(self, request: Request, kind: str, rules: Any) -> tuple[dict[str, Any], Response | None]:
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return {}, refusal(401, "invalid_api_key", "the key is wrong or missing")
        if request.headers.get("content-type") != "application/json":
            return {}, refusal(415, "unsupported_media_type", "send application/json")
        body = json.loads(await request.body())
        wrong = complaint(kind, rules, body)
        if wrong is not None:
            return {}, refusal(400, "invalid_request_error", f"{wrong[0]}: {wrong[1]}", param=wrong[0])
        for trait in self.traits:
            if trait.value in body:
                self.refused += 1
                code = "unsupported_value" if trait is Fault.FIXED_TEMPERATURE else "unsupported_parameter"
                named = None if Fault.NAMELESS in self.traits else trait.value
                return {}, refusal(400, code, f"Unsupported parameter: '{trait.value}'", param=named)
        self.requests.append(body)
        if self.refusals:
            status, headers = self.refusals.popleft()
            return {}, refusal(status, "refused", "not now", headers=headers)
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


def ranked(body: dict[str, Any], fault: Fault | None) -> list[dict[str, Any]]:
    """Return the documents' scores, best first: a document is as relevant as it holds words of the query."""
    asked = set(body["query"].lower().split())
    scores = [len(asked & set(text.lower().split())) / len(asked) for text in body["documents"]]
    order = sorted(range(len(scores)), key=lambda place: -scores[place])[: body.get("top_n")]
    results: list[dict[str, Any]] = [{"index": place, "relevance_score": scores[place]} for place in order]
    match fault:
        case Fault.OUT_OF_RANGE:
            results[0]["index"] = len(scores)
        case Fault.TWICE:
            results[0]["index"] = results[-1]["index"]
        case Fault.ROW_MISSING:
            results.pop()
        case Fault.NOT_A_NUMBER:
            results[0]["relevance_score"] = float("nan")
    return results


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
