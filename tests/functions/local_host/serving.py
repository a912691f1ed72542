"""A process that serves the sample app: `python -m tests.functions.local_host.serving FOLDER PORT`."""

import logging
import sys
from pathlib import Path

from infra.local.host import HostSettings, LocalHost, serve
from tests.functions.local_host.sample_app import Seen, make_app


async def nothing(_: str) -> None:
    """There is nothing to do beside serving."""


def main(folder: Path, port: int) -> int:
    logging.basicConfig(level=logging.INFO)
    settings = HostSettings(port, folder / "documents", folder / "runs.db", drain_seconds=5)
    return serve(LocalHost(make_app(Seen()), settings=settings), nothing)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
