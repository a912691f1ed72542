"""A function that is declared wrongly stops the start with one line that names it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest
from azurefunctions.extensions.http.fastapi import Request, Response

from infra.local.host import HostSettings, LocalHost, functions_of
from infra.local.host.settings import route_prefix_of
from shared.domain.errors import BadSetting
from tests.functions.local_host.sample_app import Seen, make_app

Declare = Callable[[func.FunctionApp], Any]


def no_such_parameter(app: func.FunctionApp) -> None:
    @app.route(route="x")
    async def wrong(request: Request) -> Response: ...


def unbound_parameter(app: func.FunctionApp) -> None:
    @app.route(route="x")
    async def wrong(req: Request, extra: str) -> Response: ...


def classic_request(app: func.FunctionApp) -> None:
    @app.route(route="x")
    async def wrong(req: func.HttpRequest) -> func.HttpResponse: ...


def unserved_trigger(app: func.FunctionApp) -> None:
    @app.queue_trigger(arg_name="message", queue_name="q", connection="c")
    async def wrong(message: func.QueueMessage) -> None: ...


def bad_schedule(app: func.FunctionApp) -> None:
    @app.timer_trigger(arg_name="timer", schedule="every day")
    async def wrong(timer: func.TimerRequest) -> None: ...


def bad_route(app: func.FunctionApp) -> None:
    @app.route(route="a/{b")
    async def wrong(req: Request) -> Response: ...


def unknown_constraint(app: func.FunctionApp) -> None:
    @app.route(route="a/{b:even}")
    async def wrong(req: Request) -> Response: ...


def route_taken(app: func.FunctionApp) -> None:
    @app.route(route="a/{b}", methods=["GET"])
    async def first(req: Request) -> Response: ...

    @app.route(route="a/{b}", methods=["GET"])
    async def wrong(req: Request) -> Response: ...


def other_container(app: func.FunctionApp) -> None:
    @app.blob_trigger(arg_name="blob", path="pictures/{name}", connection="c")
    async def wrong(blob: func.InputStream) -> None: ...


def two_of_a_name(app: func.FunctionApp) -> None:
    for _ in range(2):

        @app.route(route="x")
        async def wrong(req: Request) -> Response: ...


@pytest.mark.parametrize(
    ("declare", "reason"),
    [
        (no_such_parameter, "no parameter 'req'"),
        (unbound_parameter, "'extra' without a binding"),
        (classic_request, "FastAPI types"),
        (unserved_trigger, "queueTrigger"),
        (bad_schedule, "every day"),
        (bad_route, "no parameter of a route"),
        (unknown_constraint, "'even'"),
        (route_taken, "taken by another function"),
        (other_container, "'documents'"),
        (two_of_a_name, "unique"),
    ],
)
async def test_a_wrong_declaration_is_named(declare: Declare, reason: str, host_settings: HostSettings) -> None:
    app = func.FunctionApp()
    declare(app)
    with pytest.raises(BadSetting) as caught:
        async with LocalHost(app, settings=host_settings).serving():
            pass
    assert "wrong" in caught.value.message
    assert reason in caught.value.message
    assert "\n" not in caught.value.message


def test_the_functions_of_an_app_are_read_once() -> None:
    app = make_app(Seen())
    assert functions_of(app) is functions_of(app)


@pytest.mark.parametrize(
    ("content", "prefix"),
    [('{"version": "2.0"}', "api"), ('{"extensions": {"http": {"routePrefix": ""}}}', "")],
)
def test_the_route_prefix_is_read_from_host_json(tmp_path: Path, content: str, prefix: str) -> None:
    (tmp_path / "host.json").write_text(content)
    assert route_prefix_of(tmp_path / "host.json") == prefix


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_host_json_that_cannot_be_read_is_a_bad_setting(tmp_path: Path, content: str) -> None:
    (tmp_path / "host.json").write_text(content)
    with pytest.raises(BadSetting, match=r"host\.json"):
        route_prefix_of(tmp_path / "host.json")
