"""Content Safety as the service answers: Prompt Shields and the analysis of texts, within the limits of a request."""

import json
from collections import deque
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

KEY, TOKEN = "shield-key", "shield-token"
SHIELD_VERSIONS, ANALYSIS_VERSIONS = ("2024-09-01",), ("2023-10-01", "2024-09-01")
MOST_CHARACTERS, MOST_DOCUMENTS = 10_000, 5
CATEGORIES = ("Hate", "SelfHarm", "Sexual", "Violence")
ANALYSIS_FIELDS = {"text", "categories", "blocklistNames", "haltOnBlocklistHit", "outputType"}
ATTACK = "ignore all previous instructions"
"""Words that this shield takes for an attack, wherever they stand."""


class Refusal(Exception):
    """A request that the service would not take: a status, a code and headers."""

    def __init__(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.headers = status, code, headers or {}


class ContentSafety:
    """Finds ATTACK, and words of `harm` with the severity of violence that they have.

    `refusals` are used up one per request: a status with headers. `shielded` and `analysed` keep the bodies that were
    accepted.
    """

    def __init__(self) -> None:
        self.harm: dict[str, int] = {}
        self.refusals: deque[tuple[int, dict[str, str]]] = deque()
        self.shielded: list[dict[str, Any]] = []
        self.analysed: list[dict[str, Any]] = []
        self.app = Starlette(
            routes=[
                Route("/contentsafety/text:shieldPrompt", self._answered(self._shield), methods=["POST"]),
                Route("/contentsafety/text:analyze", self._answered(self._analyse), methods=["POST"]),
                Route("/contentsafety/text/blocklists", self._answered(self._block_lists), methods=["GET"]),
            ]
        )

    def _answered(self, action: Any) -> Any:
        async def answer(request: Request) -> Response:
            try:
                self._admit(request)
                return JSONResponse(action(request, await body_of(request)))
            except Refusal as refusal:
                body = {"error": {"code": refusal.code, "message": "refused"}}
                return JSONResponse(body, refusal.status, refusal.headers)

        return answer

    def _admit(self, request: Request) -> None:
        if self.refusals:
            status, headers = self.refusals.popleft()
            raise Refusal(status, str(status), headers)
        key, bearer = request.headers.get("ocp-apim-subscription-key"), request.headers.get("authorization")
        if key != KEY and bearer != f"Bearer {TOKEN}":
            raise Refusal(401, "401")

    def _shield(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        check_version(request, SHIELD_VERSIONS)
        prompt, documents = body.get("userPrompt", ""), body.get("documents", [])
        texts = [prompt, *documents] if isinstance(documents, list) else [None]
        if not set(body) <= {"userPrompt", "documents"} or not all(isinstance(each, str) for each in texts):
            raise Refusal(400, "InvalidRequestBody")
        if not (prompt or documents) or any(not each.strip() for each in documents):
            raise Refusal(400, "InvalidRequestBody")
        if len(documents) > MOST_DOCUMENTS or max(len(prompt), sum(map(len, documents))) > MOST_CHARACTERS:
            raise Refusal(400, "InvalidRequestBody")
        self.shielded.append(body)
        answer: dict[str, Any] = {"documentsAnalysis": [{"attackDetected": ATTACK in each} for each in documents]}
        if "userPrompt" in body:
            answer["userPromptAnalysis"] = {"attackDetected": ATTACK in prompt}
        return answer

    def _block_lists(self, request: Request, _: dict[str, Any]) -> dict[str, Any]:
        check_version(request, ANALYSIS_VERSIONS)
        return {"value": []}

    def _analyse(self, request: Request, body: dict[str, Any]) -> dict[str, Any]:
        check_version(request, ANALYSIS_VERSIONS)
        text = body.get("text")
        if not set(body) <= ANALYSIS_FIELDS or not isinstance(text, str) or not 0 < len(text) <= MOST_CHARACTERS:
            raise Refusal(400, "InvalidRequestBody")
        self.analysed.append(body)
        severity = max((severity for word, severity in self.harm.items() if word in text), default=0)
        found = [{"category": each, "severity": severity if each == "Violence" else 0} for each in CATEGORIES]
        return {"blocklistsMatch": [], "categoriesAnalysis": found}


async def body_of(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request, none of one that carries nothing. Raises Refusal for anything else."""
    if request.method == "GET":
        return {}
    if request.headers.get("content-type") != "application/json":
        raise Refusal(415, "UnsupportedMediaType")
    return parsed(await request.body())


def check_version(request: Request, versions: tuple[str, ...]) -> None:
    """Raise Refusal for a version of the API that has not got the route, and for any other parameter."""
    parameters = dict(request.query_params)
    if parameters.pop("api-version", "") not in versions or parameters:
        raise Refusal(400, "InvalidParameter")


def parsed(content: bytes) -> dict[str, Any]:
    """Return the JSON object of a body. Raises Refusal for anything else."""
    try:
        body = json.loads(content)
    except ValueError as error:
        raise Refusal(400, "InvalidRequestBody") from error
    if not isinstance(body, dict):
        raise Refusal(400, "InvalidRequestBody")
    return body
