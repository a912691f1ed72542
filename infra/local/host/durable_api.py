"""The HTTP API of the durable extension, as its clients speak it, over the local runner."""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.local.durable import DurableRunner, Run, RunFilter, RunStatus
from infra.local.host.error_responses import error_response, request_id_of
from shared.domain.errors import BadRequest, Conflict, NotFound

PATH = "/runtime/webhooks/durabletask"

Answer = Callable[[Request], Awaitable[Response]]


class DurableApi:
    """Starts, shows, tells, ends and purges runs; the status codes are those that the SDK's client expects."""

    def __init__(self, runner: DurableRunner) -> None:
        self._runner = runner

    def routes(self) -> list[Route]:
        """The routes below `/runtime/webhooks/durabletask/`."""
        instance = f"{PATH}/instances/{{run_id}}"
        return [
            Route(f"{PATH}/orchestrators/{{name}}", self.start, methods=["POST"]),
            Route(f"{PATH}/orchestrators/{{name}}/{{run_id}}", self.start, methods=["POST"]),
            Route(f"{PATH}/instances", self.list_runs, methods=["GET"]),
            Route(f"{PATH}/instances/", self.list_runs, methods=["GET"]),
            Route(f"{PATH}/instances", self.purge_runs, methods=["DELETE"]),
            Route(f"{PATH}/instances/", self.purge_runs, methods=["DELETE"]),
            Route(instance, self.status, methods=["GET"]),
            Route(instance, self.purge_run, methods=["DELETE"]),
            Route(f"{instance}/raiseEvent/{{event}}", self.raise_event, methods=["POST"]),
            Route(f"{instance}/terminate", self.terminate, methods=["POST"]),
            Route(f"{instance}/{{operation}}", self.refuse, methods=["POST"]),
        ]

    async def start(self, request: Request) -> Response:
        """202 with the id; 400 for an unknown orchestrator, 409 where the run is not finished."""
        name, run_id = request.path_params["name"], request.path_params.get("run_id")
        try:
            input_ = undoubled(json_of(await request.body()))
            return JSONResponse({"id": await self._runner.start(name, run_id, input_)}, 202)
        except (NotFound, BadRequest) as error:
            return JSONResponse({"Message": error.message, "ExceptionMessage": error.message}, 400)
        except Conflict as error:
            return error_response(409, error.code, error.message, request_id_of(request))

    async def status(self, request: Request) -> Response:
        """200 for a finished run, 202 for another, 404 where there is none."""
        try:
            run = await self._runner.status(request.path_params["run_id"])
        except NotFound as error:
            return JSONResponse(error.message, 404)
        shows_input = request.query_params.get("showInput", "true").lower() != "false"
        return JSONResponse(run_body(run, shows_input=shows_input), 200 if run.status.is_finished else 202)

    async def list_runs(self, request: Request) -> Response:
        """200 with the runs that pass the query, newest first."""
        shows_input = request.query_params.get("showInput", "true").lower() != "false"
        runs = await self._runner.runs(filter_of(request.query_params))
        return JSONResponse([run_body(run, shows_input=shows_input) for run in runs])

    async def raise_event(self, request: Request) -> Response:
        """202; 404 where there is no such run, 410 where it is finished.

        The body is decoded once, so the SDK's client, which encodes twice, delivers JSON text as it does on Azure.
        """
        run_id, event = request.path_params["run_id"], request.path_params["event"]
        value = json_of(await request.body())
        return await accepted(self._runner.raise_event(run_id, event, value))

    async def terminate(self, request: Request) -> Response:
        """202; 404 where there is no such run, 410 where it is finished."""
        return await accepted(
            self._runner.terminate(request.path_params["run_id"], request.query_params.get("reason", ""))
        )

    async def purge_run(self, request: Request) -> Response:
        """200 with the number of deleted runs; 404 where none is there or it is not finished."""
        return purged(await self._runner.purge_run(request.path_params["run_id"]))

    async def purge_runs(self, request: Request) -> Response:
        """200 with the number of deleted runs, 404 where none passed the query."""
        return purged(await self._runner.purge(filter_of(request.query_params)))

    async def refuse(self, request: Request) -> Response:
        """501: the local runner does not suspend, resume, rewind or restart."""
        message = f"the local runner cannot {request.path_params['operation']} a run"
        return error_response(501, "not_implemented", message, request_id_of(request))


async def accepted(change: Awaitable[None]) -> Response:
    """The answer to a change that a run may refuse."""
    try:
        await change
    except NotFound:
        return Response(status_code=404)
    except Conflict:
        return Response(status_code=410)
    return Response(status_code=202)


def purged(count: int) -> Response:
    """The answer to a purge."""
    return JSONResponse({"instancesDeleted": count}, 200 if count else 404)


def run_body(run: Run, *, shows_input: bool) -> dict[str, Any]:
    """A run as the API shows it."""
    return {
        "name": run.name,
        "instanceId": run.id,
        "runtimeStatus": run.status,
        "input": run.input if shows_input else None,
        "customStatus": run.custom_status,
        "output": run.output,
        "createdTime": run.created.isoformat(),
        "lastUpdatedTime": run.updated.isoformat(),
    }


def filter_of(query: Mapping[str, str]) -> RunFilter:
    """The runs that a query asks for. Raises BadRequest where it cannot be read."""
    names = [name for name in query.get("runtimeStatus", "").split(",") if name]
    everything = RunFilter()
    try:
        return RunFilter(
            statuses=[RunStatus(name) for name in names] or everything.statuses,
            created_from=time_of(query.get("createdTimeFrom"), everything.created_from),
            created_to=time_of(query.get("createdTimeTo"), everything.created_to),
            id_prefix=query.get("instanceIdPrefix", ""),
            limit=int(query.get("top", everything.limit)),
        )
    except ValueError as error:
        raise BadRequest(f"the query cannot be read: {error}") from error


def time_of(text: str | None, default: datetime) -> datetime:
    """A time of the query; without a zone it is UTC. Raises ValueError."""
    if not text:
        return default
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=default.tzinfo)


def json_of(body: bytes) -> Any:
    """The JSON value of a body, None for an empty one. Raises BadRequest."""
    if not body.strip():
        return None
    try:
        return json.loads(body)
    except ValueError as error:
        raise BadRequest(f"the body is no JSON: {error}") from error


def undoubled(value: Any) -> Any:
    """The input itself where the SDK's client wrapped it into JSON twice, else the value as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def client_binding(base_url: str) -> str:
    """What the extension hands to a durable client, with the addresses of this API."""
    root = f"{base_url}{PATH}/"
    instance = f"{root}instances/INSTANCEID"
    urls = {
        "id": "INSTANCEID",
        "statusQueryGetUri": instance,
        "sendEventPostUri": f"{instance}/raiseEvent/{{eventName}}",
        "terminatePostUri": f"{instance}/terminate?reason={{text}}",
        "purgeHistoryDeleteUri": instance,
    }
    return json.dumps(
        {"taskHubName": "local", "creationUrls": {}, "managementUrls": urls, "rpcBaseUrl": root, "baseUrl": root}
    )
