"""The stand-in as a server on the loopback, with throttling, failing items and a delay on demand."""

import json
import re
from collections import deque
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.azure_search.definition import Json, changed, checked
from tests.fakes.azure_search.documents import MOST_BYTES, Documents
from tests.fakes.azure_search.queries import MOST_ROWS, answered
from tests.fakes.azure_search.refusal import Refusal
from tests.fakes.loopback import LoopbackServer

KEY, TOKEN, API_VERSION = "search-key", "search-token", "2026-04-01"
INDEX = re.compile(r"/indexes\('([^']+)'\)")


def no_failure(key: str) -> int:
    """Let every item succeed."""
    return 0


class SearchServer(LoopbackServer):
    """Keeps indexes in memory and checks every request before it does anything.

    `refusals` are used up one per request: a status with headers. `item_failure` says the status that an item fails
    with, or 0. `lag` is how many searches still see what was there before the next write; an answer of more than
    `rows_per_answer` rows is continued in the next. `searches`, `batches` and `definitions` keep the bodies that were
    accepted, `statuses` every answer's status; `token` is the one that is taken beside the key.
    """

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        """Serve over TLS where there is a certificate with its key."""
        self.token = TOKEN
        self.indexes: dict[str, Documents] = {}
        self.refusals: deque[tuple[int, dict[str, str]]] = deque()
        self.item_failure: Callable[[str], int] = no_failure
        self.item_retry_after = ""
        self.lag, self.rows_per_answer = 0, MOST_ROWS
        self.searches: list[Json] = []
        self.batches: list[list[Json]] = []
        self.batch_bytes: list[int] = []
        self.definitions: list[Json] = []
        self.statuses: list[int] = []
        self.keeps_batches = True
        self._before: dict[str, dict[str, Json]] = {}
        routes = [Route("/{rest:path}", self._answer, methods=["GET", "PUT", "POST", "DELETE"])]
        super().__init__(Starlette(routes=routes), certificate)

    @property
    def endpoint(self) -> str:
        """Where the service is."""
        return self.address

    async def _answer(self, request: Request) -> Response:
        content = await request.body()
        try:
            response = self._done(request, content)
        except Refusal as refusal:
            body = {"error": {"code": "", "message": refusal.message}}
            response = JSONResponse(body, refusal.status, headers=refusal.headers)
        self.statuses.append(response.status_code)
        return response

    def _done(self, request: Request, content: bytes) -> Response:
        self._admit(request)
        path = request.url.path
        match = INDEX.match(path)
        if match is None:
            raise Refusal(404, "there is no such route")
        name, rest = match[1], path[match.end() :]
        if rest == "":
            return self._index(request, name, content)
        if name not in self.indexes:
            raise Refusal(404, f"No index with the name '{name}' was found in the service")
        if request.method != "POST" or rest not in ("/docs/search.post.search", "/docs/search.index"):
            raise Refusal(404, "there is no such route")
        if request.headers.get("content-type") != "application/json":
            raise Refusal(415, "send application/json")
        return self._search(name, content) if rest.endswith("search") else self._write(name, content)

    def _admit(self, request: Request) -> None:
        if self.refusals:
            status, headers = self.refusals.popleft()
            raise Refusal(status, "made to fail", headers)
        if request.query_params.get("api-version") != API_VERSION:
            raise Refusal(400, f"the api-version is {API_VERSION}")
        key, bearer = request.headers.get("api-key"), request.headers.get("authorization")
        if key is None and bearer is None:
            raise Refusal(401, "a key or a token is needed")
        if key not in (None, KEY):
            raise Refusal(403, "the key is wrong")
        if bearer not in (None, f"Bearer {self.token}"):
            raise Refusal(401, "the token is wrong or has expired")

    def _index(self, request: Request, name: str, content: bytes) -> Response:
        present = self.indexes.get(name)
        if request.method == "PUT":
            if request.headers.get("prefer") != "return=representation":
                raise Refusal(400, "the header Prefer is needed")
            definition = checked(parsed(content))
            if definition["name"] != name:
                raise Refusal(400, "the name in the body is another")
            self.definitions.append(definition)
            if present is None:
                self.indexes[name] = Documents(definition)
            else:
                present.define(changed(present.definition, definition))
            return JSONResponse(definition, 201 if present is None else 200)
        if present is None:
            raise Refusal(404, f"No index with the name '{name}' was found in the service")
        if request.method == "DELETE":
            del self.indexes[name]
            return Response(status_code=204)
        return JSONResponse(present.definition)

    def _search(self, name: str, content: bytes) -> Response:
        body = parsed(content)
        documents = self.indexes[name]
        shown = documents.kept
        if name in self._before:
            self.lag -= 1
            shown = self._before[name] if self.lag >= 0 else shown
            if self.lag <= 0:
                del self._before[name]
        answer, most = answered(documents, shown, body), self.rows_per_answer
        self.searches.append(body)
        if len(answer["value"]) > most:
            left = {"skip": body.get("skip", 0) + most, "top": body.get("top", 50) - most}
            answer = {"value": answer["value"][:most], "@search.nextPageParameters": {**body, **left}}
        return JSONResponse(answer)

    def _write(self, name: str, content: bytes) -> Response:
        if len(content) > MOST_BYTES:
            raise Refusal(413, "a batch has at most 16 MB")
        documents = self.indexes[name]
        actions = documents.checked(parsed(content))
        if self.lag > 0:
            self._before.setdefault(name, dict(documents.kept))
        if self.keeps_batches:
            self.batches.append(actions)
        self.batch_bytes.append(len(content))
        results = []
        for action in actions:
            key = action[documents.key]
            status = self.item_failure(key) or documents.apply(action)
            done = status < 300
            message = None if done else "made to fail"
            results.append({"key": key, "status": done, "errorMessage": message, "statusCode": status})
        whole = all(each["status"] for each in results)
        headers = {"retry-after": self.item_retry_after} if self.item_retry_after and not whole else {}
        return JSONResponse({"value": results}, 200 if whole else 207, headers=headers)


def parsed(content: bytes) -> Json:
    """Return the JSON object of a body. Raises Refusal for anything else."""
    try:
        body = json.loads(content)
    except ValueError as error:
        raise Refusal(400, "the body is no JSON") from error
    if not isinstance(body, dict):
        raise Refusal(400, "the body is no object")
    return body
