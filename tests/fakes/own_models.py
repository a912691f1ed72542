"""Servers of models as people run them themselves, and Azure OpenAI: each refuses what the real one refuses.

Written after the published sources and manuals of Ollama and vLLM, and the manual of Azure OpenAI's v1 routes. None of
them says `Retry-After`. Fields that a server does not know it passes over, as Ollama and vLLM do.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.fakes.openai_server import base64_of
from tests.fakes.vocabulary import vocabulary_tokens

ANSWER = "Ada Quill built the Skerry lighthouse [1]."
WHOLE_WINDOW = 1_000_000
SAME = {"beacon": "lighthouse"}
"""What an embedder knows to be alike, and no search by words."""


class Refused(Exception):
    """What a server answers instead of what was asked for."""

    def __init__(self, response: Response) -> None:
        """Hold the answer."""
        super().__init__(response.status_code)
        self.response = response


@dataclass
class OwnModels:
    """A server with models that write (`chat`), embed (`embedding`: lengths of vectors) or rerank, under `prefix`.

    `window` is how many tokens prompt and answer may have together. `asked` keeps the bodies that were accepted.
    """

    chat: tuple[str, ...] = ()
    embedding: Mapping[str, int] = field(default_factory=dict)
    rerank: tuple[str, ...] = ()
    key: str = ""
    window: int = WHOLE_WINDOW
    prefix: str = "/v1"
    asked: list[dict[str, Any]] = field(default_factory=list)

    def app(self) -> Starlette:
        """Return the routes that this server has; every other one is answered with 404."""
        routes = [Route(f"{self.prefix}/models", self._models, methods=["GET"])]
        if self.chat:
            routes.append(Route(f"{self.prefix}/chat/completions", self._chat, methods=["POST"]))
        if self.embedding:
            routes.append(Route(f"{self.prefix}/embeddings", self._embed, methods=["POST"]))
        if self.rerank:
            routes.append(Route(f"{self.prefix}/rerank", self._rerank, methods=["POST"]))
        handlers: Any = {Refused: lambda _, refused: refused.response, 404: lambda *_: self._no_route()}
        return Starlette(routes=routes, exception_handlers=handlers)

    def _no_route(self) -> Response:
        return JSONResponse({"detail": "Not Found"}, 404)

    def _check_key(self, request: Request) -> None:
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            raise Refused(self._wrong_key())

    def _wrong_key(self) -> Response:
        return JSONResponse({"error": "Unauthorized"}, 401)

    def _no_model(self, name: str) -> Response:
        return failure(404, f"The model `{name}` does not exist.", "NotFoundError", "model", 404)

    async def _models(self, request: Request) -> Response:
        self._check_key(request)
        names = [*self.chat, *self.embedding, *self.rerank]
        rows = [{"id": each, "object": "model", "created": 1, "owned_by": "library"} for each in names]
        return JSONResponse({"object": "list", "data": rows})

    async def _body(self, request: Request, names: Any) -> dict[str, Any]:
        self._check_key(request)
        body: dict[str, Any] = json.loads(await request.body())
        if self._named(body["model"]) not in names:
            raise Refused(self._no_model(body["model"]))
        self.asked.append(body)
        return body

    def _named(self, name: str) -> str:
        return name

    async def _chat(self, request: Request) -> Response:
        body = await self._body(request, self.chat)
        self._check_chat(body)
        if body.get("stream"):
            return StreamingResponse(stream(body), media_type="text/event-stream")
        choice = {"index": 0, "message": {"role": "assistant", "content": ANSWER}, "finish_reason": "stop"}
        return JSONResponse({"object": "chat.completion", "model": body["model"], "choices": [choice]} | usage(body))

    def _check_chat(self, body: dict[str, Any]) -> None:
        if body.get("stream_options") and not body.get("stream"):
            raise Refused(failure(400, "Stream options can only be defined when `stream=True`.", "BadRequestError"))
        read, most = prompt_tokens(body), body.get("max_completion_tokens") or body.get("max_tokens") or 0
        if read + most > self.window:
            says = f"This model's maximum context length is {self.window} tokens. However, you requested {read + most}."
            raise Refused(failure(400, says, "BadRequestError", None, 400))

    async def _embed(self, request: Request) -> Response:
        body = await self._body(request, self.embedding)
        length = self.embedding[self._named(body["model"])]
        if body.get("dimensions") not in (None, length):
            raise Refused(failure(400, "this model does not take other dimensions", "BadRequestError", None, 400))
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        vectors = [vector(text, length) for text in texts]
        written = [base64_of(each) if body.get("encoding_format") == "base64" else each for each in vectors]
        rows = [{"object": "embedding", "index": place, "embedding": each} for place, each in enumerate(written)]
        return JSONResponse({"object": "list", "data": rows, "model": body["model"], "usage": {"prompt_tokens": 1}})

    async def _rerank(self, request: Request) -> Response:
        body = await self._body(request, self.rerank)
        asked = set(body["query"].lower().split())
        scores = [len(asked & set(text.lower().split())) / len(asked) for text in body["documents"]]
        rows = [
            {"index": place, "document": {"text": body["documents"][place]}, "relevance_score": scores[place]}
            for place in sorted(range(len(scores)), key=lambda place: -scores[place])
        ]
        return JSONResponse({"id": "rerank-1", "model": body["model"], "usage": {"total_tokens": 9}, "results": rows})


class Ollama(OwnModels):
    """Asks for no key, knows `max_tokens` alone, cuts what is too long without a word, and does not rerank."""

    def _no_route(self) -> Response:
        return PlainTextResponse("404 page not found", 404)

    def _no_model(self, name: str) -> Response:
        return failure(404, f"model '{name}' not found", "not_found_error")

    def _named(self, name: str) -> str:
        return name if ":" in name else f"{name}:latest"

    def _check_chat(self, body: dict[str, Any]) -> None:
        body.pop("max_completion_tokens", None)


class Vllm(OwnModels):
    """One model to a server, one key for all its routes, and a window that is not exceeded."""


class AzureDeployments(OwnModels):
    """Deployments by their own names; those that reason take no temperature and no `max_tokens`."""

    def _no_route(self) -> Response:
        return JSONResponse({"error": {"code": "404", "message": "Resource not found"}}, 404)

    def _no_model(self, name: str) -> Response:
        error = {"code": "DeploymentNotFound", "message": "The API deployment for this resource does not exist."}
        return JSONResponse({"error": error}, 404)

    def _wrong_key(self) -> Response:
        error = {"code": "401", "message": "Access denied due to invalid subscription key or wrong API endpoint."}
        return JSONResponse({"error": error}, 401)

    def _check_chat(self, body: dict[str, Any]) -> None:
        for name in ("temperature", "max_tokens"):
            if name in body:
                says = f"Unsupported parameter: '{name}' is not supported with this model."
                raise Refused(failure(400, says, "invalid_request_error", name, "unsupported_parameter"))


def failure(
    status: int, message: str, kind: str, param: str | None = None, code: str | int | None = None
) -> JSONResponse:
    """Return an error in the form of the API."""
    return JSONResponse({"error": {"message": message, "type": kind, "param": param, "code": code}}, status)


def stream(body: dict[str, Any]) -> Any:
    """Yield the answer word by word, and its usage where it was asked for."""
    pieces = ANSWER.split(" ")
    for place, word in enumerate(pieces):
        yield event(body, {"content": f" {word}" if place else word}, None)
    yield event(body, {}, "stop")
    if (body.get("stream_options") or {}).get("include_usage"):
        counted = {"object": "chat.completion.chunk", "model": body["model"], "choices": [], **usage(body)}
        yield f"data: {json.dumps(counted)}\n\n"
    yield "data: [DONE]\n\n"


def event(body: dict[str, Any], delta: dict[str, str], finish_reason: str | None) -> str:
    """Return a chunk of the stream."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": "", **delta}, "finish_reason": finish_reason}
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": body["model"], "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n"


def usage(body: dict[str, Any]) -> dict[str, Any]:
    """Return the usage, without the details that none of these servers is sure to give."""
    read, written = prompt_tokens(body), vocabulary_tokens(ANSWER)
    return {"usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}}


def prompt_tokens(body: dict[str, Any]) -> int:
    """Count what a conversation has."""
    return sum(vocabulary_tokens(each["content"]) for each in body["messages"])


def vector(text: str, length: int) -> list[float]:
    """Return a vector of unit length that is near to that of a text with the same words."""
    row = [0.0] * length
    for word in text.lower().split():
        row[int.from_bytes(hashlib.sha256(SAME.get(word, word).encode()).digest()[:4], "big") % length] += 1.0
    size = math.sqrt(sum(each * each for each in row)) or 1.0
    return [each / size for each in row] if any(row) else [1.0, *row[1:]]
