"""A tiny app with one function of every kind that the local host serves; what they were given is kept in `Seen`."""

import asyncio
from collections.abc import AsyncIterator, Generator
from dataclasses import dataclass, field
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response, StreamingResponse


@dataclass
class Seen:
    """What the functions of one app were called with."""

    blobs: list[tuple[str, bytes, str]] = field(default_factory=list)
    deleted: list[func.EventGridEvent] = field(default_factory=list)
    timers: list[bool] = field(default_factory=list)
    contexts: list[func.Context] = field(default_factory=list)
    broken_blobs: int = 0
    closed_streams: int = 0
    release: asyncio.Event = field(default_factory=asyncio.Event)
    entered: asyncio.Event = field(default_factory=asyncio.Event)


def make_app(seen: Seen) -> df.DFApp:
    """A fresh app; each gives out its functions once."""
    app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
    add_http(app, seen)
    add_durable(app)
    add_triggers(app, seen)
    return app


def add_http(app: df.DFApp, seen: Seen) -> None:
    @app.route(route="hello/{name?}", methods=["GET"])
    async def hello(req: Request) -> Response:
        return JSONResponse({"hello": req.path_params.get("name", "nobody")})

    @app.route(route="hello/me", methods=["GET"])
    async def hello_me(req: Request) -> Response:
        return JSONResponse({"hello": "myself"})

    @app.route(route="things/{id:int}", methods=["DELETE", "PUT"])
    async def change_thing(req: Request) -> dict[str, Any]:
        return {"id": req.path_params["id"], "body": (await req.body()).decode()}

    @app.route(route="files/{*path}", methods=["GET"])
    def read_file(req: Request) -> str:
        return str(req.path_params.get("path", ""))

    @app.route(route="explode", methods=["GET"])
    async def explode(req: Request) -> Response:
        raise RuntimeError("secret detail")

    @app.route(route="nothing", methods=["GET"])
    async def nothing(req: Request) -> None:
        return None

    @app.route(route="stream/{count:int}", methods=["GET"])
    async def stream(req: Request) -> Response:
        return StreamingResponse(pieces(int(req.path_params["count"]), seen), media_type="text/event-stream")

    @app.route(route="wait", methods=["POST"])
    async def wait(req: Request) -> Response:
        seen.entered.set()
        await seen.release.wait()
        return JSONResponse({"waited": True})

    @app.route(route="entered", methods=["GET"])
    async def entered(req: Request) -> bool:
        return seen.entered.is_set()

    @app.route(route="context", methods=["GET"])
    async def with_context(req: Request, context: func.Context) -> Response:
        seen.contexts.append(context)
        return JSONResponse({"name": context.function_name})


async def pieces(count: int, seen: Seen) -> AsyncIterator[bytes]:
    """A stream; from 100 pieces on it breaks after the first."""
    try:
        for number in range(count):
            yield f"data: {number}\n\n".encode()
            await asyncio.sleep(0)
            if count >= 100:
                raise RuntimeError("broken stream")
    finally:
        seen.closed_streams += 1


def add_durable(app: df.DFApp) -> None:
    @app.route(route="sums/{count}", methods=["POST"])
    @app.durable_client_input(client_name="client")
    async def start_sum(req: Request, client: str) -> Response:
        starter: Any = client
        run_id = await starter.start_new("add_up", None, int(req.path_params["count"]))
        return JSONResponse({"id": run_id}, 202)

    @app.orchestration_trigger(context_name="context", orchestration="add_up")
    def orchestrate(context: df.DurableOrchestrationContext) -> Generator[Any, Any, Any]:
        numbers = yield context.task_all([context.call_activity("square", n) for n in range(context.get_input())])
        return sum(numbers)

    @app.orchestration_trigger(context_name="context")
    def wait_for_word(context: df.DurableOrchestrationContext) -> Generator[Any, Any, Any]:
        return (yield context.wait_for_external_event("word"))

    @app.activity_trigger(input_name="number")
    def square(number: int) -> int:
        return number * number


def add_triggers(app: df.DFApp, seen: Seen) -> None:
    @app.blob_trigger(arg_name="blob", path="documents/{tenant}/{knowledge_base}/{name}", connection="Storage")
    async def arrived(blob: func.InputStream) -> None:
        if "broken" in str(blob.name):
            seen.broken_blobs += 1
            raise RuntimeError("cannot be read")
        properties: Any = blob
        seen.blobs.append((str(blob.name), blob.read(), properties.blob_properties["ETag"]))

    @app.event_grid_trigger(arg_name="event")
    async def vanished(event: func.EventGridEvent) -> None:
        seen.deleted.append(event)

    @app.timer_trigger(arg_name="timer", schedule="0 0 3 * * *", run_on_startup=False)
    async def nightly(timer: func.TimerRequest) -> None:
        seen.timers.append(timer.past_due)
