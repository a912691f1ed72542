"""Runs in a child process: the app is indexed by the real worker library, and its bindings are printed as JSON.

usage: python -m tests.functions.worker.indexing    with the settings of a profile in the environment
"""

import asyncio
import json
import os
import sys
from typing import Any

from tests.functions.worker.scenario import ROOT
from tests.functions.worker.worker import Worker


async def main() -> dict[str, list[dict[str, Any]]]:
    """Index the app and return the bindings of each function."""
    worker = await Worker().start(ROOT)
    return {name: worker.bindings(name) for name in worker.functions}


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    sys.stdout.write(json.dumps(asyncio.run(main())))
    sys.stdout.flush()
    os._exit(0)  # The library leaves its server and its threads behind.
