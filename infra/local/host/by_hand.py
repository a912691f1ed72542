"""`POST /admin/functions/{name}`: runs any function of the app once, as an operator asks for it."""

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import azure.functions as func
from azure.functions.timer import TimerRequest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.local.durable import DurableRunner
from infra.local.host.blob import FileBlob
from infra.local.host.blob_path import CONTAINER
from infra.local.host.durable_api import json_of, undoubled
from infra.local.host.error_responses import error_response, request_id_of
from infra.local.host.folder import scan_file
from infra.local.host.functions import RegisteredFunction
from infra.local.host.http_functions import methods_of
from infra.local.host.invocations import Invocations
from shared.domain.errors import BadRequest

logger = logging.getLogger(__name__)


class ByHand:
    """Takes `{"input": ...}`; the input is what the trigger would have carried, as JSON or as JSON text."""

    def __init__(
        self, functions: list[RegisteredFunction], invocations: Invocations, runner: DurableRunner, folder: Path
    ) -> None:
        self._functions = {function.name: function for function in functions}
        self._invocations = invocations
        self._runner = runner
        self._folder = folder
        self._under_way: set[asyncio.Task[None]] = set()

    def routes(self) -> list[Route]:
        """The route of this door."""
        return [Route("/admin/functions/{name}", self.run, methods=["POST"])]

    async def run(self, request: Request) -> Response:
        """202 once the function was started, 404 for an unknown one. Raises BadRequest for an input that cannot be."""
        function = self._functions.get(request.path_params["name"])
        if function is None:
            return error_response(404, "not_found", "there is no function of this name", request_id_of(request))
        body = json_of(await request.body())
        input_ = undoubled(body.get("input")) if isinstance(body, dict) else None
        if function.kind == "orchestrationTrigger":
            await self._runner.start(function.trigger.orchestration or function.name, None, input_)
        else:
            self._begin(function, self._value(function, input_))
        return Response(status_code=202)

    def _begin(self, function: RegisteredFunction, value: Any) -> None:
        task = asyncio.create_task(self._invoke(function, value))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _invoke(self, function: RegisteredFunction, value: Any) -> None:
        try:
            await self._invocations.invoke(function, value)
        except Exception:
            logger.exception("function '%s', run by hand, failed", function.name)

    def _value(self, function: RegisteredFunction, input_: Any) -> Any:
        match function.kind:
            case "timerTrigger":
                return TimerRequest(past_due=False)
            case "blobTrigger":
                return self._blob(str(input_))
            case "eventGridTrigger":
                return event_of(input_)
            case "httpTrigger":
                return request_of(methods_of(function)[0], json.dumps(input_).encode())
            case _:
                return input_

    def _blob(self, path: str) -> FileBlob:
        name = path.removeprefix(f"{CONTAINER}/")
        seen = scan_file(self._folder, name)
        if seen is None:
            raise BadRequest(f"there is no file '{name}' in the documents folder")
        return FileBlob(self._folder / name, name, seen)


def event_of(fields: Any) -> func.EventGridEvent:
    """An event from its JSON form. Raises BadRequest."""
    if not isinstance(fields, dict):
        raise BadRequest("the input of an Event Grid function is the event as an object")
    return func.EventGridEvent(
        id=str(fields.get("id", "")),
        topic=str(fields.get("topic", "")),
        subject=str(fields.get("subject", "")),
        event_type=str(fields.get("eventType", "")),
        event_time=None,
        data=fields.get("data") or {},
        data_version=str(fields.get("dataVersion", "")),
    )


def request_of(method: str, body: bytes) -> Request:
    """A request that carries a body and came over no connection."""
    scope = {
        "type": "http",
        "method": method,
        "path": "/",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "server": ("127.0.0.1", 80),
        "scheme": "http",
        "path_params": {},
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(scope, receive)
