"""Document Intelligence as the service answers: one version of its API, a document taken on first and read later."""

import base64
import json
from collections import deque
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

KEY, TOKEN, API_VERSION = "reader-key", "reader-token", "2024-11-30"
MODEL = "prebuilt-layout"
MODELS = (MODEL, "prebuilt-read")
PARAMETERS = {
    "api-version", "outputContentFormat", "pages", "locale", "features", "stringIndexType", "queryFields", "output"
}  # fmt: skip
FORMATS = ("text", "markdown")
MOST_BYTES = 500 * 1024 * 1024
PAGE_BREAK = "\n\n<!-- PageBreak -->\n\n"


class Refusal(Exception):
    """A request that the service would not take: a status, a code and headers."""

    def __init__(self, status: int, code: str, headers: dict[str, str] | None = None, inner: str = "") -> None:
        super().__init__(code)
        self.error: dict[str, Any] = {"code": code, "message": "refused"}
        if inner:
            self.error["innererror"] = {"code": inner, "message": "refused"}
        self.status, self.headers = status, headers or {}


@dataclass
class Operation:
    """One document being read."""

    model: str
    content_format: str
    content: bytes
    looks_left: float


class DocumentIntelligence:
    """Reads the documents that it was told of; any other content is refused as broken.

    `pages` are the Markdown pages of a content, `failures` the error that reading a content ends in after it was taken
    on. `looks` is how often an operation is looked at before it ends. `refusals` are used up one per request: a status
    with headers. `taken_on` keeps the documents that would be billed.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.pages: dict[bytes, list[str]] = {}
        self.failures: dict[bytes, dict[str, Any]] = {}
        self.looks: float = 1
        self.refusals: deque[tuple[int, dict[str, str]]] = deque()
        self.taken_on: list[bytes] = []
        self._most_bytes = most_bytes
        self._operations: list[Operation] = []
        root = "/documentintelligence/documentModels"
        about = Route("/documentintelligence/info", self._answered(self._about), methods=["GET"])
        self.app = Starlette(
            routes=[
                about,
                Route(f"{root}/{{model}}:analyze", self._answered(self._take_on), methods=["POST"]),
                Route(f"{root}/{{model}}/analyzeResults/{{id:int}}", self._answered(self._look), methods=["GET"]),
            ]
        )

    def _answered(self, action: Any) -> Any:
        async def answer(request: Request) -> Response:
            try:
                self._admit(request)
                return await action(request)  # type: ignore[no-any-return]
            except Refusal as refusal:
                return JSONResponse({"error": refusal.error}, refusal.status, refusal.headers)

        return answer

    def _admit(self, request: Request) -> None:
        if self.refusals:
            status, headers = self.refusals.popleft()
            raise Refusal(status, str(status), headers)
        key, bearer = request.headers.get("ocp-apim-subscription-key"), request.headers.get("authorization")
        if key != KEY and bearer != f"Bearer {TOKEN}":
            raise Refusal(401, "401")
        if request.query_params.get("api-version") != API_VERSION:
            raise Refusal(404, "404")
        if request.path_params.get("model", MODEL) not in MODELS:
            raise Refusal(404, "NotFound", inner="ModelNotFound")

    async def _about(self, request: Request) -> Response:
        if set(request.query_params) != {"api-version"}:
            raise Refusal(400, "InvalidArgument", inner="InvalidParameter")
        return JSONResponse({"customDocumentModels": {"count": 0, "limit": 20_000}})

    async def _take_on(self, request: Request) -> Response:
        parameters = request.query_params
        content_format = parameters.get("outputContentFormat", "text")
        if not set(parameters) <= PARAMETERS or content_format not in FORMATS:
            raise Refusal(400, "InvalidArgument", inner="InvalidParameter")
        content = source(request.headers.get("content-type", ""), await request.body())
        if len(content) > self._most_bytes:
            raise Refusal(400, "InvalidRequest", inner="InvalidContentLength")
        if content not in self.pages and content not in self.failures:
            raise Refusal(400, "InvalidRequest", inner="InvalidContent")
        self.taken_on.append(content)
        model = request.path_params["model"]
        self._operations.append(Operation(model, content_format, content, self.looks))
        number = len(self._operations) - 1
        address = f"{request.base_url}documentintelligence/documentModels/{model}/analyzeResults/{number}"
        return Response(status_code=202, headers={"operation-location": f"{address}?api-version={API_VERSION}"})

    async def _look(self, request: Request) -> Response:
        number = request.path_params["id"]
        if number >= len(self._operations) or self._operations[number].model != request.path_params["model"]:
            raise Refusal(404, "NotFound", inner="OperationNotFound")
        operation = self._operations[number]
        times = {"createdDateTime": "2026-11-25T10:00:00Z", "lastUpdatedDateTime": "2026-11-25T10:00:01Z"}
        operation.looks_left -= 1
        if operation.looks_left > 0:
            return JSONResponse({"status": "running", **times})
        if failure := self.failures.get(operation.content):
            return JSONResponse({"status": "failed", **times, "error": failure})
        return JSONResponse({"status": "succeeded", **times, "analyzeResult": self._result(operation)})

    def _result(self, operation: Operation) -> dict[str, Any]:
        pages = self.pages[operation.content]
        return {
            "apiVersion": API_VERSION,
            "modelId": operation.model,
            "stringIndexType": "textElements",
            "contentFormat": operation.content_format,
            "content": PAGE_BREAK.join(pages),
            "pages": [{"pageNumber": number, "spans": []} for number in range(1, len(pages) + 1)],
        }


def source(content_type: str, body: bytes) -> bytes:
    """Return the document of a body: the bytes themselves, or one field of a JSON object that has no other."""
    if content_type == "application/octet-stream":
        return body
    if content_type != "application/json":
        raise Refusal(415, "UnsupportedMediaType")
    try:
        fields = json.loads(body)
        if set(fields) != {"base64Source"}:
            raise Refusal(400, "InvalidRequest", inner="InvalidParameter")
        return base64.b64decode(fields["base64Source"], validate=True)
    except (ValueError, TypeError) as error:
        raise Refusal(400, "InvalidRequest", inner="InvalidContent") from error
