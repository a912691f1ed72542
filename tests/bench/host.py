"""What the local host adds to a request, in the process and over a socket, against a bare Starlette app."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import uvloop
from starlette.applications import Starlette
from starlette.routing import Route

from infra.local.host import HostSettings, LocalHost
from infra.local.host.listener import listening
from tests.bench import load
from tests.bench.figures import Figure, show
from tests.bench.load import Load
from tests.functions.local_host.overhead import added_microseconds, answer, app_of

FUNCTIONS = 40
ROUNDS = 5


def measure() -> Iterator[Figure]:
    """Ask a route with a parameter among as many functions as a real app has."""
    overhead = asyncio.run(added_microseconds(FUNCTIONS))
    details = {"functions": FUNCTIONS, "bare": overhead.bare, "host": overhead.host}
    yield Figure("host_added_per_request", overhead.added, "µs", details)
    bare, host = uvloop.run(over_sockets())
    yield Figure("host_requests", host, "requests/s", {"bare_starlette": bare, "share_of_bare": host / bare})


async def over_sockets() -> tuple[float, float]:
    """Return the median requests per second of the bare app and of the host, asked in turn from another process."""
    with tempfile.TemporaryDirectory() as folder:
        settings = HostSettings(0, Path(folder) / "documents", Path(folder) / "runs.db")
        host = LocalHost(app_of(FUNCTIONS), settings=settings)
        bare = Starlette(routes=[Route("/bare/{name}", answer)])
        async with listening(bare, 0) as bare_url, host.serving() as host_url:
            pairs = [
                (await loaded(bare_url, "/bare/x"), await loaded(host_url, f"/things{FUNCTIONS - 1}/x"))
                for _ in range(ROUNDS)
            ]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


async def loaded(url: str, path: str) -> float:
    """Have another process ask and return its requests per second."""
    port = urlsplit(url).port
    assert port
    return (await asyncio.to_thread(load.seen, Load(port, path))).per_second


if __name__ == "__main__":
    show(measure())
