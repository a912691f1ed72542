"""What the local host adds to a request, against a bare Starlette app in the same process."""

import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import azure.functions as func
from azurefunctions.extensions.http.fastapi import PlainTextResponse, Request, Response
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from infra.local.host import HostSettings, LocalHost


@dataclass(frozen=True)
class Overhead:
    """Microseconds per request, the best of several rounds, so that a neighbour's noise counts least."""

    bare: float
    host: float

    @property
    def added(self) -> float:
        """What the host costs."""
        return self.host - self.bare


async def added_microseconds(functions: int = 40, requests: int = 2_000, rounds: int = 5) -> Overhead:
    """Ask one route with a parameter, among as many functions as a real app has, on both apps in turn."""
    with tempfile.TemporaryDirectory() as folder:
        host = LocalHost(
            app_of(functions), settings=HostSettings(0, Path(folder) / "documents", Path(folder) / "runs.db")
        )
        bare = Starlette(routes=[Route("/bare/{name}", answer)])
        async with host.running("http://127.0.0.1:1"):
            measured = [
                (
                    await microseconds(bare, "/bare/x", requests),
                    await microseconds(host.asgi, f"/things{functions - 1}/x", requests),
                )
                for _ in range(rounds)
            ]
    return Overhead(min(pair[0] for pair in measured), min(pair[1] for pair in measured))


async def answer(req: Request) -> Response:
    """The same for both."""
    return PlainTextResponse(req.path_params["name"])


def app_of(count: int) -> func.FunctionApp:
    """An app with many routes."""
    app = func.FunctionApp()
    for number in range(count):

        async def function(req: Request) -> Response:
            return await answer(req)

        function.__name__ = f"function{number}"
        app.route(route=f"things{number}/{{name}}", methods=["GET"])(function)
    return app


async def microseconds(app: ASGIApp, path: str, requests: int) -> float:
    """Call the app as a server would."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        assert message.get("status", 200) == 200

    started = time.perf_counter()
    for _ in range(requests):
        await app(dict(scope), receive, send)
    return (time.perf_counter() - started) / requests * 1e6


if __name__ == "__main__":
    figures = asyncio.run(added_microseconds())
    print(f"bare {figures.bare:.1f} µs, host {figures.host:.1f} µs, added {figures.added:.1f} µs")  # noqa: T201
