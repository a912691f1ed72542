"""Serve the functions on this machine."""

import importlib
from typing import Any

from rich.console import Console

from infra.local.host import HostSettings, LocalHost
from infra.local.host import serve as serve_until_stopped
from shared.domain.errors import BadSetting, KnowledgeError
from shared.settings import Settings


def local_host(settings: Settings) -> LocalHost:
    """Return a host for the functions of this checkout."""
    app: Any = importlib.import_module("function_app").app
    bootstrap: Any = importlib.import_module("functions.bootstrap")
    bootstrap.configure(settings)
    return LocalHost(
        app,
        close=bootstrap.close,
        send_off=bootstrap.send_off,
        settings=HostSettings(
            port=settings.port,
            documents_folder=settings.data_dir / "documents",
            runs_database=settings.data_dir / "runs.sqlite",
            scan_seconds=settings.scan_seconds,
            drain_seconds=settings.drain_seconds,
        ),
    )


def opened(settings: Settings) -> LocalHost:
    """Return a host whose stores are open. Raises BadSetting for what keeps the house from standing."""
    host = local_host(settings)
    try:
        importlib.import_module("functions.bootstrap").services()
    except KnowledgeError as error:
        raise BadSetting(f"cannot start: {error.message}") from error
    return host


def serve(settings: Settings) -> int:
    """Serve until interrupted and return the exit code."""

    async def announce(address: str) -> None:
        say_where(address, settings)

    return serve_until_stopped(opened(settings), announce)


def say_where(address: str, settings: Settings) -> None:
    """Tell whoever started the service how to use it."""
    folder = settings.data_dir.resolve() / "documents" / "local"
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"Serving on {address}/api/v1/ (description: {address}/api/v1/openapi.json)", markup=False)
    console.print(f"Open {address}/ in a browser.", markup=False)
    console.print(f"Drop documents into {folder}/BASE/, stop with Ctrl+C.", markup=False)
