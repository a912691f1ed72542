"""Serve the functions on this machine."""

import importlib
from pathlib import Path

from infra.local.host import HostSettings, LocalHost
from infra.local.host import serve as serve_until_stopped
from shared.settings import Settings

SAMPLES = Path(__file__).resolve().parents[3] / "samples" / "company"
SAMPLE_BASE = "heronmark"


def local_host(settings: Settings) -> LocalHost:
    """Return a host for the functions of this checkout. Raises KnowledgeError for what keeps it from starting."""
    front_door = importlib.import_module("function_app")
    return LocalHost(
        front_door.app,
        settings=HostSettings(
            port=settings.port,
            documents_folder=settings.data_dir / "documents",
            runs_database=settings.data_dir / "runs.sqlite",
            scan_seconds=settings.scan_seconds,
            drain_seconds=settings.drain_seconds,
        ),
    )


def serve(settings: Settings) -> int:
    """Serve until interrupted and return the exit code."""
    return serve_until_stopped(local_host(settings))
