"""What `import function_app` costs beyond the packages that every Functions app of this kind imports."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from statistics import median

from tests.bench.figures import Figure, show

ROUNDS = 7

FORBIDDEN = (
    "azure.ai",
    "azure.core",
    "azure.cosmos",
    "azure.identity",
    "azure.keyvault",
    "azure.search",
    "azure.storage",
    "gremlin_python",
    "onnx",
    "onnxruntime",
    "openai",
)
"""Service SDKs and engines that an import must not pull in."""

CHILD = """
import json, sys, time
import azure.durable_functions, azure.functions, azurefunctions.extensions.http.fastapi
floor, started = set(sys.modules), time.perf_counter()
import function_app
print(json.dumps([time.perf_counter() - started, len(floor), sorted(set(sys.modules) - floor), sorted(floor)]))
"""


def measure() -> Iterator[Figure]:
    """Import in fresh processes and count."""
    seconds = []
    for _ in range(ROUNDS):
        taken, floor, added, below = imported()
        seconds.append(taken)
    forbidden = [name for name in [*below, *added] if name.startswith(tuple(f"{each}." for each in FORBIDDEN))]
    forbidden += [name for name in [*below, *added] if name in FORBIDDEN]
    details = {"fastest": min(seconds), "rounds": ROUNDS}
    yield Figure("import_function_app", median(seconds), "s", details)
    yield Figure("import_function_app_modules", len(added), "modules", {"floor": floor, "forbidden": forbidden})


def imported() -> tuple[float, int, list[str], list[str]]:
    """Return seconds, modules of the floor, and the names that came with the app and with the floor."""
    profile = {**os.environ, "PROFILE": "local"}
    child = subprocess.run([sys.executable, "-c", CHILD], env=profile, capture_output=True, check=True, text=True)
    seconds, floor, added, below = json.loads(child.stdout)
    return seconds, floor, added, below


if __name__ == "__main__":
    show(measure())
